# METADATA
# title: An action is not written as prefix:name.
# description: >-
#   A value of Action or NotAction that has not the form of an action,
#   prefix:name. It matches no request.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-action"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-action"
	message := sprintf("action %q %s%s", [fault.name, fault.because, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""
