# METADATA
# title: A stranger's credentials can act on a stranger's resource.
# description: >-
#   The policy lets through a request that is signed with the credentials of an
#   account outside the perimeter and goes to a resource outside the perimeter.
#   Whoever gets onto a host can use such credentials to copy data out.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   security_severity: "8.5"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["missing-account-condition"]

report contains {"at": fact.at, "message": message, "question": "/questions/stranger-to-stranger"} if {
	input.policy.state == "known"
	fact := input.questions["stranger-to-stranger"]
	fact.verdict == "yes"
	request := fact.request
	message := sprintf("nothing requires an own account or organization: a stranger's credentials can call %s on a stranger's %s through this endpoint%s", [
		request.action,
		request.noun,
		concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions}),
	])
}
