package main

import (
	"context"
	"errors"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

func dataSources() map[string]*schema.Resource {
	filter := func() *schema.Schema {
		return block(schema.TypeSet, map[string]*schema.Schema{
			"name":   required(schema.TypeString),
			"values": required(schema.TypeSet),
		})
	}
	return map[string]*schema.Resource{
		"aws_iam_policy_document": policyDocument(),
		"aws_caller_identity": read(map[string]*schema.Schema{
			"account_id": computed(schema.TypeString),
			"arn":        computed(schema.TypeString),
			"user_id":    computed(schema.TypeString),
		}, func(d *schema.ResourceData, _ *meta) error {
			d.SetId(account)
			return give(d, map[string]any{
				"account_id": account,
				"arn":        "arn:aws:iam::" + account + ":user/planner",
				"user_id":    "AIDAEXAMPLEEXAMPLE00",
			})
		}),
		"aws_region": read(map[string]*schema.Schema{
			"name":        either(schema.TypeString),
			"region":      either(schema.TypeString),
			"endpoint":    either(schema.TypeString),
			"description": computed(schema.TypeString),
		}, func(d *schema.ResourceData, m *meta) error {
			region := first(d.Get("region").(string), d.Get("name").(string), m.region)
			d.SetId(region)
			return give(d, map[string]any{
				"name":        region,
				"region":      region,
				"endpoint":    "ec2." + region + ".amazonaws.com",
				"description": "Region " + region,
			})
		}),
		"aws_partition": read(map[string]*schema.Schema{
			"dns_suffix":         computed(schema.TypeString),
			"partition":          computed(schema.TypeString),
			"reverse_dns_prefix": computed(schema.TypeString),
		}, func(d *schema.ResourceData, m *meta) error {
			partition, suffix, reverse := "aws", "amazonaws.com", "com.amazonaws"
			switch {
			case strings.HasPrefix(m.region, "us-gov-"):
				partition = "aws-us-gov"
			case strings.HasPrefix(m.region, "cn-"):
				partition, suffix, reverse = "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"
			}
			d.SetId(partition)
			return give(d, map[string]any{
				"partition":          partition,
				"dns_suffix":         suffix,
				"reverse_dns_prefix": reverse,
			})
		}),
		"aws_organizations_organization": read(map[string]*schema.Schema{
			"arn":                           computed(schema.TypeString),
			"aws_service_access_principals": computed(schema.TypeList),
			"enabled_policy_types":          computed(schema.TypeList),
			"feature_set":                   computed(schema.TypeString),
			"master_account_arn":            computed(schema.TypeString),
			"master_account_email":          computed(schema.TypeString),
			"master_account_id":             computed(schema.TypeString),
			"master_account_name":           computed(schema.TypeString),
			"accounts": {Type: schema.TypeList, Computed: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"arn":    computed(schema.TypeString),
				"email":  computed(schema.TypeString),
				"id":     computed(schema.TypeString),
				"name":   computed(schema.TypeString),
				"status": computed(schema.TypeString),
			}}},
			"roots": {Type: schema.TypeList, Computed: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"arn":  computed(schema.TypeString),
				"id":   computed(schema.TypeString),
				"name": computed(schema.TypeString),
			}}},
		}, func(d *schema.ResourceData, _ *meta) error {
			prefix := "arn:aws:organizations::" + management
			d.SetId(organization)
			var accounts []any
			for _, a := range [][2]string{{management, "management"}, {account, "workload"}} {
				accounts = append(accounts, map[string]any{
					"arn": prefix + ":account/" + organization + "/" + a[0], "email": a[1] + "@example.com",
					"id": a[0], "name": a[1], "status": "ACTIVE",
				})
			}
			return give(d, map[string]any{
				"accounts":             accounts,
				"arn":                  prefix + ":organization/" + organization,
				"feature_set":          "ALL",
				"master_account_arn":   prefix + ":account/" + organization + "/" + management,
				"master_account_email": "management@example.com",
				"master_account_id":    management,
				"master_account_name":  "management",
				"roots": []any{map[string]any{
					"arn": prefix + ":root/" + organization + "/r-exmp", "id": "r-exmp", "name": "Root",
				}},
			})
		}),
		"aws_vpc_endpoint_service": read(map[string]*schema.Schema{
			"acceptance_required":     computed(schema.TypeBool),
			"arn":                     computed(schema.TypeString),
			"availability_zones":      computed(schema.TypeSet),
			"base_endpoint_dns_names": computed(schema.TypeSet),
			"filter":                  filter(),
			"manages_vpc_endpoints":   computed(schema.TypeBool),
			"owner":                   computed(schema.TypeString),
			"private_dns_name":        computed(schema.TypeString),
			"region":                  either(schema.TypeString),
			"service":                 {Type: schema.TypeString, Optional: true, ConflictsWith: []string{"service_name"}},
			"service_id":              computed(schema.TypeString),
			"service_name":            {Type: schema.TypeString, Optional: true, Computed: true, ConflictsWith: []string{"service"}},
			"service_regions":         optional(schema.TypeSet),
			"service_type": {
				Type: schema.TypeString, Optional: true, Computed: true,
				ValidateFunc: validation.StringInSlice([]string{"Gateway", "Interface", "GatewayLoadBalancer"}, false),
			},
			"supported_ip_address_types":    computed(schema.TypeSet),
			"tags":                          either(schema.TypeMap),
			"vpc_endpoint_policy_supported": computed(schema.TypeBool),
		}, func(d *schema.ResourceData, m *meta) error {
			region := first(d.Get("region").(string), m.region)
			name := first(d.Get("service_name").(string), "com.amazonaws."+region+"."+d.Get("service").(string))
			service := name[strings.LastIndex(name, ".")+1:]
			kind := d.Get("service_type").(string)
			if kind == "" {
				switch service {
				case "s3", "dynamodb":
					return errors.New("multiple EC2 VPC Endpoint Services matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint Service")
				}
				kind = "Interface"
			}
			d.SetId(hash(name))
			private := ""
			if kind == "Interface" {
				private = service + "." + region + ".amazonaws.com"
			}
			return give(d, map[string]any{
				"arn":                           "arn:aws:ec2:" + region + ":" + account + ":vpc-endpoint-service/vpce-svc-0123456789abcdef0",
				"availability_zones":            []string{region + "a", region + "b", region + "c"},
				"base_endpoint_dns_names":       []string{service + "." + region + ".amazonaws.com"},
				"owner":                         "amazon",
				"private_dns_name":              private,
				"region":                        region,
				"service_id":                    "vpce-svc-0123456789abcdef0",
				"service_name":                  name,
				"service_type":                  kind,
				"supported_ip_address_types":    []string{"ipv4"},
				"vpc_endpoint_policy_supported": true,
			})
		}),
		"aws_availability_zones": read(map[string]*schema.Schema{
			"all_availability_zones": optional(schema.TypeBool),
			"exclude_names":          optional(schema.TypeSet),
			"filter":                 filter(),
			"names":                  computed(schema.TypeList),
			"region":                 either(schema.TypeString),
			"state":                  optional(schema.TypeString),
			"zone_ids":               computed(schema.TypeList),
		}, func(d *schema.ResourceData, m *meta) error {
			region := first(d.Get("region").(string), m.region)
			d.SetId(region)
			return give(d, map[string]any{
				"region":   region,
				"names":    []string{region + "a", region + "b", region + "c"},
				"zone_ids": []string{"euw1-az1", "euw1-az2", "euw1-az3"},
			})
		}),
		"aws_vpc": read(map[string]*schema.Schema{
			"arn":                 computed(schema.TypeString),
			"cidr_block":          either(schema.TypeString),
			"default":             either(schema.TypeBool),
			"filter":              filter(),
			"id":                  either(schema.TypeString),
			"main_route_table_id": computed(schema.TypeString),
			"owner_id":            computed(schema.TypeString),
			"region":              either(schema.TypeString),
			"tags":                either(schema.TypeMap),
		}, func(d *schema.ResourceData, m *meta) error {
			region := first(d.Get("region").(string), m.region)
			id := first(d.Get("id").(string), "vpc-0123456789abcdef0")
			d.SetId(id)
			return give(d, map[string]any{
				"arn":                 "arn:aws:ec2:" + region + ":" + account + ":vpc/" + id,
				"cidr_block":          first(d.Get("cidr_block").(string), "10.0.0.0/16"),
				"main_route_table_id": "rtb-0123456789abcdef0",
				"owner_id":            account,
				"region":              region,
			})
		}),
		"aws_prefix_list": read(map[string]*schema.Schema{
			"cidr_blocks":    computed(schema.TypeList),
			"filter":         filter(),
			"name":           either(schema.TypeString),
			"prefix_list_id": optional(schema.TypeString),
			"region":         either(schema.TypeString),
		}, func(d *schema.ResourceData, m *meta) error {
			region := first(d.Get("region").(string), m.region)
			d.SetId(first(d.Get("prefix_list_id").(string), "pl-6da54004"))
			return give(d, map[string]any{
				"region":      region,
				"name":        first(d.Get("name").(string), "com.amazonaws."+region+".s3"),
				"cidr_blocks": []string{"52.218.0.0/17", "3.5.64.0/21"},
			})
		}),
	}
}

func read(attributes map[string]*schema.Schema, by func(*schema.ResourceData, *meta) error) *schema.Resource {
	return &schema.Resource{
		Schema: attributes,
		ReadContext: func(_ context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			return diag.FromErr(by(d, m.(*meta)))
		},
	}
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func hash(s string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(s))), 10)
}

// give sets attributes, and says which of them the schema lacks.
func give(d *schema.ResourceData, values map[string]any) error {
	var all []error
	for name, value := range values {
		all = append(all, d.Set(name, value))
	}
	return errors.Join(all...)
}
