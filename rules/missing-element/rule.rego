# METADATA
# title: A policy or a statement lacks an element.
# description: >-
#   A policy needs a Statement, and each statement an Effect, a Principal, an
#   Action and a Resource, none of them empty. Without one of them the statement
#   says nothing.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["missing-element"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "missing-element"
	message := sprintf("%q %s", [fault.name, fault.because])
}
