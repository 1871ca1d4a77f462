# METADATA
# title: Another endpoint of the network is stricter.
# description: >-
#   Two endpoints lead from one VPC to the same service, and this one lets through
#   what the other blocks, so that whoever is stopped there comes through here.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [perimeter]
package eplint.rules["weaker-sibling"]

report contains {"at": "/policy", "message": message, "related": related, "question": question} if {
	input.policy.full_access == "no"
	some i, sibling in input.siblings
	fact := sibling.weaker
	fact.verdict == "yes"
	question := sprintf("/siblings/%d/weaker", [i])
	message := sprintf(
		"this lets through what %s blocks, which leads from the same VPC to the same service: %s credentials can call %s on %s %s",
		[sibling.name, fact.request.credentials, fact.request.action, fact.request.owner, fact.request.noun],
	)
	related := [{"at": sibling.at, "message": sprintf("%s is stricter", [sibling.name])}]
}
