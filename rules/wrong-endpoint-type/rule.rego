# METADATA
# title: The endpoint is of a type that its service does not have.
# description: >-
#   The service has no gateway endpoint, or a policy is attached to an endpoint of
#   a type that takes none. AWS refuses to make such an endpoint.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [service]
package eplint.rules["wrong-endpoint-type"]

report contains {"at": misfit.at, "message": message} if {
	some misfit in input.misfits
	misfit.rule == "wrong-endpoint-type"
	message := sprintf("%q is the wrong type here: %s", [misfit.name, misfit.because])
}
