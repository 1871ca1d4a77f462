# METADATA
# title: Two statements have the same Sid.
# description: >-
#   Two statements of a policy have the same Sid. AWS recommends that it tells
#   them apart; IAM refuses such a policy.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [grammar]
package eplint.rules["duplicate-sid"]

report contains {"at": fault.at, "message": message, "severity": fault.severity, "related": related} if {
	some fault in input.faults
	fault.kind == "duplicate-sid"
	message := sprintf("sid %q is that of an earlier statement", [fault.name])
	related := [{"at": fault.first, "message": "the earlier statement"}]
}
