# METADATA
# title: It cannot be told whether a stranger gets through.
# description: >-
#   Whether the policy lets a stranger's credentials act on a stranger's
#   resource hangs on something that eplint cannot decide. Nothing is reported
#   as safe or unsafe on a guess.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [perimeter]
package eplint.rules.undecided

report contains {"at": at, "message": message} if {
	input.policy.state != "default"
	input.policy.reported == "no"
	fact := input.questions["stranger-to-stranger"]
	fact.verdict == "unknown"
	at := object.get(fact, "at", "/policy")
	message := sprintf("cannot tell whether a stranger's credentials can act on a stranger's resource: %s", [fact.because])
}
