# METADATA
# title: The policy blocks a bucket of AWS that the files need.
# description: >-
#   Resources of the same files get what they need from a bucket that an AWS
#   service owns, through this endpoint, and its policy lets no such request
#   through.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [dead]
package eplint.rules["blocks-service-bucket"]

report contains {"at": "/policy", "message": message, "related": related} if {
	some fact in input.blocked
	startswith(fact.action, "s3:")
	message := sprintf(
		"%s needs a bucket of %s that this policy blocks: %s calls %s on %s, and %s",
		[concat(", ", [use.name | some use in fact.uses]), fact.owner, fact.caller, fact.action, fact.arn, fact.because],
	)
	related := [{"at": use.at, "message": sprintf("needed here by %s", [use.name])} | some use in fact.uses]
}
