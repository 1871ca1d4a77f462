# METADATA
# title: It cannot be told whether a stranger gets through.
# description: >-
#   Whether the policy lets a stranger's credentials through, or lets own ones
#   reach a stranger's resource, hangs on something that is not known. Nothing is
#   reported as safe or unsafe on a guess.
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
	input.service.policies in {"yes", "unknown"}
	some i, question in order
	fact := input.questions[question]
	fact.verdict == "unknown"
	fact.reported == "no"
	every earlier in array.slice(order, 0, i) {
		object.get(input.questions[earlier], "because", "") != fact.because
	}
	at := object.get(fact, "at", "/policy")
	message := sprintf("cannot tell whether %s: %s", [words[question], fact.because])
}

order := ["stranger-to-stranger", "own-to-stranger", "stranger-to-own"]

words := {
	"stranger-to-stranger": "a stranger's credentials can act on a stranger's resource",
	"own-to-stranger": "your own credentials can act on a stranger's resource",
	"stranger-to-own": "a stranger's credentials can act on your own resource",
}
