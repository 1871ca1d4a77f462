# METADATA
# title: An unsigned request can reach a stranger's resource.
# description: >-
#   The policy lets through a request without any credentials to a resource
#   that need not be yours. Such a request needs nothing on the host but the
#   endpoint.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "5.0"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["anonymous-request"]

report contains {"at": fact.at, "message": message, "question": "/questions/anonymous-to-stranger"} if {
	input.policy.state == "known"
	input.policy.full_access in {"no", "unknown"}
	fact := input.questions["anonymous-to-stranger"]
	fact.verdict == "yes"
	message := sprintf("an unsigned request can call %s on a stranger's %s through this endpoint%s", [
		fact.request.action,
		fact.request.noun,
		concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions}),
	])
}
