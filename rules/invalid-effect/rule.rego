# METADATA
# title: An Effect is neither Allow nor Deny.
# description: >-
#   The Effect of a statement is Allow or Deny, in this spelling. With another
#   the statement says nothing.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-effect"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-effect"
	message := sprintf("effect %q is neither Allow nor Deny%s", [fault.name, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""
