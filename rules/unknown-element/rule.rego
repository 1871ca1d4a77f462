# METADATA
# title: The policy language has no element of that name.
# description: >-
#   A policy, or a statement in it, has an element that the policy language does
#   not know: a misspelling, or one in other letter case. What it was to say may
#   go unsaid.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["unknown-element"]

report contains {"at": fault.at, "message": message} if {
	some fault in input.faults
	fault.kind == "unknown-element"
	message := sprintf("%q is no element of %s%s", [fault.name, places[fault.of], hint(fault)])
}

places := {
	"endpoint": "an endpoint",
	"document": "a policy",
	"statement": "a statement",
}

hint(fault) := sprintf(": AWS spells it %q", [fault.near])

default hint(_) := ""
