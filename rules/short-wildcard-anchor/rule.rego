# METADATA
# title: A wildcard has too little text beside it.
# description: >-
#   An endpoint policy needs six characters before or after a wildcard of a
#   condition value, under string operators.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [grammar]
package eplint.rules["short-wildcard-anchor"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "short-wildcard-anchor"
	message := sprintf("%q %s has fewer than six characters on either side of a wildcard, the least that an endpoint policy takes", [fault.name, fault.because])
}
