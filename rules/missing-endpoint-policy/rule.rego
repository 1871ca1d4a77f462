# METADATA
# title: No policy is attached to an endpoint that could have one.
# description: >-
#   The service obeys endpoint policies and the endpoint has none, so that AWS's
#   default applies, which lets everything through.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "6.5"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["missing-endpoint-policy"]

report contains finding if {
	input.policy.state == "default"
	input.type in {"gateway", "interface"}
	finding := described(input.service.policies)
}

described("yes") := {"at": "", "message": message, "question": "/questions/stranger-to-stranger"} if {
	fact := input.questions["stranger-to-stranger"]
	fact.verdict == "yes"
	message := sprintf(
		"no policy is attached, and AWS's default lets everything through: a stranger's credentials can call %s on a stranger's %s",
		[fact.request.action, fact.request.noun],
	)
}

described("unknown") := {
	"at": "",
	"message": "no policy is attached; whether the service obeys one is not known",
	"severity": "note",
}
