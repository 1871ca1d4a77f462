package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/structure"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

func required(kind schema.ValueType) *schema.Schema {
	return set(&schema.Schema{Type: kind, Required: true})
}

func optional(kind schema.ValueType) *schema.Schema {
	return set(&schema.Schema{Type: kind, Optional: true})
}

func computed(kind schema.ValueType) *schema.Schema {
	return set(&schema.Schema{Type: kind, Computed: true})
}

func either(kind schema.ValueType) *schema.Schema {
	return set(&schema.Schema{Type: kind, Optional: true, Computed: true})
}

func otherwise(kind schema.ValueType, value any) *schema.Schema {
	return &schema.Schema{Type: kind, Optional: true, Default: value}
}

// set gives a collection strings for elements.
func set(s *schema.Schema) *schema.Schema {
	switch s.Type {
	case schema.TypeSet, schema.TypeList, schema.TypeMap:
		s.Elem = &schema.Schema{Type: schema.TypeString}
	}
	return s
}

func replacing(s *schema.Schema) *schema.Schema {
	s.ForceNew = true
	return s
}

func block(kind schema.ValueType, attributes map[string]*schema.Schema) *schema.Schema {
	return &schema.Schema{Type: kind, Optional: true, Elem: &schema.Resource{Schema: attributes}}
}

// document is a policy in a resource: a plan shows its JSON normalised, which
// is compact and sorted by key.
func document(s *schema.Schema) *schema.Schema {
	s.ValidateFunc = validation.StringIsJSON
	s.StateFunc = func(v any) string {
		json, _ := structure.NormalizeJsonString(v)
		return json
	}
	s.DiffSuppressFunc = func(_, before, after string, _ *schema.ResourceData) bool {
		return structure.SuppressJsonDiff("", before, after, nil)
	}
	return s
}
