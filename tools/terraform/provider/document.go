package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// A policy is what aws_iam_policy_document renders, element by element in this
// order.
type policy struct {
	Version   string       `json:",omitempty"`
	ID        string       `json:"Id,omitempty"`
	Statement []*statement `json:",omitempty"`
}

type statement struct {
	Sid          string     `json:",omitempty"`
	Effect       string     `json:",omitempty"`
	Action       any        `json:",omitempty"`
	NotAction    any        `json:",omitempty"`
	Resource     any        `json:",omitempty"`
	NotResource  any        `json:",omitempty"`
	Principal    principals `json:",omitempty"`
	NotPrincipal principals `json:",omitempty"`
	Condition    conditions `json:",omitempty"`
}

// principals and conditions keep the order of what was added to one key, which
// is the order of the blocks' hashes; keys come out sorted.
type principals []principal

type principal struct {
	kind string
	ids  []string
	list bool // written as a list even when it has one element
}

type conditions []condition

type condition struct {
	test, variable string
	values         []string
}

func policyDocument() *schema.Resource {
	who := func() *schema.Schema {
		return block(schema.TypeSet, map[string]*schema.Schema{
			"type":        required(schema.TypeString),
			"identifiers": required(schema.TypeSet),
		})
	}
	documents := func() *schema.Schema {
		return &schema.Schema{
			Type: schema.TypeList, Optional: true,
			Elem: &schema.Schema{Type: schema.TypeString, ValidateFunc: validation.StringIsJSON},
		}
	}
	effect := otherwise(schema.TypeString, "Allow")
	effect.ValidateFunc = validation.StringInSlice([]string{"Allow", "Deny"}, false)
	version := otherwise(schema.TypeString, "2012-10-17")
	version.ValidateFunc = validation.StringInSlice([]string{"2008-10-17", "2012-10-17"}, false)
	return read(map[string]*schema.Schema{
		"json":                      computed(schema.TypeString),
		"minified_json":             computed(schema.TypeString),
		"override_policy_documents": documents(),
		"policy_id":                 optional(schema.TypeString),
		"source_policy_documents":   documents(),
		"version":                   version,
		"statement": block(schema.TypeList, map[string]*schema.Schema{
			"actions": optional(schema.TypeSet),
			"condition": block(schema.TypeSet, map[string]*schema.Schema{
				"test":     required(schema.TypeString),
				"values":   required(schema.TypeList),
				"variable": required(schema.TypeString),
			}),
			"effect":         effect,
			"not_actions":    optional(schema.TypeSet),
			"not_principals": who(),
			"not_resources":  optional(schema.TypeSet),
			"principals":     who(),
			"resources":      optional(schema.TypeSet),
			"sid":            optional(schema.TypeString),
		}),
	}, func(d *schema.ResourceData, _ *meta) error {
		p, err := compose(d)
		if err != nil {
			return fmt.Errorf("writing IAM Policy Document: %w", err)
		}
		pretty, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			return err
		}
		compact, err := json.Marshal(p)
		if err != nil {
			return err
		}
		d.SetId(hash(string(pretty)))
		return give(d, map[string]any{"json": string(pretty), "minified_json": string(compact)})
	})
}

// compose merges, each over what came before: the sources, whose Sids must
// differ, the statements of the data source itself, and the overrides.
func compose(d *schema.ResourceData) (*policy, error) {
	whole := &policy{}
	sids := map[string]bool{}
	for i, text := range d.Get("source_policy_documents").([]any) {
		source, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("merging source document %d: %w", i, err)
		}
		for _, s := range source.Statement {
			if s.Sid != "" && sids[s.Sid] {
				return nil, fmt.Errorf("merging source document %d: duplicate Sid (%s) in source_policy_documents", i, s.Sid)
			}
			sids[s.Sid] = true
		}
		whole.merge(source)
	}
	own, err := written(d)
	if err != nil {
		return nil, err
	}
	whole.merge(own)
	for i, text := range d.Get("override_policy_documents").([]any) {
		override, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("merging override document %d: %w", i, err)
		}
		whole.merge(override)
	}
	return whole, nil
}

func parse(text any) (*policy, error) {
	p := &policy{}
	if text == nil {
		return p, nil
	}
	return p, json.Unmarshal([]byte(text.(string)), p)
}

// merge takes the other's Id, the later Version, and its statements: one whose
// Sid is here already takes that one's place.
func (p *policy) merge(other *policy) {
	p.ID = first(other.ID, p.ID)
	p.Version = max(p.Version, other.Version)
	for _, s := range other.Statement {
		same := func(mine *statement) bool { return s.Sid != "" && mine.Sid == s.Sid }
		if i := slices.IndexFunc(p.Statement, same); i >= 0 {
			p.Statement[i] = s
		} else {
			p.Statement = append(p.Statement, s)
		}
	}
}

