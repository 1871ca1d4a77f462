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
	reach := sprintf("%s credentials can call %s on a stranger's %s", [fact.request.credentials, fact.request.action, fact.request.noun])
	assumed := concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions})
	message := sprintf("Resource %q takes in every resource, whoever owns it: %s through this endpoint%s", [fact.value, reach, assumed])
	related := [{"at": at, "message": "foreign-resource is about the whole policy"} | some at in foreign(i)]
}

foreign(i) := {fact.at |
	input.policy.full_access in {"no", "unknown"}
	fact := input.questions["own-to-stranger"]
	fact.verdict == "yes"
	fact.at == sprintf("/policy/Statement/%d", [i])
}
