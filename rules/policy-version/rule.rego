# METADATA
# title: The Version has no policy variables, or is none.
# description: >-
#   A policy with the Version 2008-10-17, or with none, has no policy variables,
#   so that ${...} in it is text; or the Version is none that AWS has.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["policy-version"]

report contains {"at": fault.at, "message": message, "severity": fault.severity, "related": related} if {
	some fault in input.faults
	fault.kind == "policy-version"
	message := sprintf("%s%s", [fault.because, hint(fault)])
	related := [{"at": first, "message": "the variable is here"} | first := fault.first]
}

hint(fault) := sprintf("; the latest is %q", [fault.near])

default hint(_) := ""
