# METADATA
# title: A principal is asked for where callers have none.
# description: >-
#   Requests for the action carry no IAM identity, so that a condition on the
#   principal keeps all of them from matching.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["principal-on-anonymous-endpoint"]

report contains {"at": misfit.at, "message": message, "severity": severity, "related": related} if {
	some misfit in input.misfits
	misfit.rule == "principal-on-anonymous-endpoint"
	severity := {"action": "warning", "endpoint": "error", "principal": "error"}[misfit.noun]
	message := sprintf(words[misfit.noun], [misfit.name, misfit.effect])
	related := [{"at": at, "message": "the same here"} | some at in misfit.related]
}

words := {
	"action": "callers of %s have no IAM identity, and this %s asks for one: it does not match them",
	"endpoint": "every caller of this endpoint is anonymous, and has no %s: this %s never matches",
	"principal": "every caller of this endpoint is anonymous, and none is the Principal %s: this %s never matches",
}
