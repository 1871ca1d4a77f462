# METADATA
# title: An Allow says only what it does not allow.
# description: >-
#   All that narrows the statement is a negated condition, a NotAction or a
#   NotResource, so that it allows the rest of the world, strangers too.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["negated-allow"]

report contains {"at": fact.at, "message": message, "question": question} if {
	input.policy.full_access in {"no", "unknown"}
	some i, statement in input.policy.Statement
	statement.absent_key_opens.verdict == "no"
	fact := statement.negated_allow
	fact.verdict == "yes"
	question := sprintf("/policy/Statement/%d/negated_allow", [i])
	message := sprintf(
		"this Allow says only what it does not allow: %s credentials can call %s on %s %s through this endpoint",
		[fact.request.credentials, fact.request.action, fact.request.owner, fact.request.noun],
	)
}
