# METADATA
# title: The Denies take back all that an Allow lets through.
# description: >-
#   Every request that the Allow matches is matched by a Deny as well, so that
#   the Allow lets nothing through.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [dead]
package eplint.rules["allow-fully-denied"]

report contains {"at": fact.at, "message": message} if {
	some statement in input.policy.Statement
	fact := statement.fully_denied
	fact.verdict == "yes"
	input.policy.allows_nothing.verdict == "no"
	message := sprintf("this Allow lets nothing through: %s", [fact.because])
}
