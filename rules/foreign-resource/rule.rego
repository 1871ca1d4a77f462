# METADATA
# title: Your own credentials can reach a stranger's resource.
# description: >-
#   The policy lets through a request that is signed with credentials inside
#   the perimeter and goes to a resource outside of it. Whoever gets onto a
#   host can copy data out with the host's own role.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   security_severity: "7.0"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["foreign-resource"]

report contains {"at": fact.at, "message": message, "severity": severity, "question": question, "related": related} if {
	input.policy.state == "known"
	input.policy.full_access in {"no", "unknown"}
	question := "/questions/own-to-stranger"
	fact := input.questions["own-to-stranger"]
	fact.verdict == "yes"
	severity := severity_of(fact)
	message := sprintf("your own credentials can %s through this endpoint%s", [deed(fact.request), assumed(fact)])
	related := [{"at": at, "message": "wildcard-resource is about this value"} | some at in wildcards(fact.at)]
}

deed(request) := "assume a role of a stranger's account" if request.action == "sts:AssumeRole"

else := sprintf("call %s on a stranger's %s", [request.action, request.noun])

assumed(fact) := concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions})

wildcards(at) := {statement.wildcard_resource.at |
	some i, statement in input.policy.Statement
	at == sprintf("/policy/Statement/%d", [i])
	statement.wildcard_resource.verdict == "yes"
}

default severity_of(_) := "note"

severity_of(fact) := {"yes": "error", "no": "warning"}[fact.request.writes] if {
	fact.guarded == "no"
	fact.request.accountless == "no"
}
