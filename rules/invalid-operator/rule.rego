# METADATA
# title: A condition operator is none, or not for its key.
# description: >-
#   A condition operator that AWS does not have, in other letters than AWS has
#   it, or that is not for a key with one value, or with several.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["invalid-operator"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "invalid-operator"
	not opened(fault)
	message := sprintf("operator %q %s%s", [fault.name, fault.because, hint(fault)])
}

hint(fault) := sprintf("; the nearest is %q", [fault.near])

default hint(_) := ""

# The rule absent-key-opens says what the operator opens.
opened(fault) if {
	some statement in input.policy.Statement
	statement.absent_key_opens.verdict == "yes"
	statement.absent_key_opens.at == fault.at
}
