# METADATA
# title: An Allow is for everybody.
# description: >-
#   A statement through which strangers get allows everybody, where it could name
#   who is meant.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [security, perimeter]
package eplint.rules["wildcard-principal"]

report contains {"at": misfit.at, "message": message} if {
	some misfit in input.misfits
	misfit.rule == "wildcard-principal"
	input.policy.full_access == "no"
	some question in ["stranger-to-stranger", "stranger-to-own"]
	fact := input.questions[question]
	fact.verdict == "yes"
	fact.at == misfit.statement
	message := sprintf("the Principal %s is everybody, and no condition of this Allow keeps strangers out", [misfit.name])
}
