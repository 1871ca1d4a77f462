// Package config reads .eplint.yaml: whom the user trusts, which files hold
// endpoint policies, and what to leave out. It decides nothing itself.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/source"
)

// Name is the name of the configuration file.
const Name = ".eplint.yaml"

// maxBytes bounds the file; a configuration of that size is a mistake.
const maxBytes = 1 << 20

// A Config is what the user says about his environment.
type Config struct {
	Perimeter Perimeter
	Endpoints []Endpoint
	// Exclude are doublestar patterns of files to leave out, relative to the
	// configuration's folder.
	Exclude []string
	// FailOn is the least severity that makes the exit code 1, or never; empty
	// when not said.
	FailOn string
}

// A Perimeter is what counts as own.
type Perimeter struct {
	// Accounts are ids of twelve digits.
	Accounts []string
	// Organizations are ids such as o-exampleorg.
	Organizations []string
	// Members maps accounts to their organizations, where that is said.
	Members map[string]string
	// OrganizationPaths are parts of organizations, such as
	// o-exampleorg1/r-ab12/ou-ab12-11111111/.
	OrganizationPaths []string
	// ThirdParties are accounts that are trusted, but not own.
	ThirdParties []ThirdParty
	// TrustedResources are patterns of ARNs that are trusted, whoever owns them.
	TrustedResources []string
	// ServiceOwned are ids of the catalogue's owned resources that are trusted,
	// or "all". It counts when ServiceOwnedSaid.
	ServiceOwned     []string
	ServiceOwnedSaid bool
}

// A ThirdParty is an account that is trusted, but not own.
type ThirdParty struct {
	Account string
	// Resources and Actions are patterns of what it is trusted with; nil: all.
	Resources, Actions []string
}

// Empty reports whether nothing is said about who is own.
func (p Perimeter) Empty() bool {
	return len(p.Accounts) == 0 && len(p.Organizations) == 0 && len(p.OrganizationPaths) == 0
}

// An Endpoint says what the policy documents at a path are for.
type Endpoint struct {
	Path    string // a doublestar pattern, relative to the configuration's folder
	Service string // a catalogue id or full name; empty when not said
	Type    string // gateway or interface; empty when not said
}

// An Error is a fault in a configuration file.
type Error struct {
	Path         string
	Line, Column int // from 1, the column in characters
	Message      string
}

// Error returns path:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}

// CheckAccount returns an error when the id is not that of an AWS account.
func CheckAccount(id string) error {
	if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
		return fmt.Errorf("%q is no account id: give its twelve digits", id)
	}
	return nil
}

// CheckOrganization returns an error when the id is not that of an
// organization (AWS Organizations API Reference, Organization).
func CheckOrganization(id string) error {
	rest, ok := strings.CutPrefix(id, "o-")
	if !ok || len(rest) < 10 || len(rest) > 32 || strings.Trim(rest, "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
		return fmt.Errorf("%q is no organization id: give o- and 10 to 32 lower-case letters or digits", id)
	}
	return nil
}

// CheckType returns an error when the name is not an endpoint type that can
// carry a policy.
func CheckType(name string) error {
	if name != "gateway" && name != "interface" {
		return fmt.Errorf("%q is no endpoint type: give gateway or interface", name)
	}
	return nil
}

// CheckFailOn returns an error when the name is neither a severity nor never.
func CheckFailOn(name string) error {
	if _, ok := finding.ParseSeverity(name); !ok && name != "never" {
		return fmt.Errorf("%q is none of error, warning, note, never", name)
	}
	return nil
}

// Parse reads a configuration. The names of services are checked by service,
// which returns what is wrong with one. Every error is an *Error.
func Parse(file *source.File, service func(name string) error) (Config, error) {
	d := decoder{path: file.Path}
	var c Config
	if len(file.Text) > maxBytes {
		return c, &Error{file.Path, 1, 1, "the file is too large for a configuration"}
	}
	var root, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(file.Text))
	err := documents.Decode(&root)
	if errors.Is(err, io.EOF) || err == nil && len(root.Content) == 0 {
		return c, nil
	}
	if err != nil {
		e := &Error{file.Path, 1, 1, "not valid YAML: " + err.Error()}
		if load := (*yaml.LoadError)(nil); errors.As(err, &load) && load.Mark.Line > 0 {
			e.Line, e.Column, e.Message = load.Mark.Line, max(load.Mark.Column, 1), "not valid YAML: "+load.Message
		}
		return c, e
	}
	if err := documents.Decode(&second); !errors.Is(err, io.EOF) {
		return c, &Error{file.Path, max(second.Line, 1), max(second.Column, 1), "a second document: a configuration is one"}
	}
	d.object(root.Content[0], map[string]func(*yaml.Node){
		"perimeter": func(n *yaml.Node) {
			d.object(n, map[string]func(*yaml.Node){
				"accounts":      func(n *yaml.Node) { c.Perimeter.Accounts = d.list(n, CheckAccount) },
				"organizations": func(n *yaml.Node) { c.Perimeter.Organizations = d.list(n, CheckOrganization) },
			})
		},
		"endpoints": func(n *yaml.Node) {
			d.each(n, func(n *yaml.Node) {
				var e Endpoint
				d.object(n, map[string]func(*yaml.Node){
					"path":    func(n *yaml.Node) { e.Path = d.text(n, checkPattern) },
					"service": func(n *yaml.Node) { e.Service = d.text(n, service) },
					"type":    func(n *yaml.Node) { e.Type = d.text(n, CheckType) },
				})
				if e.Path == "" {
					d.fail(n, `an endpoint needs a "path"`)
				}
				c.Endpoints = append(c.Endpoints, e)
			})
		},
		"exclude": func(n *yaml.Node) { c.Exclude = d.list(n, checkPattern) },
		"fail-on": func(n *yaml.Node) { c.FailOn = d.text(n, CheckFailOn) },
	})
	if d.err != nil {
		return Config{}, d.err
	}
	return c, nil
}

func checkPattern(pattern string) error {
	if !doublestar.ValidatePattern(pattern) {
		return fmt.Errorf("%q is no valid pattern", pattern)
	}
	return nil
}

// A decoder walks the YAML nodes and keeps the first error.
type decoder struct {
	path string
	err  error
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if d.err == nil {
		d.err = &Error{d.path, n.Line, n.Column, fmt.Sprintf(format, args...)}
	}
}

func (d *decoder) object(n *yaml.Node, fields map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "this must be an object with the keys %s", keys(fields))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read, ok := fields[key.Value]
		switch {
		case !ok:
			d.fail(key, "unknown key %q: the keys here are %s", key.Value, keys(fields))
		case seen[key.Value]:
			d.fail(key, "the key %q is given twice", key.Value)
		default:
			seen[key.Value] = true
			read(n.Content[i+1])
		}
	}
}

func keys(fields map[string]func(*yaml.Node)) string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (d *decoder) each(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "this must be a list")
		return
	}
	for _, item := range n.Content {
		f(item)
	}
}

func (d *decoder) list(n *yaml.Node, check func(string) error) []string {
	var values []string
	d.each(n, func(item *yaml.Node) { values = append(values, d.text(item, check)) })
	return values
}

func (d *decoder) text(n *yaml.Node, check func(string) error) string {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "this must be a single value")
		return ""
	}
	if check != nil {
		if err := check(n.Value); err != nil {
			d.fail(n, "%s", err)
		}
	}
	return n.Value
}
