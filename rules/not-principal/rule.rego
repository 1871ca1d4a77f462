# METADATA
# title: A statement uses NotPrincipal.
# description: >-
#   NotPrincipal names those that the statement is not about. With Allow AWS
#   does not support it; with Deny it also denies every principal that has a
#   permissions boundary.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [grammar]
package eplint.rules["not-principal"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "not-principal"
	message := words[fault.name]
}

words := {
	"Allow": "NotPrincipal with Allow lets in everybody who is not named, unsigned requests too: AWS does not support it",
	"Deny": "NotPrincipal with Deny also denies every principal with a permissions boundary, whoever is named",
}
