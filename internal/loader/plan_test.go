package loader

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

const terraformPlans = "../../tools/terraform/plans"

// A genuine is a plan or a state as encoding/json reads it.
type genuine struct {
	Planned struct {
		Root genuineModule `json:"root_module"`
	} `json:"planned_values"`
	Values struct {
		Root genuineModule `json:"root_module"`
	} `json:"values"`
	Changes []struct {
		Address string
		Type    string
		Change  struct {
			Actions      []string
			AfterUnknown map[string]any `json:"after_unknown"`
		}
	} `json:"resource_changes"`
}

type genuineModule struct {
	Resources []struct {
		Address, Mode, Type string
		Values              map[string]any
	}
	Children []genuineModule `json:"child_modules"`
}

// each calls f for the endpoints and policies of a module.
func (m genuineModule) each(f func(address, kind string, values map[string]any)) {
	for _, r := range m.Resources {
		if r.Mode == "managed" && strings.HasPrefix(r.Type, "aws_vpc_endpoint") {
			f(r.Address, r.Type, r.Values)
		}
	}
	for _, child := range m.Children {
		child.each(f)
	}
}

func readGenuine(t *testing.T, name string) (text []byte, g genuine) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(terraformPlans, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return text, g
}

func genuineNames(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(terraformPlans + "/*.json")
	if err != nil || len(paths) < 90 {
		t.Fatalf("%d plans, %v", len(paths), err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths
}

// statementsIn counts the statements of a policy's text; -1 where it has none.
func statementsIn(t *testing.T, text string) int {
	t.Helper()
	var doc struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Statement == nil {
		return -1
	}
	var list []any
	if json.Unmarshal(doc.Statement, &list) != nil {
		return 1
	}
	return len(list)
}

// Every endpoint of a plan or a state is there with what the plan knows of it, and
// nothing besides.
func TestPlansAreReadAsTheyAre(t *testing.T) {
	for _, name := range genuineNames(t) {
		t.Run(name, func(t *testing.T) {
			text, g := readGenuine(t, name)
			unknown := map[string]map[string]any{}
			for _, c := range g.Changes {
				unknown[c.Address] = c.Change.AfterUnknown
			}
			unit := Load([]*source.File{source.NewFile("plan.json", text)}, Options{})
			if len(unit.Findings) > 0 || len(unit.Unrecognised) > 0 {
				t.Fatalf("findings %v, not recognised %v", unit.Findings, unit.Unrecognised)
			}
			got := map[string]*policy.Endpoint{}
			for i := range unit.Endpoints {
				e := &unit.Endpoints[i]
				got[e.Name] = e
				if e.Span.File == nil || e.Span.Start >= e.Span.End {
					t.Errorf("%s has no place", e.Name)
				}
			}
			endpoints := 0
			both := []genuineModule{g.Planned.Root, g.Values.Root}
			for _, m := range both {
				m.each(func(address, kind string, values map[string]any) {
					e := got[address]
					if kind != "aws_vpc_endpoint" {
						if e == nil || e.Policy.State == policy.Known {
							return
						}
						t.Errorf("%s is %v: %s", address, e.Policy.State, e.Policy.Why)
						return
					}
					endpoints++
					if e == nil {
						t.Errorf("%s is not read", address)
						return
					}
					for attribute, text := range map[string]policy.Text{"service_name": e.Service, "vpc_id": e.Vpc, "vpc_endpoint_type": e.Type} {
						want, known := values[attribute].(string)
						have, ok := text.Literal()
						switch {
						case known && (!ok || have != want):
							t.Errorf("%s: %s is %q, want %q", address, attribute, text, want)
						case !known && unknown[address][attribute] == true && ok:
							t.Errorf("%s: %s is %q, which is not known", address, attribute, have)
						}
					}
					if want, known := values["policy"].(string); known && len(e.Faults) == 0 {
						if count := statementsIn(t, want); count >= 0 && (e.Policy.State != policy.Known || len(e.Policy.Variants[0].Doc.Statements) != count) {
							t.Errorf("%s: the policy is %v %s, want %s", address, e.Policy.State, e.Policy.Why, want)
						}
					}
				})
			}
			loose := slices.DeleteFunc(slices.Clone(unit.Endpoints), func(e policy.Endpoint) bool {
				return !strings.Contains(e.Name, "aws_vpc_endpoint_policy.")
			})
			if len(unit.Endpoints) != endpoints+len(loose) {
				t.Errorf("%d endpoints, want %d", len(unit.Endpoints), endpoints+len(loose))
			}
			changes := map[string]bool{}
			for _, c := range unit.Changes {
				changes[c.Address] = true
			}
			for _, c := range g.Changes {
				if strings.HasPrefix(c.Type, "aws_vpc_endpoint") && !changes[c.Address] {
					t.Errorf("the change of %s is not kept", c.Address)
				}
			}
		})
	}
}

// Beside its sources a plan's endpoints stand there, whole documents of them.
func TestPlansStandInTheirSources(t *testing.T) {
	const configurations = "../../tools/terraform/configurations"
	for _, name := range genuineNames(t) {
		dir, _, _ := strings.Cut(name, ".")
		t.Run(name, func(t *testing.T) {
			text, g := readGenuine(t, name)
			if g.Planned.Root.Resources == nil && g.Planned.Root.Children == nil {
				t.Skip("it is a state, or plans nothing")
			}
			alone := Load([]*source.File{source.NewFile(dir+"/plan.json", text)}, Options{})
			unit := Load([]*source.File{source.NewFile(dir+"/plan.json", text)}, Options{Beside: folder(configurations)})
			if len(unit.Endpoints) > 0 && !slices.Contains(unit.Called, dir) {
				t.Error("the sources are not found")
			}
			before := map[string]policy.Endpoint{}
			for _, e := range alone.Endpoints {
				before[e.Name] = e
			}
			for _, e := range unit.Endpoints {
				was, ok := before[e.Name]
				if !ok {
					t.Errorf("%s is not in the plan", e.Name)
				}
				if was.Policy.State == policy.Known && e.Policy.State == policy.Known {
					p := planned{}
					want, known := p.flat(was.Policy.Variants[0].Doc)
					have, _ := p.flat(e.Policy.Variants[0].Doc)
					if diff := cmp.Diff(want, have); diff != "" && known {
						t.Errorf("%s: its policy is another (-alone +beside):\n%s", e.Name, diff)
					}
				}
				eachPlace(&e, func(what string, s source.Span) {
					if s.File != nil && s.File.Path == dir+"/plan.json" {
						t.Errorf("%s: %s stands in the plan", e.Name, what)
					}
					if s.File == nil || s.Start < 0 || s.End > len(s.File.Text) || s.Start > s.End {
						t.Errorf("%s: %s has no place", e.Name, what)
					}
				})
			}
		})
	}
}

// eachPlace calls f for the places that findings about an endpoint may stand at.
func eachPlace(e *policy.Endpoint, f func(what string, s source.Span)) {
	f("the endpoint", e.Span)
	if e.Policy.State != policy.Default {
		f("its policy", e.Policy.Span)
	}
	for _, v := range e.Policy.Variants {
		for _, s := range v.Doc.Statements {
			f("a statement", s.Span)
			for what, span := range map[string]source.Span{
				"an effect": s.EffectSpan, "a principal": s.Principals.Span, "an action": s.Actions.Span, "a resource": s.Resources.Span,
			} {
				if span.File != nil {
					f(what, span)
				}
			}
			for _, t := range slices.Concat(s.Actions.Values, s.Resources.Values) {
				f("a value", t.Span)
			}
			for _, c := range s.Conditions {
				f("a condition", c.Span)
				f("a key", c.Key.Span)
			}
		}
	}
}

// What a plan does is kept with the policies before and after it.
func TestChangesOfAPlanAreKept(t *testing.T) {
	policyOf := func(sid string) string {
		return `{\"Statement\":[{\"Sid\":\"` + sid + `\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}`
	}
	change := func(address, actions, before, after, unknown string) string {
		kind, name, _ := strings.Cut(address, ".")
		return `{"address": "` + address + `", "mode": "managed", "type": "` + kind + `", "name": "` + name + `",
			"change": {"actions": [` + actions + `], "before": ` + before + `, "after": ` + after + `, "after_unknown": ` + unknown + `}}`
	}
	text := `{"planned_values": {"root_module": {"resources": [
		{"address": "aws_vpc_endpoint.dropped", "mode": "managed", "type": "aws_vpc_endpoint", "name": "dropped", "values": {"id": "vpce-1", "policy": "` + policyOf("Old") + `"}},
		{"address": "aws_vpc_endpoint.made", "mode": "managed", "type": "aws_vpc_endpoint", "name": "made", "values": {}}
	]}}, "resource_changes": [` + strings.Join([]string{
		change("aws_vpc_endpoint.dropped", `"no-op"`, `{"id": "vpce-1", "policy": "`+policyOf("Old")+`"}`, `{"id": "vpce-1", "policy": "`+policyOf("Old")+`"}`, `{}`),
		change("aws_vpc_endpoint.made", `"create"`, `null`, `{}`, `{"id": true, "policy": true}`),
		change("aws_vpc_endpoint.gone", `"delete"`, `{"id": "vpce-3", "policy": "`+policyOf("Gone")+`"}`, `null`, `{}`),
		change("aws_vpc_endpoint_policy.reset", `"delete"`, `{"vpc_endpoint_id": "vpce-1", "policy": "`+policyOf("Reset")+`"}`, `null`, `{}`),
		change("aws_vpc_endpoint_policy.left", `"forget"`, `{"vpc_endpoint_id": "vpce-9"}`, `null`, `{}`),
		change("aws_s3_bucket.b", `"create"`, `null`, `{}`, `{"arn": true}`),
	}, ",") + `], "configuration": {"root_module": {"resources": [
		{"address": "aws_vpc_endpoint.dropped", "expressions": {}},
		{"address": "aws_vpc_endpoint.made", "expressions": {"policy": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}}
	]}}}`
	unit := Load([]*source.File{source.NewFile("plan.json", []byte(text))}, Options{})
	said := func(a *policy.Attached) string {
		switch {
		case a == nil:
			return "nothing"
		case a.State == policy.Default:
			return "default"
		case a.State == policy.Undetermined:
			return a.Why
		}
		return a.Variants[0].Doc.Statements[0].Sid.String()
	}
	type kept struct {
		Address, Endpoint string
		Action            policy.Action
		Attached, Set     bool
		Before, After     string
	}
	var got []kept
	for _, c := range unit.Changes {
		got = append(got, kept{c.Address, c.Endpoint, c.Action, c.Attached, c.Set, said(c.Before), said(c.After)})
	}
	want := []kept{
		{"aws_vpc_endpoint.dropped", "aws_vpc_endpoint.dropped", policy.Kept, false, false, "Old", "Old"},
		{"aws_vpc_endpoint.made", "aws_vpc_endpoint.made", policy.Created, false, true, "nothing", "it is known only after apply: aws_s3_bucket.b.arn"},
		{"aws_vpc_endpoint.gone", "aws_vpc_endpoint.gone", policy.Destroyed, false, false, "Gone", "nothing"},
		{"aws_vpc_endpoint_policy.reset", "aws_vpc_endpoint.dropped", policy.Destroyed, true, false, "Reset", "nothing"},
		{"aws_vpc_endpoint_policy.left", "", policy.Forgotten, true, false, "default", "nothing"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var names []string
	for _, e := range unit.Endpoints {
		names = append(names, e.Name)
	}
	if diff := cmp.Diff([]string{"aws_vpc_endpoint.dropped", "aws_vpc_endpoint.made"}, names); diff != "" {
		t.Errorf("what is destroyed is an endpoint (-want +got):\n%s", diff)
	}
}
