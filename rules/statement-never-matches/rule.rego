# METADATA
# title: No request matches a statement.
# description: >-
#   There is no request through this endpoint that the statement matches. An
#   Allow of that kind allows nothing, and a Deny protects from nothing.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["statement-never-matches"]

report contains {"at": fact.at, "message": message, "severity": severity} if {
	some statement in input.policy.Statement
	fact := statement.never_matches
	fact.verdict == "yes"
	fact.reported == "no"
	statement.vacuous_network.verdict == "no"
	statement.explained == "no"
	severity := severity_of(statement.Effect, fact.because)
	message := sprintf("this %s never matches: %s", [statement.Effect, fact.because])
}

default severity_of(_, _) := "warning"

severity_of("Deny", because) := "error" if because != "the endpoint carries none of its actions"
