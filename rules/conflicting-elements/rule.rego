# METADATA
# title: A statement has an element and its negation.
# description: >-
#   A statement has Principal and NotPrincipal, Action and NotAction, or
#   Resource and NotResource. AWS takes one of the two.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["conflicting-elements"]

report contains {"at": fault.at, "message": message, "severity": fault.severity, "related": related} if {
	some fault in input.faults
	fault.kind == "conflicting-elements"
	message := sprintf("%q stands beside its opposite: a statement has one of the two", [fault.name])
	related := [{"at": fault.first, "message": "the other of the two"}]
}
