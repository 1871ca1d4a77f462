package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// kind is a type of resource: what AWS makes up when one is created.
type kind struct {
	schema map[string]*schema.Schema
	// id is the prefix of the identifiers that AWS assigns, or names the
	// argument that is the identifier when it begins with "=".
	id string
	// arn has places for region, account and id; no attribute when empty.
	arn string
	// made are computed attributes with fixed values; a place is for the id.
	made map[string]string
}

func resources() map[string]*schema.Resource {
	all := map[string]kind{
		"aws_vpc_endpoint": {
			id:   "vpce-",
			arn:  "arn:aws:ec2:%s:%s:vpc-endpoint/%s",
			made: map[string]string{"owner_id": account, "state": "available", "prefix_list_id": "pl-6da54004", "ip_address_type": "ipv4"},
			schema: map[string]*schema.Schema{
				"auto_accept": optional(schema.TypeBool),
				"cidr_blocks": computed(schema.TypeList),
				"dns_entry": {Type: schema.TypeList, Computed: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"dns_name":       computed(schema.TypeString),
					"hosted_zone_id": computed(schema.TypeString),
				}}},
				"dns_options": {Type: schema.TypeList, Optional: true, Computed: true, MaxItems: 1, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"dns_record_ip_type":                             either(schema.TypeString),
					"private_dns_only_for_inbound_resolver_endpoint": optional(schema.TypeBool),
				}}},
				"ip_address_type":            either(schema.TypeString),
				"network_interface_ids":      computed(schema.TypeSet),
				"owner_id":                   computed(schema.TypeString),
				"policy":                     document(either(schema.TypeString)),
				"prefix_list_id":             computed(schema.TypeString),
				"private_dns_enabled":        either(schema.TypeBool),
				"requester_managed":          computed(schema.TypeBool),
				"resource_configuration_arn": replacing(optional(schema.TypeString)),
				"route_table_ids":            either(schema.TypeSet),
				"security_group_ids":         either(schema.TypeSet),
				"service_name": {
					Type: schema.TypeString, Optional: true, ForceNew: true,
					ConflictsWith: []string{"resource_configuration_arn", "service_network_arn"},
				},
				"service_network_arn": replacing(optional(schema.TypeString)),
				"service_region":      replacing(either(schema.TypeString)),
				"state":               computed(schema.TypeString),
				"subnet_configuration": {Type: schema.TypeSet, Optional: true, Computed: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{
					"ipv4":      optional(schema.TypeString),
					"ipv6":      optional(schema.TypeString),
					"subnet_id": optional(schema.TypeString),
				}}},
				"subnet_ids": either(schema.TypeSet),
				"vpc_endpoint_type": {
					Type: schema.TypeString, Optional: true, ForceNew: true, Default: "Gateway",
					ValidateFunc: validation.StringInSlice([]string{"Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"}, false),
				},
				"vpc_id":   replacing(required(schema.TypeString)),
				"tags":     optional(schema.TypeMap),
				"tags_all": either(schema.TypeMap),
			},
		},
		"aws_vpc_endpoint_policy": {
			id: "=vpc_endpoint_id",
			schema: map[string]*schema.Schema{
				"policy":          document(either(schema.TypeString)),
				"vpc_endpoint_id": replacing(required(schema.TypeString)),
			},
		},
		"aws_vpc": {
			id:  "vpc-",
			arn: "arn:aws:ec2:%s:%s:vpc/%s",
			made: map[string]string{
				"owner_id": account, "main_route_table_id": "rtb-0aaaaaaaaaaaaaaaa",
				"default_route_table_id": "rtb-0aaaaaaaaaaaaaaaa", "default_security_group_id": "sg-0aaaaaaaaaaaaaaaa",
			},
			schema: map[string]*schema.Schema{
				"cidr_block":                replacing(either(schema.TypeString)),
				"enable_dns_support":        otherwise(schema.TypeBool, true),
				"enable_dns_hostnames":      either(schema.TypeBool),
				"instance_tenancy":          otherwise(schema.TypeString, "default"),
				"default_route_table_id":    computed(schema.TypeString),
				"default_security_group_id": computed(schema.TypeString),
				"main_route_table_id":       computed(schema.TypeString),
				"owner_id":                  computed(schema.TypeString),
				"tags":                      optional(schema.TypeMap),
				"tags_all":                  either(schema.TypeMap),
			},
		},
		"aws_subnet": {
			id:   "subnet-",
			arn:  "arn:aws:ec2:%s:%s:subnet/%s",
			made: map[string]string{"owner_id": account},
			schema: map[string]*schema.Schema{
				"availability_zone":       replacing(either(schema.TypeString)),
				"cidr_block":              replacing(optional(schema.TypeString)),
				"map_public_ip_on_launch": otherwise(schema.TypeBool, false),
				"owner_id":                computed(schema.TypeString),
				"vpc_id":                  replacing(required(schema.TypeString)),
				"tags":                    optional(schema.TypeMap),
				"tags_all":                either(schema.TypeMap),
			},
		},
		"aws_route_table": {
			id:   "rtb-",
			arn:  "arn:aws:ec2:%s:%s:route-table/%s",
			made: map[string]string{"owner_id": account},
			schema: map[string]*schema.Schema{
				"owner_id": computed(schema.TypeString),
				"vpc_id":   replacing(required(schema.TypeString)),
				"tags":     optional(schema.TypeMap),
				"tags_all": either(schema.TypeMap),
			},
		},
		"aws_security_group": {
			id:   "sg-",
			arn:  "arn:aws:ec2:%s:%s:security-group/%s",
			made: map[string]string{"owner_id": account},
			schema: map[string]*schema.Schema{
				"description": replacing(otherwise(schema.TypeString, "Managed by Terraform")),
				"ingress":     rules(),
				"egress":      rules(),
				"name":        replacing(either(schema.TypeString)),
				"name_prefix": replacing(either(schema.TypeString)),
				"owner_id":    computed(schema.TypeString),
				"vpc_id":      replacing(either(schema.TypeString)),
				"tags":        optional(schema.TypeMap),
				"tags_all":    either(schema.TypeMap),
			},
		},
		"aws_s3_bucket": {
			id:  "=bucket",
			arn: "arn:aws:s3:::%[3]s",
			made: map[string]string{
				"bucket_domain_name": "%s.s3.amazonaws.com", "hosted_zone_id": "Z1BKCTXD74EZPE",
			},
			schema: map[string]*schema.Schema{
				"bucket":             replacing(either(schema.TypeString)),
				"bucket_prefix":      replacing(either(schema.TypeString)),
				"bucket_domain_name": computed(schema.TypeString),
				"force_destroy":      otherwise(schema.TypeBool, false),
				"hosted_zone_id":     computed(schema.TypeString),
				"tags":               optional(schema.TypeMap),
				"tags_all":           either(schema.TypeMap),
			},
		},
		"aws_iam_role": {
			id:   "=name",
			arn:  "arn:aws:iam::%[2]s:role/%[3]s",
			made: map[string]string{"unique_id": "AROAEXAMPLEEXAMPLE00", "create_date": "2020-01-01T00:00:00Z"},
			schema: map[string]*schema.Schema{
				"assume_role_policy":    document(required(schema.TypeString)),
				"create_date":           computed(schema.TypeString),
				"description":           optional(schema.TypeString),
				"force_detach_policies": otherwise(schema.TypeBool, false),
				"max_session_duration":  otherwise(schema.TypeInt, 3600),
				"name":                  replacing(either(schema.TypeString)),
				"name_prefix":           replacing(either(schema.TypeString)),
				"path":                  replacing(otherwise(schema.TypeString, "/")),
				"permissions_boundary":  optional(schema.TypeString),
				"unique_id":             computed(schema.TypeString),
				"tags":                  optional(schema.TypeMap),
				"tags_all":              either(schema.TypeMap),
			},
		},
		"aws_kms_key": {
			id:   "key-",
			arn:  "arn:aws:kms:%s:%s:key/%s",
			made: map[string]string{"key_id": "%s"},
			schema: map[string]*schema.Schema{
				"customer_master_key_spec": replacing(otherwise(schema.TypeString, "SYMMETRIC_DEFAULT")),
				"deletion_window_in_days":  optional(schema.TypeInt),
				"description":              either(schema.TypeString),
				"enable_key_rotation":      otherwise(schema.TypeBool, false),
				"is_enabled":               otherwise(schema.TypeBool, true),
				"key_id":                   computed(schema.TypeString),
				"key_usage":                replacing(otherwise(schema.TypeString, "ENCRYPT_DECRYPT")),
				"policy":                   document(either(schema.TypeString)),
				"tags":                     optional(schema.TypeMap),
				"tags_all":                 either(schema.TypeMap),
			},
		},
		"aws_dynamodb_table": {
			id:   "=name",
			arn:  "arn:aws:dynamodb:%s:%s:table/%s",
			made: map[string]string{"stream_arn": ""},
			schema: map[string]*schema.Schema{
				"attribute": block(schema.TypeSet, map[string]*schema.Schema{
					"name": required(schema.TypeString),
					"type": required(schema.TypeString),
				}),
				"billing_mode": otherwise(schema.TypeString, "PROVISIONED"),
				"hash_key":     replacing(either(schema.TypeString)),
				"name":         replacing(required(schema.TypeString)),
				"stream_arn":   computed(schema.TypeString),
				"tags":         optional(schema.TypeMap),
				"tags_all":     either(schema.TypeMap),
			},
		},
	}
	found := map[string]*schema.Resource{}
	for name, k := range all {
		found[name] = k.resource(name)
	}
	return found
}

