# METADATA
# title: A stranger's credentials can act on your own resource.
# description: >-
#   The policy lets through a request that is signed with credentials outside
#   the perimeter and goes to a resource inside of it. Credentials that are
#   brought onto a host work through the endpoint.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "5.0"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["foreign-principal"]

report contains {"at": fact.at, "message": message, "severity": severity, "question": "/questions/stranger-to-own"} if {
	input.policy.state == "known"
	input.policy.full_access in {"no", "unknown"}
	fact := input.questions["stranger-to-own"]
	fact.verdict == "yes"
	severity := {"yes": "note", "no": "warning"}[fact.request.federated]
	message := sprintf("a stranger's credentials can call %s on your own %s through this endpoint%s", [
		fact.request.action,
		fact.request.noun,
		concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions}),
	])
}
