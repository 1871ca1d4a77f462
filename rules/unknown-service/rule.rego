# METADATA
# title: No endpoint service is known by that name.
# description: >-
#   The catalogue has no endpoint service of that name: a misspelling, or a
#   service that is newer than the data. Nothing is known about what the endpoint
#   carries.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["unknown-service"]

report contains {"at": misfit.at, "message": message, "severity": severity} if {
	some misfit in input.misfits
	misfit.rule == "unknown-service"
	severity := severity_of(misfit)
	message := sprintf("%s is no endpoint service that is known as of %s%s%s", [misfit.name, misfit.date, reason(misfit), hint(misfit)])
}

default severity_of(_) := "note"

severity_of(misfit) := "error" if misfit.noun == "impossible"

reason(misfit) := sprintf(", and cannot be one: %s", [misfit.because])

default reason(_) := ""

hint(misfit) := sprintf("; near it: %s", [misfit.near])

default hint(_) := ""
