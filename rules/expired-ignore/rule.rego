# METADATA
# title: An ignore has ended.
# description: >-
#   The last day of an ignore is over, and what it ignores is found again.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [life-cycle]
package eplint.rules["expired-ignore"]

report contains {"at": sprintf("/file/ignores/%d", [i]), "message": message} if {
	some i, ignore in input.file.ignores
	ignore.kind == "expired-ignore"
	message := sprintf("this ignore of %s ended on %s", [concat(", ", ignore.rules), ignore.until])
}
