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
// other services using dynamic references"). A change set has such marks too.
func dynamic(n *syntax.Node) *syntax.Node { return mapped(n, dynamicString) }

// mapped is a value with its strings put through a function. What does not change
// is the same value.
func mapped(n *syntax.Node, f func(*syntax.Node) *syntax.Node) *syntax.Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case syntax.Array:
		out := n
		for i, item := range n.Items {
			if value := mapped(item, f); value != item {
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
		for i, field := range n.Fields {
			if value := mapped(field.Value, f); value != field.Value {
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
			if value := mapped(n.Encoded, f); value != n.Encoded {
				return syntax.Encode(value, n)
			}
			return n
		}
		return f(n)
	}
	return n
}

func dynamicString(n *syntax.Node) *syntax.Node {
	return punched(n, func(r syntax.Run, at int) (int, policy.Hole) {
		rest := r.Text[at:]
		if !strings.HasPrefix(rest, "{{resolve:") && !strings.HasPrefix(rest, "{{changeSet:") {
			return 0, policy.Hole{}
		}
		length := strings.Index(rest, "}}")
		if length < 0 {
			return 0, policy.Hole{}
		}
		return length + 2, policy.Hole{Kind: policy.Unknown, Ref: syntax.Name(r.Name(at+2, at+length))}
	})
}

// punched is a string with a hole for each piece that find tells the length of; of
// others that is zero. A piece begins with "{" or "$".
func punched(n *syntax.Node, find func(r syntax.Run, at int) (length int, hole policy.Hole)) *syntax.Node {
	if n.Parts == nil && !strings.Contains(n.Value, "{") {
		return n
	}
	r := syntax.NewRun(n.Pieces())
	out := *n
	out.Value, out.Parts = "", []syntax.Part{}
	end := 0
	for at := 0; ; {
		next := strings.IndexAny(r.Text[at:], "{$")
		if next < 0 {
			break
		}
		at += next
		length, hole := find(r, at)
		if length == 0 {
			at++
			continue
		}
		out.Parts = append(out.Parts, r.Slice(end, at)...)
		out.Parts = append(out.Parts, syntax.Part{Hole: hole})
		at += length
		end = at
	}
	if end == 0 {
		return n
	}
	out.Parts = append(out.Parts, r.Slice(end, len(r.Text))...)
	return &out
}
