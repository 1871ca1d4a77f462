# METADATA
# title: A condition holds where its key is absent, and so lets strangers through.
# description: >-
#   The condition is met by a request that does not carry its key. A stranger
#   gets through for that reason alone: of those whose requests carry the key
#   none does.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   security_severity: "7.5"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["absent-key-opens"]

report contains {"at": fact.at, "message": message, "question": question} if {
	some i, statement in input.policy.Statement
	fact := statement.absent_key_opens
	fact.verdict == "yes"
	question := sprintf("/policy/Statement/%d/absent_key_opens", [i])
	message := sprintf("%s holds where the key is absent: %s credentials can call %s on %s %s through this endpoint%s", [
		fact.value,
		fact.request.credentials,
		fact.request.action,
		fact.request.owner,
		fact.request.noun,
		concat("", {sprintf(" (%s)", [a]) | some a in fact.assumptions}),
	])
}
