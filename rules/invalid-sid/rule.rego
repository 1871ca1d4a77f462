# METADATA
# title: A Sid holds more than letters and digits.
# description: >-
#   The Sid of a statement is empty, or holds characters that the policy
#   language does not have for it.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [grammar]
package eplint.rules["invalid-sid"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-sid"
	message := sprintf("sid %q %s", [fault.name, fault.because])
}
