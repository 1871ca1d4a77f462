# METADATA
# title: An Allow takes in every resource, whoever owns it.
# description: >-
#   The Resource of an Allow matches resources of every account, and nothing in
#   the statement narrows that to known owners, so that data can be copied into
#   somebody else's resource through the endpoint.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "6.5"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["wildcard-resource"]

report contains {"at": fact.at, "message": message, "severity": severity, "question": question, "related": related} if {
	some i, statement in input.policy.Statement
	fact := statement.wildcard_resource
	fact.verdict == "yes"
	question := sprintf("/policy/Statement/%d/wildcard_resource", [i])
	severity := {"yes": "note", "no": "warning"}[fact.guarded]
	related := [{"at": foreign.at, "message": "foreign-resource is about the whole policy"} |
		foreign := input.questions["own-to-stranger"]
		foreign.verdict == "yes"
		foreign.at == sprintf("/policy/Statement/%d", [i])
	]
	message := sprintf("Resource %q takes in every resource, whoever owns it: %s credentials can call %s on a stranger's %s through this endpoint%s", [
		fact.value,
		fact.request.credentials,
		fact.request.action,
		fact.request.noun,
		concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions}),
	])
}
