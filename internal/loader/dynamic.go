package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// dynamic returns a value with a hole for each dynamic reference in its
// strings: CloudFormation puts the value there when it deploys, after it has
// worked out the functions (CloudFormation User Guide, "Get values stored in
// other services using dynamic references").
func dynamic(n *syntax.Node) *syntax.Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case syntax.Array:
		out := n
		for i, item := range n.Items {
			if value := dynamic(item); value != item {
				if out == n {
					list := *n
					list.Items = slices.Clone(n.Items)
					out = &list
				}
				out.Items[i] = value
			}
		}
		return out
	case syntax.Object:
		out := n
		for i, f := range n.Fields {
			if value := dynamic(f.Value); value != f.Value {
				if out == n {
					changed := *n
					changed.Fields = slices.Clone(n.Fields)
					out = &changed
				}
				out.Fields[i].Value = value
			}
		}
		return out
	case syntax.String:
		if n.Encoded != nil {
			if value := dynamic(n.Encoded); value != n.Encoded {
				return syntax.Encode(value, n)
			}
			return n
		}
		return dynamicString(n)
	}
	return n
}

const dynamicStart, dynamicEnd = "{{resolve:", "}}"

func dynamicString(n *syntax.Node) *syntax.Node {
	if n.Parts == nil && !strings.Contains(n.Value, dynamicStart) {
		return n
	}
	r := syntax.NewRun(n.Pieces())
	start := strings.Index(r.Text, dynamicStart)
	if start < 0 {
		return n
	}
	out := *n
	out.Value, out.Parts = "", []syntax.Part{}
	at := 0
	for start >= 0 {
		length := strings.Index(r.Text[start:], dynamicEnd)
		if length < 0 {
			break
		}
		end := start + length + len(dynamicEnd)
		out.Parts = append(out.Parts, r.Slice(at, start)...)
		ref := syntax.Clip(r.Name(start+2, end-len(dynamicEnd)))
		out.Parts = append(out.Parts, syntax.Part{Hole: policy.Hole{Kind: policy.Unknown, Ref: ref}})
		at = end
		if start = strings.Index(r.Text[at:], dynamicStart); start >= 0 {
			start += at
		}
	}
	out.Parts = append(out.Parts, r.Slice(at, len(r.Text))...)
	return &out
}
