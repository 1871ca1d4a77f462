# METADATA
# title: No request gets through the endpoint.
# description: >-
#   Every Allow of the policy is without effect, or there is none. An endpoint
#   policy denies what no statement allows, so that the endpoint carries
#   nothing.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["policy-allows-nothing"]

report contains {"at": "/policy", "message": message} if {
	fact := input.policy.allows_nothing
	fact.verdict == "yes"
	message := sprintf("no request gets through this endpoint: %s", [fact.because])
}
