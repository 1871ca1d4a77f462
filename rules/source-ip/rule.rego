# METADATA
# title: A condition asks for aws:SourceIp.
# description: >-
#   No request through an endpoint has the key aws:SourceIp. A condition on it
#   holds for no request, or for every one.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["source-ip"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "source-ip"
	severity := severity_of(misfit)
	message := sprintf("no request through an endpoint has %s: %s", [misfit.name, effect[misfit.holds]])
}

severity_of(misfit) := "error" if misfit.kills == "yes"

severity_of(misfit) := "error" if misfit.noun == "total"

default severity_of(_) := "warning"

effect := {
	"yes": "this condition holds for every request",
	"no": "this condition holds for no request, and the statement never matches",
	"unknown": "what this condition does with every request is not known",
}