// written is the policy in the blocks of the data source.
func written(d *schema.ResourceData) (*policy, error) {
	p := &policy{Version: d.Get("version").(string), ID: d.Get("policy_id").(string)}
	sids := map[string]bool{}
	for _, block := range d.Get("statement").([]any) {
		block, _ := block.(map[string]any)
		s := &statement{Sid: block["sid"].(string), Effect: block["effect"].(string)}
		if s.Sid != "" && sids[s.Sid] {
			return nil, fmt.Errorf("duplicate Sid (%s)", s.Sid)
		}
		sids[s.Sid] = true
		s.Action = oneOrMany(texts(block["actions"]))
		s.NotAction = oneOrMany(texts(block["not_actions"]))
		var err error
		strings := func(value any) []string {
			list := texts(value)
			for i := range list {
				if err == nil {
					list[i], err = variables(list[i], p.Version)
				}
			}
			return list
		}
		s.Resource = oneOrMany(strings(block["resources"]))
		s.NotResource = oneOrMany(strings(block["not_resources"]))
		who := func(value any) (all principals) {
			for _, block := range value.(*schema.Set).List() {
				block := block.(map[string]any)
				ids := strings(block["identifiers"])
				all = append(all, principal{kind: block["type"].(string), ids: ids, list: len(ids) != 1})
			}
			return all
		}
		s.Principal, s.NotPrincipal = who(block["principals"]), who(block["not_principals"])
		for _, block := range block["condition"].(*schema.Set).List() {
			block := block.(map[string]any)
			s.Condition = append(s.Condition, condition{
				test: block["test"].(string), variable: block["variable"].(string), values: strings(block["values"]),
			})
		}
		if err != nil {
			return nil, err
		}
		p.Statement = append(p.Statement, s)
	}
	return p, nil
}

// texts are the strings of a set, from the last to the first in their order,
// or of a list as it is.
func texts(value any) []string {
	list, ordered := value.([]any)
	if !ordered {
		list = value.(*schema.Set).List()
	}
	found := make([]string, len(list))
	for i, element := range list {
		found[i], _ = element.(string)
	}
	if !ordered {
		descend(found)
	}
	return found
}

func descend(list []string) {
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(b, a) })
}

// variables writes ${} where the configuration has &{}, to keep AWS's
// variables apart from Terraform's.
func variables(text, version string) (string, error) {
	if version == "2008-10-17" && strings.Contains(text, "&{") {
		return "", fmt.Errorf("found &{ sequence in (%s), which is not supported in document version 2008-10-17", text)
	}
	return strings.ReplaceAll(text, "&{", "${"), nil
}

// oneOrMany is how a list of strings is written: not at all, as one string, or
// as a list.
func oneOrMany(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

// MarshalJSON writes "*" for the type * with the identifier *, and an object
// for all others. Blocks of one type are joined.
func (ps principals) MarshalJSON() ([]byte, error) {
	if len(ps) == 1 && ps[0].kind == "*" && len(ps[0].ids) == 1 && ps[0].ids[0] == "*" {
		return []byte(`"*"`), nil
	}
	byKind := map[string]any{}
	for _, p := range ps {
		if p.list {
			descend(p.ids)
		}
		switch before := byKind[p.kind].(type) {
		case nil:
			if p.list {
				byKind[p.kind] = p.ids
			} else {
				byKind[p.kind] = p.ids[0]
			}
		case string:
			byKind[p.kind] = append([]string{before}, p.ids...)
		case []string:
			byKind[p.kind] = append(slices.Clone(before), p.ids...)
		}
	}
	return json.Marshal(byKind)
}

func (ps *principals) UnmarshalJSON(b []byte) error {
	var value any
	if err := json.Unmarshal(b, &value); err != nil {
		return err
	}
	if _, all := value.(string); all {
		*ps = principals{{kind: "*", ids: []string{"*"}, list: true}}
		return nil
	}
	byKind, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("unsupported principals %s", b)
	}
	*ps = nil
	for kind, ids := range byKind {
		p := principal{kind: kind}
		switch ids := ids.(type) {
		case string:
			p.ids = []string{ids}
		case []any:
			p.list = true
			p.ids = []string{}
			for _, id := range ids {
				text, ok := id.(string)
				if !ok {
					return fmt.Errorf("unsupported identifier of type %T", id)
				}
				p.ids = append(p.ids, text)
			}
		default:
			return fmt.Errorf("unsupported identifiers of type %T", ids)
		}
		*ps = append(*ps, p)
	}
	return nil
}

// MarshalJSON joins blocks of the same test and variable, in their order.
func (cs conditions) MarshalJSON() ([]byte, error) {
	joined := map[string]map[string][]string{}
	for _, c := range cs {
		if joined[c.test] == nil {
			joined[c.test] = map[string][]string{}
		}
		joined[c.test][c.variable] = append(joined[c.test][c.variable], c.values...)
	}
	out := map[string]map[string]any{}
	for test, byVariable := range joined {
		out[test] = map[string]any{}
		for variable, values := range byVariable {
			out[test][variable] = oneOrMany(values)
			if len(values) == 0 {
				out[test][variable] = []string{}
			}
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON drops a value that is neither text nor a truth value, such as
// a number, as the real provider does.
func (cs *conditions) UnmarshalJSON(b []byte) error {
	var tests map[string]map[string]any
	if err := json.Unmarshal(b, &tests); err != nil {
		return err
	}
	*cs = nil
	for test, byVariable := range tests {
		for variable, value := range byVariable {
			c := condition{test: test, variable: variable}
			switch value := value.(type) {
			case string:
				c.values = []string{value}
			case bool:
				c.values = []string{strconv.FormatBool(value)}
			case []any:
				for _, element := range value {
					text, ok := element.(string)
					if !ok {
						return fmt.Errorf("unsupported condition value of type %T", element)
					}
					c.values = append(c.values, text)
				}
			default:
				continue
			}
			*cs = append(*cs, c)
		}
	}
	return nil
}
