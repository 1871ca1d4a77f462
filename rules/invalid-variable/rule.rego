# METADATA
# title: A policy variable is none, or stands where none is replaced.
# description: >-
#   A ${...} that is no policy variable, or one in an element or under an
#   operator where AWS replaces none. It is compared as text.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-variable"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-variable"
	message := sprintf("%q %s", [fault.name, fault.because])
}
