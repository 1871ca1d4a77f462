package loader

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/source"
)

// A writer writes values in the many ways that JSON and YAML have.
type writer struct{ *rand.Rand }

func (w writer) space() string {
	return []string{"", "", " ", "\n", "\n  "}[w.IntN(5)]
}

// json writes a value as JSON with white space and escapes here and there.
func (w writer) json(n *syntax.Node) string {
	switch n.Kind {
	case syntax.Object:
		var parts []string
		for _, f := range n.Fields {
			parts = append(parts, w.space()+w.json(f.Key)+w.space()+":"+w.space()+w.json(f.Value))
		}
		return "{" + strings.Join(parts, ",") + w.space() + "}"
	case syntax.Array:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, w.space()+w.json(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case syntax.String:
		return w.quoted(n.Value)
	}
	return n.Value
}

// quoted is a string that both JSON and YAML read.
func (w writer) quoted(value string) string {
	var b strings.Builder
	for _, r := range value {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r < 0xFFFF && r != '$' && r != '{' && r != '}' && w.IntN(12) == 0:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// block writes a value as a YAML block of an indentation, after its key.
func (w writer) block(n *syntax.Node, indent string) string {
	var b strings.Builder
	switch {
	case n.Kind == syntax.Object && len(n.Fields) > 0:
		for _, f := range n.Fields {
			b.WriteString("\n" + indent + w.scalar(f.Key) + ":" + w.block(f.Value, indent+"  "))
		}
		return b.String()
	case n.Kind == syntax.Array && len(n.Items) > 0 && w.IntN(3) > 0:
		for _, item := range n.Items {
			if item.Kind == syntax.Array || item.Kind == syntax.Object {
				b.WriteString("\n" + indent + "-" + w.block(item, indent+"  "))
				continue
			}
			b.WriteString("\n" + indent + "- " + w.scalar(item))
		}
		return b.String()
	case n.Kind == syntax.Object || n.Kind == syntax.Array:
		return " " + strings.ReplaceAll(w.json(n), "\n", "\n"+indent+"  ")
	default:
		return " " + w.scalar(n)
	}
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9:/._-]*[A-Za-z0-9]$`)

func (w writer) scalar(n *syntax.Node) string {
	var node yaml.Node
	unquoted := n.Kind != syntax.String || plain.MatchString(n.Value) && yaml.Load([]byte(n.Value), &node) == nil && node.Content[0].Tag == "!!str"
	switch {
	case n.Kind != syntax.String || unquoted && w.IntN(2) == 0:
		return n.Value
	case w.IntN(2) == 0:
		return "'" + strings.ReplaceAll(n.Value, "'", "''") + "'"
	default:
		return w.quoted(n.Value)
	}
}

func indented(text, indent string) string { return strings.ReplaceAll(text, "\n", "\n"+indent) }

// A spelling is a file that holds a policy, and how what is written at the place
// of a value is read.
type spelling struct {
	name, text string
	read       func(written string) string
}

const generatedBefore = "Resources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      ServiceName: s\n      PolicyDocument:"

func inTemplate(document string) string {
	return `{"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"ServiceName": "s", "PolicyDocument": ` + document + `}}}}`
}

// spell writes a policy in every way.
func (w writer) spell(t *testing.T, doc *syntax.Node) []spelling {
	t.Helper()
	once := func(written string) string { return scalarOf(t, written) }
	unescaped := func(written string) string { return scalarOf(t, `"`+written+`"`) }
	escape := func(text string) string {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(quoted)
	}
	text := w.json(doc)
	subbed := strings.ReplaceAll(text, "${", "${!")
	unsubbed := func(value string) string { return strings.ReplaceAll(value, "${!", "${") }
	folds := regexp.MustCompile(`\n *`)
	cut := len(text) / 2
	for text[cut]&0xC0 == 0x80 || strings.Contains(text[max(cut-12, 0):cut], `\`) {
		cut++
	}
	between := regexp.MustCompile(`", *"`)
	return []spelling{
		{"object.json", inTemplate(text), once},
		{"object.yaml", generatedBefore + w.block(doc, "        ") + "\n", once},
		{"flow.yaml", generatedBefore + " " + indented(text, "          ") + "\n", once},
		{"to-json.yaml", generatedBefore + "\n        Fn::ToJsonString:" + w.block(doc, "          ") + "\n", once},
		{"text.json", inTemplate(escape(text)), func(s string) string { return once(unescaped(s)) }},
		{"double.yaml", generatedBefore + " " + escape(text) + "\n", func(s string) string { return once(unescaped(s)) }},
		{
			"single.yaml", generatedBefore + " '" + indented(strings.ReplaceAll(text, "'", "''"), "          ") + "'\n",
			func(s string) string { return once(strings.ReplaceAll(s, "''", "'")) },
		},
		{"literal.yaml", generatedBefore + " |\n          " + indented(text, "          ") + "\n", once},
		{
			"folded.yaml", generatedBefore + " >-\n          " + indented(strings.ReplaceAll(text, "\n  ", "\n"), "          ") + "\n",
			func(s string) string { return once(folds.ReplaceAllString(s, " ")) },
		},
		{"sub.yaml", generatedBefore + " !Sub |\n          " + indented(subbed, "          ") + "\n", func(s string) string { return unsubbed(once(s)) }},
		{"sub.json", inTemplate(`{"Fn::Sub": ` + escape(subbed) + `}`), func(s string) string { return unsubbed(once(unescaped(s))) }},
		{
			"join.json", inTemplate(`{"Fn::Join": ["", [` + escape(text[:cut]) + `, ` + escape(text[cut:]) + `]]}`),
			func(s string) string { return once(unescaped(between.ReplaceAllString(s, ""))) },
		},
		{"body.json", `{"TemplateBody": ` + escape(inTemplate(text)) + `}`, func(s string) string { return once(unescaped(s)) }},
		{
			"twice.json", `{"TemplateBody": ` + escape(inTemplate(escape(text))) + `}`,
			func(s string) string { return once(unescaped(unescaped(s))) },
		},
	}
}

// scalarOf is the value of a scalar as YAML reads it, which JSON's are too.
func scalarOf(t *testing.T, written string) string {
	t.Helper()
	var value yaml.Node
	if err := yaml.Load([]byte(written), &value); err != nil || len(value.Content) == 0 {
		t.Fatalf("%q: %v", written, err)
	}
	return value.Content[0].Value
}

// One policy gives the same document in every spelling, and the bytes at the place
// of each of its values are that value, as the file writes it.
func TestGeneratedPoliciesAreTheSameInEverySpelling(t *testing.T) {
	w := writer{rand.New(rand.NewPCG(1, 2))}
	checked := 0
	for i, d := range policytest.Documents(7, 400, policytest.Options{}) {
		values, problem := syntax.Parse(source.NewFile("p.json", []byte(d.Text)))
		if problem != nil {
			t.Fatal(problem)
		}
		mark(values[0], i)
		var first string
		for _, s := range w.spell(t, values[0]) {
			unit := loadOne(t, s.name, s.text, Options{})
			if len(unit.Endpoints) != 1 || unit.Endpoints[0].Policy.State != policy.Known {
				t.Fatalf("%s: %+v %v\n%s", s.name, unit.Endpoints, unit.Findings, s.text)
			}
			loaded := unit.Endpoints[0].Policy.Variants[0].Doc
			for _, text := range append(textsOf(loaded), loaded.Version) {
				if text.Absent() {
					continue
				}
				checked++
				if got := s.read(string(text.Span.Text())); got != text.String() {
					t.Errorf("document %d in %s: %q is written as %q, which is %q", i, s.name, text, text.Span.Text(), got)
				}
			}
			if doc := withoutPlaces(t, loaded); first == "" {
				first = doc
			} else if diff := cmp.Diff(first, doc); diff != "" {
				t.Errorf("document %d in %s:\n%s", i, s.name, diff)
			}
			if t.Failed() {
				t.Fatal(s.text)
			}
		}
	}
	t.Logf("%d values", checked)
}

// mark gives the first statement a Sid of characters that are written in several
// ways.
func mark(doc *syntax.Node, i int) {
	sids := []string{`it's "é" \ 🗄`, "a\tb", "tab and\u00a0space: #no {comment}", "", "- x", "null"}
	key := func(s string) *syntax.Node { return &syntax.Node{Kind: syntax.String, Value: s, Place: syntax.At{}} }
	for j := range doc.Fields {
		if f := &doc.Fields[j]; f.Key.Value == "Statement" && f.Value.Kind == syntax.Array && len(f.Value.Items) > 0 {
			st := f.Value.Items[0]
			if st.Get("Sid") == nil {
				st.Fields = append(st.Fields, syntax.Field{Key: key("Sid"), Value: key(sids[i%len(sids)])})
			}
		}
	}
}

// textsOf are all texts of the statements of a document.
func textsOf(doc *policy.Document) []policy.Text {
	var list []policy.Text
	for _, st := range doc.Statements {
		list = append(list, st.Sid)
		for _, p := range st.Principals.Values {
			list = append(list, p.Value)
		}
		list = append(append(list, st.Actions.Values...), st.Resources.Values...)
		for _, c := range st.Conditions {
			list = append(append(list, c.Operator, c.Key), c.Values...)
		}
	}
	var written []policy.Text
	for _, text := range list {
		if text.Span.File != nil {
			written = append(written, text)
		}
	}
	return written
}
