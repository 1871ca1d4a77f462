# METADATA
# title: An id of the system is compared with a wildcard or a number.
# description: >-
#   An endpoint policy may not compare the account, organization, VPC or
#   endpoint ids of AWS with a wildcard, or by a numeric operator.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [grammar]
package eplint.rules["identifier-wildcard"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "identifier-wildcard"
	message := sprintf("%q %s", [fault.name, fault.because])
}
