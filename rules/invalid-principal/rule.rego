# METADATA
# title: A principal is none that a resource policy takes.
# description: >-
#   A Principal that is no account, user, role, session or service in the form
#   that AWS has for it, or of a type that AWS does not have. It matches nobody.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-principal"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-principal"
	message := sprintf("principal %q %s%s", [fault.name, fault.because, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""
