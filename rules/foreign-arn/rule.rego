# METADATA
# title: An ARN is of another service than the endpoint's.
# description: >-
#   The endpoint carries no requests for resources of that service. What the
#   statement says about them has no effect here.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["foreign-arn"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "foreign-arn"
	severity := severity_of(misfit)
	message := sprintf("the endpoint for %s carries no request for %s, a resource of %s", [misfit.noun, misfit.name, misfit.because])
}

severity_of(misfit) := "note" if input.policy.shared == "yes"

else := "error" if {
	misfit.kills == "yes"
	misfit.effect == "Deny"
}

else := "warning" if misfit
