# METADATA
# title: None of the actions works on such a resource.
# description: >-
#   Every action of the statement works on some type of resource, and none of its
#   resources is of such a type. The statement matches no request.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["action-resource-mismatch"]

report contains {"at": misfit.at, "message": message, "severity": severity, "related": related} if {
	some misfit in input.misfits
	misfit.rule == "action-resource-mismatch"
	severity := {"Allow": "warning", "Deny": "error"}[misfit.effect]
	message := sprintf("none of the actions works on %s: %s takes %s, so that this %s never matches", [misfit.name, misfit.noun, misfit.because, misfit.effect])
	related := [{"at": at, "message": "the same here"} | some at in misfit.related]
}
