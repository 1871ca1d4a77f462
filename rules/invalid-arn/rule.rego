# METADATA
# title: A resource is not written as an ARN.
# description: >-
#   A value of Resource or NotResource that is neither * nor has the form of an
#   ARN. It matches no resource.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-arn"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-arn"
	message := sprintf("resource %q %s%s", [fault.name, fault.because, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""
