package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/source"
)

// maxBytes bounds the file; a configuration of that size is a mistake.
const maxBytes = 1 << 20

// Checks say what is wrong with the names that the catalogue decides on. A nil
// one takes every name.
type Checks struct {
	// Service takes an endpoint service by id or full name.
	Service func(name string) error
	// ServiceOwned takes the id of a resource that an AWS service owns.
	ServiceOwned func(id string) error
	// Rule takes the name of a rule.
	Rule func(name string) error
}

// Parse reads a configuration. A key that is not known is an error, as is all
// that has not the form of the key. Every error is an *Error.
func Parse(file *source.File, checks Checks) (Config, error) {
	d := decoder{path: file.Path, checks: checks}
	if len(file.Text) > maxBytes {
		return Config{}, &Error{file.Path, 1, 1, "the file is too large for a configuration"}
	}
	var root, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(file.Text))
	err := documents.Decode(&root)
	if errors.Is(err, io.EOF) || err == nil && len(root.Content) == 0 {
		return Config{}, nil
	}
	if err != nil {
		e := &Error{file.Path, 1, 1, "not valid YAML: " + err.Error()}
		if load := (*yaml.LoadError)(nil); errors.As(err, &load) && load.Mark.Line > 0 {
			e.Line, e.Column, e.Message = load.Mark.Line, max(load.Mark.Column, 1), "not valid YAML: "+load.Message
		}
		return Config{}, e
	}
	if err := documents.Decode(&second); !errors.Is(err, io.EOF) {
		return Config{}, &Error{file.Path, max(second.Line, 1), max(second.Column, 1), "a second document: a configuration is one"}
	}
	c := d.config(root.Content[0])
	if d.err != nil {
		return Config{}, d.err
	}
	return c, nil
}

// A decoder walks the YAML nodes, collects their values and keeps the first
// error.
type decoder struct {
	path   string
	checks Checks
	key    string // what leads to the node
	values []Value
	err    error
}

// fields are the keys of an object, each with what reads its value.
type fields map[string]func(*yaml.Node)

func (d *decoder) config(n *yaml.Node) Config {
	var c Config
	d.object(n, fields{
		"perimeter": func(n *yaml.Node) { c.Perimeter = d.perimeter(n) },
		"endpoints": func(n *yaml.Node) {
			d.each(n, func(n *yaml.Node) { c.Endpoints = append(c.Endpoints, d.endpoint(n)) })
		},
		"ignore": func(n *yaml.Node) {
			d.each(n, func(n *yaml.Node) { c.Ignores = append(c.Ignores, d.ignore(n)) })
		},
		"exclude": func(n *yaml.Node) { c.Exclude = d.list(n, checkPattern) },
		"fail-on": func(n *yaml.Node) { c.FailOn = d.text(n, CheckFailOn) },
		"service-data": func(n *yaml.Node) {
			c.ServiceData = d.text(n, func(name string) error {
				if name == "" {
					return errors.New("the name of a file is missing")
				}
				return nil
			})
		},
	})
	c.Values = d.values
	return c
}

func (d *decoder) perimeter(n *yaml.Node) Perimeter {
	var p Perimeter
	d.object(n, fields{
		"accounts":      func(n *yaml.Node) { d.each(n, func(n *yaml.Node) { d.account(n, &p) }) },
		"organizations": func(n *yaml.Node) { p.Organizations = d.list(n, CheckOrganization) },
		"organization-paths": func(n *yaml.Node) {
			for _, path := range d.list(n, checkOrganizationPath) {
				p.OrganizationPaths = append(p.OrganizationPaths, organizationPath(path))
			}
		},
		"third-parties": func(n *yaml.Node) {
			d.each(n, func(n *yaml.Node) { p.ThirdParties = append(p.ThirdParties, d.thirdParty(n)) })
		},
		"trusted-resources": func(n *yaml.Node) { p.TrustedResources = d.list(n, checkResource) },
		"service-owned": func(n *yaml.Node) {
			p.ServiceOwnedSaid = true
			if n.Kind != yaml.ScalarNode {
				p.ServiceOwned = d.list(n, d.checks.ServiceOwned)
				return
			}
			p.ServiceOwned = []string{d.text(n, func(text string) error {
				if text != "all" {
					return fmt.Errorf("%q is neither all nor a list of ids", text)
				}
				return nil
			})}
		},
	})
	return p
}

// account reads an id, or an object of an id and its organization.
func (d *decoder) account(n *yaml.Node, p *Perimeter) {
	var id, organization string
	if n.Kind == yaml.MappingNode {
		d.object(n, fields{
			"id":           func(n *yaml.Node) { id = d.id(n) },
			"organization": func(n *yaml.Node) { organization = d.text(n, CheckOrganization) },
		})
		if id == "" {
			d.fail(n, `an account needs an "id"`)
		}
	} else {
		id = d.id(n)
	}
	p.Accounts = append(p.Accounts, id)
	if organization == "" {
		return
	}
	if other := p.Members[id]; other != "" && other != organization {
		d.fail(n, "the account %s is given two organizations, %s and %s", id, other, organization)
	}
	if p.Members == nil {
		p.Members = map[string]string{}
	}
	p.Members[id] = organization
}

func (d *decoder) thirdParty(n *yaml.Node) ThirdParty {
	var p ThirdParty
	d.object(n, fields{
		"account":   func(n *yaml.Node) { p.Account = d.id(n) },
		"resources": func(n *yaml.Node) { p.Resources = d.some(n, checkResource) },
		"actions":   func(n *yaml.Node) { p.Actions = d.some(n, checkAction) },
	})
	if p.Account == "" {
		d.fail(n, `a third party needs an "account"`)
	}
	return p
}

