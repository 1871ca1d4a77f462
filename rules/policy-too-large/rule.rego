# METADATA
# title: The policy is longer than AWS takes.
# description: >-
#   An endpoint policy has at most 20,480 characters, white space included. AWS
#   refuses a longer one, and the endpoint keeps the one that it had.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["policy-too-large"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "policy-too-large"
	message := sprintf("the policy has %s %s", [fault.name, fault.because])
}
