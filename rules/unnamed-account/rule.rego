# METADATA
# title: The policy lets in an account that the configuration does not name.
# description: >-
#   The configuration says which accounts and organizations are trusted, and an
#   Allow lets in another one by its id.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   security_severity: "7.0"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["unnamed-account"]

report contains {"at": fact.at, "message": message, "question": question} if {
	some i, statement in input.policy.Statement
	some n, fact in statement.unnamed
	question := sprintf("/policy/Statement/%d/unnamed/%d", [i, n])
	message := sprintf(
		"%s is let in by name, and the configuration does not trust it: %s credentials can call %s on %s %s through this endpoint",
		[fact.value, fact.request.credentials, fact.request.action, fact.request.owner, fact.request.noun],
	)
}
