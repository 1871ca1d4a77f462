# METADATA
# title: The name of a condition key is not written as prefix:name.
# description: >-
#   A condition key that has not the form prefix:name, or a key for tags that
#   does not say which tag. No request has such a key.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-condition-key"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-condition-key"
	message := sprintf("condition key %q %s", [fault.name, fault.because])
}
