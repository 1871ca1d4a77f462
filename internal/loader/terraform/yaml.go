package terraform

import (
	"strconv"
	"strings"
	"time"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// tagYAML is of a hole for YAML text whose value is its only item: the text itself
// is not made.
const tagYAML = "yaml"

func (c *call) yamlencode() *syntax.Node {
	n := c.unknown()
	if len(c.args) == 1 && !isHole(c.args[0]) {
		n.Tag, n.Items = tagYAML, c.args
	}
	return n
}

func (c *call) yamldecode() *syntax.Node {
	if len(c.args) != 1 {
		return c.refused()
	}
	if c.args[0].Tag == tagYAML {
		return c.args[0].Items[0]
	}
	text, ok := c.args[0].Literal()
	if !ok {
		return c.unlessHole(c.args[0])
	}
	f := c.yamlFile(text)
	values, problem := syntax.Parse(f)
	if problem != nil || len(values) != 1 {
		return c.refused()
	}
	value := c.scalars(values[0])
	if f == c.args[0].Span().File {
		return value
	}
	return c.replaced(value, c.args[0].Place)
}

// yamlFile is a text as a file of YAML: the file that it is all of, where it is.
func (c *call) yamlFile(text string) *source.File {
	if w, ok := c.args[0].Place.(wholeFile); ok && !strings.HasSuffix(strings.ToLower(w.file.Path), ".json") {
		return w.file
	}
	return source.NewFile("value.yaml", []byte(text))
}

// scalars reads the plain scalars of YAML as Terraform does, whose YAML is of
// version 1.1: a date is a time, and yes and no are truths.
func (e *evaluator) scalars(n *syntax.Node) *syntax.Node {
	if !e.step(n.Place) {
		return unknown(tooLarge, n.Place)
	}
	out := *n
	out.Tag = ""
	switch n.Kind {
	case syntax.Array:
		out.Items = make([]*syntax.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = e.scalars(item)
		}
	case syntax.Object:
		out.Fields = []syntax.Field{}
		for _, f := range n.Fields {
			name := f.Key
			if name.Kind != syntax.String {
				name = stringOf(f.Key.Value, f.Key.Place)
			}
			out.Fields = append(out.Fields, syntax.Field{Key: name, Value: e.scalars(f.Value)})
		}
	case syntax.String, syntax.Number:
		written := n.Span().Text()
		if len(written) == 0 || strings.IndexByte("\"'|>", written[0]) >= 0 {
			return n
		}
		e.plainScalar(&out)
	}
	return &out
}

func (e *evaluator) plainScalar(n *syntax.Node) {
	text := n.Value
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		n.Kind, n.Value = syntax.Boolean, "true"
		return
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		n.Kind, n.Value = syntax.Boolean, "false"
		return
	}
	for _, layout := range []string{"2006-1-2", "2006-1-2T15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2t15:4:5.999999999Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil && len(text) >= len("2006-1-2") {
			n.Kind, n.Value, n.Place = syntax.String, t.UTC().Format(time.RFC3339), bareAt{n.Place}
			return
		}
	}
	if text[0] != '0' && text[0] != '-' && text[0] != '+' && (text[0] < '1' || text[0] > '9') {
		return
	}
	digits := strings.ReplaceAll(text, "_", "")
	if v, ok := number(&syntax.Node{Kind: syntax.String, Value: digits}); ok {
		n.Kind, n.Value = syntax.Number, numberText(v)
	} else if i, err := strconv.ParseInt(digits, 0, 64); err == nil {
		n.Kind, n.Value = syntax.Number, strconv.FormatInt(i, 10)
	}
}
