# METADATA
# title: A key is given twice in one object.
# description: >-
#   An object of the policy, or of the endpoint, gives a key twice. Which of the
#   two counts is up to who reads it.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["duplicate-key"]

report contains {"at": fault.at, "message": message, "related": related} if {
	some fault in input.faults
	fault.kind == "duplicate-key"
	message := sprintf("%q is given twice in one object%s", [fault.name, why(fault)])
	related := [{"at": fault.first, "message": "given here first"}]
}

why(fault) := sprintf(", %s", [fault.because])

default why(_) := ": readers differ in which of the two counts"
