# METADATA
# title: A statement does nothing that the others do not.
# description: >-
#   The policy without the statement lets the same requests through. Somebody
#   who reads or changes it will think otherwise.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [dead]
package eplint.rules["redundant-statement"]

report contains {"at": fact.at, "message": message} if {
	some statement in input.policy.Statement
	fact := statement.redundant
	fact.verdict == "yes"
	message := sprintf("this %s is redundant: %s", [statement.Effect, fact.because])
}
