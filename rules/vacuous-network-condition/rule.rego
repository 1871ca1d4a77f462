# METADATA
# title: A condition asks for the endpoint that everything comes through.
# description: >-
#   Whatever this policy sees comes through this endpoint, and from the
#   endpoint's VPC. A condition on either holds for every request, so that it
#   narrows nothing, or keeps a Deny from ever matching.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   security_severity: "6.0"
#   tags: [security, perimeter, external/cwe/cwe-284]
package eplint.rules["vacuous-network-condition"]

report contains {"at": fact.at, "message": message} if {
	some statement in input.policy.Statement
	fact := statement.vacuous_network
	fact.verdict == "yes"
	message := sprintf("%s: %s", [fact.value, effect[statement.Effect]])
}

effect := {
	"Allow": "every request comes through this endpoint and from its VPC, so that this narrows nothing",
	"Deny": "every request comes through this endpoint and from its VPC, so that this Deny never matches",
}
