# METADATA
# title: A wildcard stands under an operator that takes it for a character.
# description: >-
#   A value with * or ? under StringEquals or another operator that has no
#   wildcards. The character is then compared as it is.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [grammar]
package eplint.rules["wildcard-without-like"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "wildcard-without-like"
	message := sprintf("%q %s: use %s", [fault.name, fault.because, fault.near])
}
