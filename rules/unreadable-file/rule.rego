# METADATA
# title: A file, or a policy in it, cannot be read.
# description: >-
#   A file that holds an endpoint or a policy cannot be read or parsed, so that
#   nothing can be said about what is in it. The exit code is 2 whatever else
#   was found.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   tags: [life-cycle]
package eplint.rules["unreadable-file"]

report contains {"at": sprintf("/file/problems/%d", [i]), "message": problem} if {
	some i, problem in input.file.problems
}
