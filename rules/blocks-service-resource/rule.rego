# METADATA
# title: The policy blocks a resource of AWS that the files need.
# description: >-
#   Resources of the same files need an image, a document or a parameter that an
#   AWS service owns, and the endpoint's policy lets no such request through.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [dead]
package eplint.rules["blocks-service-resource"]

report contains {"at": "/policy", "message": message, "related": related} if {
	some fact in input.blocked
	not startswith(fact.action, "s3:")
	message := sprintf(
		"%s needs what %s owns and this policy blocks: %s calls %s on %s, and %s",
		[concat(", ", [use.name | some use in fact.uses]), fact.owner, fact.caller, fact.action, fact.arn, fact.because],
	)
	related := [{"at": use.at, "message": sprintf("needed here by %s", [use.name])} | some use in fact.uses]
}
