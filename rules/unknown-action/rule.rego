# METADATA
# title: AWS has no action of that name.
# description: >-
#   The data that eplint carries has no such action of the service: a misspelling,
#   the name of an API call that needs another action, or an action that is newer
#   than the data.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [service]
package eplint.rules["unknown-action"]

report contains {"at": misfit.at, "message": message} if {
	some misfit in input.misfits
	misfit.rule == "unknown-action"
	message := sprintf("%s is no action of %s as of %s%s: this matches no request", [misfit.name, misfit.noun, misfit.date, hint(misfit)])
}

hint(misfit) := sprintf(", %s is", [misfit.near])

default hint(_) := ""
