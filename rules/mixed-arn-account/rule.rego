# METADATA
# title: The account of an ARN mixes digits and a wildcard.
# description: >-
#   In an endpoint policy the account of an ARN is an account id or a wildcard,
#   not both in one.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [grammar]
package eplint.rules["mixed-arn-account"]

report contains {"at": fault.at, "message": message, "severity": fault.severity} if {
	some fault in input.faults
	fault.kind == "mixed-arn-account"
	message := sprintf("the account in %q is part id, part wildcard: an endpoint policy takes one or the other", [fault.name])
}
