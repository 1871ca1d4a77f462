# METADATA
# title: Two resources set the policy of one endpoint.
# description: >-
#   The endpoint's own policy and an aws_vpc_endpoint_policy, or two of the latter,
#   overwrite each other: which one is in force depends on the apply that came last.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [life-cycle]
package eplint.rules["policy-set-twice"]

report contains {"at": fault.at, "message": message, "related": related} if {
	some fault in input.faults
	fault.kind == "policy-set-twice"
	message := sprintf("%s sets the policy of %s, which is set already: each of the two overwrites the other", [fault.name, input.name])
	related := [{"at": fault.first, "message": "set here first"}]
}
