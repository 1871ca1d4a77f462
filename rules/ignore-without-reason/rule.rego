# METADATA
# title: An ignore gives no reason.
# description: >-
#   An ignore of findings does not say why they are wanted as they are, so that it does not count.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: warning
#   tags: [life-cycle]
package eplint.rules["ignore-without-reason"]

report contains {"at": sprintf("/file/ignores/%d", [i]), "message": message} if {
	some i, ignore in input.file.ignores
	ignore.kind == "ignore-without-reason"
	message := sprintf("this ignore of %s gives no reason, so that it does not count: say why behind the rule", [concat(", ", ignore.rules)])
}
