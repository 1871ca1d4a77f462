# METADATA
# title: The policy lets everything through.
# description: >-
#   The policy is equivalent to the one that AWS attaches where none is given,
#   however it is spelled: there is no request that the default policy lets
#   through and this one does not.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "6.5"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["full-access-policy"]

report contains {"at": "/policy", "message": message} if {
	input.policy.state == "known"
	input.policy.full_access == "yes"
	message := "the policy lets through all that AWS's default policy does: it restricts nothing"
}
