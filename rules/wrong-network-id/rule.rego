# METADATA
# title: A network key is compared with the id of something else.
# description: >-
#   A condition compares aws:SourceVpce, aws:SourceVpc or another key of the
#   network with the id of another kind of thing, which it never equals.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [dead]
package eplint.rules["wrong-network-id"]

report contains {"at": misfit.at, "message": message} if {
	some misfit in input.misfits
	misfit.rule == "wrong-network-id"
	message := sprintf("%s holds %s, and %s is %s: the two are never equal", [misfit.name, misfit.because, misfit.near, misfit.noun])
}
