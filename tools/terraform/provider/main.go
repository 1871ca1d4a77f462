// Command provider is a Terraform provider for tests. It goes by the name of
// hashicorp/aws and has the schemas and the planning of the few resources and
// data sources that configurations of VPC endpoints use, and it never asks AWS:
// what the real one would look up has a fixed value here. The facts are those
// of the real provider, version 6; it is built on the same SDK, since what that
// SDK does (sets, defaults, state functions) shows in a plan.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{
		ProviderFunc: provider,
		ProviderAddr: "registry.terraform.io/hashicorp/aws",
	})
}
