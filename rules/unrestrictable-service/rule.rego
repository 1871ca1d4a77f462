# METADATA
# title: An endpoint cannot be restricted by a policy.
# description: >-
#   The service obeys no endpoint policy, so that its endpoint lets everything
#   through. Other controls have to do.
# scope: package
# schemas:
#   - input: schema.facts
# custom:
#   severity: note
#   tags: [security, service]
package eplint.rules["unrestrictable-service"]

report contains {"at": "/service", "message": message} if {
	input.service.policies == "no"
	input.service.confidence in {"high", "medium"}
	input.policy.state == "default"
	message := sprintf(
		"the service %q obeys no endpoint policy: %s",
		[input.service.name, "restrict this endpoint with its security group, and with aws:SourceVpce in resource policies, SCPs and RCPs"],
	)
}