func (d *decoder) endpoint(n *yaml.Node) Endpoint {
	var e Endpoint
	d.object(n, fields{
		"path":    func(n *yaml.Node) { e.Path = d.text(n, checkPattern) },
		"name":    func(n *yaml.Node) { e.Name = d.text(n, checkName) },
		"service": func(n *yaml.Node) { e.Service = d.text(n, d.checks.Service) },
		"type":    func(n *yaml.Node) { e.Type = d.text(n, CheckType) },
		"region":  func(n *yaml.Node) { e.Region = d.text(n, CheckRegion) },
	})
	if e.Path == "" && e.Name == "" {
		d.fail(n, `an endpoint needs a "path" or a "name"`)
	}
	return e
}

func (d *decoder) ignore(n *yaml.Node) Ignore {
	i := Ignore{From: fmt.Sprintf("%s:%d:%d", d.path, n.Line, n.Column)}
	d.object(n, fields{
		"path":     func(n *yaml.Node) { i.Path = d.text(n, checkPattern) },
		"endpoint": func(n *yaml.Node) { i.Endpoint = d.text(n, checkName) },
		"sid":      func(n *yaml.Node) { i.Sid = d.text(n, checkName) },
		"rule":     func(n *yaml.Node) { i.Rules = append(i.Rules, d.text(n, d.checks.Rule)) },
		"rules":    func(n *yaml.Node) { i.Rules = append(i.Rules, d.list(n, d.checks.Rule)...) },
		"reason":   func(n *yaml.Node) { i.Reason = d.text(n, checkReason) },
		"until":    func(n *yaml.Node) { i.Until = d.text(n, CheckDay) },
	})
	switch {
	case len(i.Rules) == 0:
		d.fail(n, `an ignore needs a "rule" or "rules"`)
	case i.Path == "" && i.Endpoint == "" && i.Sid == "":
		d.fail(n, `an ignore needs a "path", an "endpoint" or a "sid"`)
	case i.Reason == "":
		d.fail(n, `an ignore needs a "reason"`)
	}
	return i
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if d.err == nil {
		d.err = &Error{d.path, n.Line, n.Column, fmt.Sprintf(format, args...)}
	}
}

// is reports whether a node is of a kind, and fails saying what it must be.
func (d *decoder) is(n *yaml.Node, kind yaml.Kind, must string) bool {
	switch n.Kind {
	case kind:
		return true
	case yaml.AliasNode:
		d.fail(n, "the alias *%s is not read: write out what it stands for", n.Value)
	default:
		d.fail(n, "this must be %s", must)
	}
	return false
}

func (d *decoder) object(n *yaml.Node, known fields) {
	names := slices.Sorted(maps.Keys(known))
	if !d.is(n, yaml.MappingNode, "an object with the keys "+strings.Join(names, ", ")) {
		return
	}
	outer := d.key
	defer func() { d.key = outer }()
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read, ok := known[key.Value]
		switch {
		case !ok || key.Kind != yaml.ScalarNode:
			if near := Nearest(key.Value, names, 1); len(near) > 0 {
				d.fail(key, "unknown key %q: did you mean %q?", key.Value, near[0])
			} else {
				d.fail(key, "unknown key %q: the keys here are %s", key.Value, strings.Join(names, ", "))
			}
		case seen[key.Value]:
			d.fail(key, "the key %q is given twice", key.Value)
		default:
			seen[key.Value] = true
			d.key = key.Value
			if outer != "" {
				d.key = outer + "." + key.Value
			}
			read(n.Content[i+1])
		}
	}
}

func (d *decoder) each(n *yaml.Node, f func(*yaml.Node)) {
	if !d.is(n, yaml.SequenceNode, "a list") {
		return
	}
	if len(n.Content) == 0 {
		d.say(n, "[]")
	}
	outer := d.key
	defer func() { d.key = outer }()
	for i, item := range n.Content {
		d.key = outer + "[" + strconv.Itoa(i) + "]"
		f(item)
	}
}

func (d *decoder) list(n *yaml.Node, check func(string) error) []string {
	var values []string
	d.each(n, func(item *yaml.Node) { values = append(values, d.text(item, check)) })
	return values
}

// some is list for a list that narrows something: an empty one would be taken
// for everything by one person and for nothing by the next.
func (d *decoder) some(n *yaml.Node, check func(string) error) []string {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.fail(n, "the list is empty: leave the key out where everything is meant")
	}
	return d.list(n, check)
}

func (d *decoder) text(n *yaml.Node, check func(string) error) string {
	return d.scalar(n, check, "!!str", "!!timestamp")
}

// id reads an account's id. Without quotes it is a number for YAML; its digits
// are taken as they are written, so that a leading zero counts.
func (d *decoder) id(n *yaml.Node) string {
	return d.scalar(n, CheckAccount, "!!str", "!!int", "!!float")
}

func (d *decoder) scalar(n *yaml.Node, check func(string) error, tags ...string) string {
	if !d.is(n, yaml.ScalarNode, "a single value") {
		return ""
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		d.fail(n, "a value is missing here")
	case !slices.Contains(tags, tag):
		d.fail(n, "%s is no text for YAML: put it in quotes", n.Value)
	case check != nil:
		if err := check(n.Value); err != nil {
			d.fail(n, "%s", err)
		}
	}
	d.say(n, n.Value)
	return n.Value
}

func (d *decoder) say(n *yaml.Node, text string) {
	d.values = append(d.values, Value{d.key, text, fmt.Sprintf("%s:%d:%d", d.path, n.Line, n.Column)})
}
