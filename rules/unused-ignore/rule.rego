# METADATA
# title: An ignore ignores nothing.
# description: >-
#   An ignore names no rule that there is, or nothing is found where it stands.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [life-cycle]
package eplint.rules["unused-ignore"]

report contains {"at": sprintf("/file/ignores/%d", [i]), "message": message} if {
	some i, ignore in input.file.ignores
	ignore.kind == "unused-ignore"
	message := sprintf("this ignore has no use: %s", [ignore.why])
}
