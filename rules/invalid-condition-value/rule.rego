# METADATA
# title: A condition has a value that its operator cannot compare.
# description: >-
#   A value of a condition that is no number, date, address or truth value where
#   its operator compares such, or an operator for another type than the key
#   has.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-condition-value"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-condition-value"
	message := sprintf("%q %s%s", [fault.name, fault.because, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""