func rules() *schema.Schema {
	return &schema.Schema{
		Type: schema.TypeSet, Optional: true, Computed: true, ConfigMode: schema.SchemaConfigModeAttr,
		Elem: &schema.Resource{Schema: map[string]*schema.Schema{
			"cidr_blocks":      optional(schema.TypeList),
			"description":      optional(schema.TypeString),
			"from_port":        required(schema.TypeInt),
			"ipv6_cidr_blocks": optional(schema.TypeList),
			"prefix_list_ids":  optional(schema.TypeList),
			"protocol":         required(schema.TypeString),
			"security_groups":  optional(schema.TypeSet),
			"self":             otherwise(schema.TypeBool, false),
			"to_port":          required(schema.TypeInt),
		}},
	}
}

func (k kind) resource(name string) *schema.Resource {
	if name != "aws_iam_role" { // the others are regional
		k.schema["region"] = either(schema.TypeString)
	}
	if k.arn != "" {
		k.schema["arn"] = computed(schema.TypeString)
	}
	var timeouts *schema.ResourceTimeout
	if strings.HasPrefix(name, "aws_vpc_endpoint") {
		timeouts = &schema.ResourceTimeout{Create: schema.DefaultTimeout(10 * time.Minute), Delete: schema.DefaultTimeout("10m")}
		if name == "aws_vpc_endpoint" {
			timeouts.Update = schema.DefaultTimeout(10 * time.Minute)
		}
	}
	keep := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
	r := &schema.Resource{
		Schema:        k.schema,
		Timeouts:      timeouts,
		CustomizeDiff: k.plan,
		CreateContext: k.create,
		ReadContext:   keep,
		DeleteContext: keep,
	}
	for _, attribute := range k.schema {
		if !attribute.ForceNew && attribute.Optional {
			r.UpdateContext = keep
		}
	}
	return r
}

