# METADATA
# title: AWS has no condition key of that name.
# description: >-
#   The data that eplint carries has no such condition key, neither a global one
#   nor one of the service: a misspelling, or a key that is newer than the data. A
#   condition on a key that no request has holds for no request, or for every one.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["unknown-condition-key"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "unknown-condition-key"
	severity := severity_of(misfit)
	message := sprintf("there is no condition key %s as of %s%s: %s", [misfit.name, misfit.date, hint(misfit), effect[misfit.holds]])
}

default severity_of(_) := "warning"

severity_of(misfit) := "error" if {
	misfit.kills == "yes"
	misfit.effect == "Deny"
}

hint(misfit) := sprintf(", but %s", [misfit.near])

default hint(_) := ""

effect := {
	"yes": "without it this condition holds for every request",
	"no": "without it this condition holds for no request",
	"unknown": "what this condition does without it is not known",
}
