# METADATA
# title: An ARN is of another partition or region than the endpoint.
# description: >-
#   What the ARN names is in another partition or region than the endpoint, which
#   carries no request for it.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["partition-or-region"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "partition-or-region"
	severity := severity_of(misfit)
	message := sprintf("%s is not of the endpoint's %s, %s: this %s matches no such request", [misfit.name, misfit.noun, misfit.because, misfit.effect])
}

default severity_of(_) := "warning"

severity_of(misfit) := "error" if {
	misfit.kills == "yes"
	misfit.effect == "Deny"
}
