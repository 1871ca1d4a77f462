# METADATA
# title: A condition asks for a key that no request has.
# description: >-
#   No request that the endpoint carries has the condition's key: a key of another
#   service, or one that AWS sends elsewhere alone. The condition holds for no
#   request, or for every one.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["key-not-in-request"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "key-not-in-request"
	severity := severity_of(misfit)
	message := sprintf("no request through this endpoint has %s, since %s: %s", [misfit.name, misfit.because, effect[misfit.holds]])
}

default severity_of(_) := "warning"

severity_of(misfit) := "error" if {
	misfit.kills == "yes"
	misfit.effect == "Deny"
}

effect := {
	"yes": "this condition holds for every request",
	"no": "this condition holds for no request",
	"unknown": "what this condition does with every request is not known",
}
