# METADATA
# title: The only condition of an Allow is met by whoever wants to.
# description: >-
#   All conditions of the statement are on what the caller chooses, a header or
#   the tags of a request, or on what holds for everybody. A stranger meets them.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [security, perimeter, external/cwe/cwe-807]
package eplint.rules["caller-controlled-guard"]

report contains {"at": fact.at, "message": message, "question": question} if {
	some i, statement in input.policy.Statement
	fact := statement.callers_own_guard
	fact.verdict == "yes"
	question := sprintf("/policy/Statement/%d/callers_own_guard", [i])
	message := sprintf(
		"%s keeps nobody out, since whoever calls can meet it: %s credentials can call %s on %s %s through this endpoint",
		[fact.value, fact.request.credentials, fact.request.action, fact.request.owner, fact.request.noun],
	)
}
