# METADATA
# title: An action is of another service than the endpoint's.
# description: >-
#   The endpoint carries no requests for the action, which belongs to another
#   service. What the statement says about it has no effect here.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [service]
package eplint.rules["foreign-action"]

report contains {"at": misfit.at, "message": message, "severity": severity, "related": related} if {
	some misfit in input.misfits
	misfit.rule == "foreign-action"
	severity := severity_of(misfit)
	message := sprintf(
		"the endpoint for %s carries no request for %s: this %s does nothing about it%s",
		[misfit.noun, misfit.name, misfit.effect, doubt(misfit)],
	)
	related := [{"at": at, "message": "the same here"} | some at in misfit.related]
}

severity_of(misfit) := "note" if misfit.because

else := "note" if {
	misfit
	input.policy.shared == "yes"
}

else := "warning" if misfit

doubt(misfit) := sprintf(" (%s)", [misfit.because])

default doubt(_) := ""
