package main

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// What AWS would say about the caller.
const (
	account      = "111122223333"
	organization = "o-exampleorgid"
	management   = "444455556666"
	home         = "eu-west-1" // where the provider names no region, as if from AWS_REGION
)

// meta is what a provider block says to its resources.
type meta struct {
	region string
	tags   map[string]any // default_tags; may be nil
}

func provider() *schema.Provider {
	flag := optional(schema.TypeBool)
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"region":                      optional(schema.TypeString),
			"profile":                     optional(schema.TypeString),
			"access_key":                  optional(schema.TypeString),
			"secret_key":                  optional(schema.TypeString),
			"allowed_account_ids":         set(optional(schema.TypeSet)),
			"skip_credentials_validation": flag,
			"skip_metadata_api_check":     optional(schema.TypeString),
			"skip_region_validation":      flag,
			"skip_requesting_account_id":  flag,
			"assume_role": block(schema.TypeList, map[string]*schema.Schema{
				"role_arn":     optional(schema.TypeString),
				"session_name": optional(schema.TypeString),
				"external_id":  optional(schema.TypeString),
			}),
			"default_tags": block(schema.TypeList, map[string]*schema.Schema{
				"tags": set(optional(schema.TypeMap)),
			}),
		},
		ResourcesMap:         resources(),
		DataSourcesMap:       dataSources(),
		ConfigureContextFunc: configure,
	}
}

func configure(_ context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	m := &meta{region: home}
	if region := d.Get("region").(string); region != "" {
		m.region = region
	}
	if blocks := d.Get("default_tags").([]any); len(blocks) == 1 && blocks[0] != nil {
		m.tags = maps.Clone(blocks[0].(map[string]any)["tags"].(map[string]any))
	}
	return m, nil
}
