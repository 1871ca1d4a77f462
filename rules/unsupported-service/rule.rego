# METADATA
# title: A policy stands on an endpoint whose service obeys none.
# description: >-
#   The endpoint's service does not support endpoint policies. AWS refuses the
#   policy or lets everything through in spite of it, so that the endpoint is
#   not restricted as the policy says.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: error
#   security_severity: "7.0"
#   tags: [security, service, external/cwe/cwe-284]
package eplint.rules["unsupported-service"]

report contains {"at": "/service", "severity": severity, "message": message} if {
	input.service.policies == "no"
	input.policy.state != "default"
	severity := {"high": "error", "medium": "warning"}[input.service.confidence]
	message := sprintf("the service %q does not support endpoint policies: this policy restricts nothing", [input.service.name])
}