// plan fills in what the provider block decides: the region and the tags.
func (k kind) plan(_ context.Context, d *schema.ResourceDiff, m any) error {
	from := m.(*meta)
	config := d.GetRawConfig()
	if _, regional := k.schema["region"]; regional && config.GetAttr("region").IsNull() {
		if err := d.SetNew("region", from.region); err != nil {
			return err
		}
	}
	if _, tagged := k.schema["tags_all"]; !tagged {
		return nil
	}
	if !config.GetAttr("tags").IsWhollyKnown() {
		return d.SetNewComputed("tags_all")
	}
	tags := map[string]any{}
	maps.Copy(tags, from.tags)
	maps.Copy(tags, d.Get("tags").(map[string]any))
	if len(tags) > 0 {
		return d.SetNew("tags_all", tags)
	}
	if len(d.Get("tags_all").(map[string]any)) > 0 {
		return d.SetNewComputed("tags_all")
	}
	return nil
}

func (k kind) create(_ context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
	region, _ := d.Get("region").(string)
	if region == "" {
		region = m.(*meta).region
	}
	id := k.id + digest(d, k.schema)
	made := map[string]any{}
	for name, attribute := range k.schema {
		if _, given := d.GetOk(name); attribute.Computed && !given {
			made[name] = attribute.ZeroValue()
		}
	}
	if k.id[0] == '=' {
		name := k.id[1:]
		if id = d.Get(name).(string); id == "" {
			id = "terraform-" + digest(d, k.schema)
			made[name] = id
		}
	}
	d.SetId(id)
	if k.arn != "" {
		made["arn"] = fmt.Sprintf(k.arn, region, account, id)
	}
	for name, value := range k.made {
		if _, given := d.GetOk(name); given {
			continue
		}
		made[name] = strings.Replace(value, "%s", id, 1)
	}
	if policy, has := k.schema["policy"]; has && policy.Computed && d.Get("policy") == "" {
		made["policy"] = fullAccess
	}
	return diag.FromErr(give(d, made))
}

// fullAccess is the policy that AWS gives an endpoint without one.
const fullAccess = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`

// digest is 17 hexadecimal digits of what was asked for, so that the same
// configuration always gets the same identifiers.
func digest(d *schema.ResourceData, attributes map[string]*schema.Schema) string {
	h := fnv.New128a()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text, _ := json.Marshal(plain(d.Get(name))) // what a configuration holds can be written
		fmt.Fprintf(h, "%s=%s\n", name, text)
	}
	return hex.EncodeToString(h.Sum(nil))[:17]
}

func plain(value any) any {
	switch v := value.(type) {
	case *schema.Set:
		return plain(v.List())
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = plain(element)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, element := range v {
			object[key] = plain(element)
		}
		return object
	}
	return value
}
