# METADATA
# title: An Allow is of every action of the service.
# description: >-
#   A statement through which strangers get, or by which their resources are
#   reached, allows every action of the endpoint's service.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [security, perimeter]
package eplint.rules["wildcard-action"]

report contains {"at": misfit.at, "message": message} if {
	some misfit in input.misfits
	misfit.rule == "wildcard-action"
	input.policy.full_access == "no"
	some question in ["stranger-to-stranger", "own-to-stranger", "stranger-to-own"]
	fact := input.questions[question]
	fact.verdict == "yes"
	fact.at == misfit.statement
	message := sprintf("%s allows every action of %s, and what gets through by it is not limited to your own accounts", [misfit.name, misfit.noun])
}
