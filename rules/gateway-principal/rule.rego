# METADATA
# title: A gateway endpoint's policy names a principal.
# description: >-
#   A gateway endpoint takes no Principal but *. An account in its place is that
#   account's root user alone, and nobody else is meant by it.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["gateway-principal"]

report contains {"at": misfit.at, "message": message, "severity": severity, "related": related} if {
	some misfit in input.misfits
	misfit.rule == "gateway-principal"
	severity := severities[misfit.noun]
	message := sprintf(words[misfit.noun], [misfit.name, misfit.effect])
	related := [{"at": at, "message": "the same here"} | some at in misfit.related]
}

severities := {"account": "error", "principal": "warning"}

words := {
	"account": "the Principal %s is the account's root user alone on a gateway endpoint: this %s means nobody else in the account",
	"principal": "a gateway endpoint takes no Principal but *, and here stands %s: this %s may mean nobody",
}
