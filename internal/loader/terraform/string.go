package terraform

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// format puts values into a text. Verbs other than the plainest are worked out
// where all values are known.
func (c *call) format() *syntax.Node {
	if len(c.args) == 0 || c.args[0].Kind != syntax.String {
		return c.unlessHole(first(c.args))
	}
	r := syntax.NewRun(c.args[0].Pieces())
	if strings.Contains(r.Text, "\x00") {
		return c.unknown()
	}
	out := &syntax.Node{Kind: syntax.String, Parts: []syntax.Part{}, Place: c.at}
	next, start := 1, 0
	for i := 0; i < len(r.Text); i++ {
		if r.Text[i] != '%' {
			continue
		}
		if i+1 == len(r.Text) {
			return c.refused()
		}
		out.Parts = append(out.Parts, r.Slice(start, i)...)
		verb := r.Text[i+1]
		switch {
		case verb == '%':
			out.Parts = append(out.Parts, r.Slice(i, i+1)...)
		case (verb == 's' || verb == 'v' || verb == 'd' && c.args[min(next, len(c.args)-1)].Kind == syntax.Number) && next < len(c.args) && plain(c.args[next]):
			if !spell(out, c.args[next]) {
				return c.refused()
			}
			next++
		default:
			return c.bridged()
		}
		if out.Length() > syntax.MaxText {
			return unknown(tooLarge, c.at)
		}
		i++
		start = i + 1
	}
	if next < len(c.args) {
		return c.refused()
	}
	out.Parts = append(out.Parts, r.Slice(start, len(r.Text))...)
	return out
}

func plain(n *syntax.Node) bool {
	return n.Kind == syntax.String || n.Kind == syntax.Number || n.Kind == syntax.Boolean || n.Kind == syntax.Hole
}

// formatlist formats the elements of lists one by one; values that are none are
// the same for all of them.
func (c *call) formatlist() *syntax.Node {
	rows := -1
	for _, arg := range c.args {
		switch {
		case arg.Kind == syntax.Array && complete(arg) && (rows < 0 || rows == len(arg.Items)):
			rows = len(arg.Items)
		case arg.Kind == syntax.Array && complete(arg):
			return c.refused()
		case !plain(arg) || isHole(arg):
			return c.unknown()
		}
	}
	if rows < 0 {
		rows = 1
	}
	out := listOf([]*syntax.Node{}, c.at)
	for i := range rows {
		row := *c
		row.name, row.args = "format", nil
		for _, arg := range c.args {
			if arg.Kind == syntax.Array {
				arg = arg.Items[i]
			}
			row.args = append(row.args, arg)
		}
		item := row.format()
		if isError(item) || !c.step(c.at) {
			return item
		}
		out.Items = append(out.Items, derived(item, row.args...))
	}
	return out
}

func (c *call) join() *syntax.Node {
	if len(c.args) < 2 {
		return c.refused()
	}
	out := &syntax.Node{Kind: syntax.String, Parts: []syntax.Part{}, Place: c.at}
	separator := c.args[0]
	begun := false
	for _, list := range c.args[1:] {
		if list.Kind != syntax.Array {
			return c.unlessHole(list)
		}
		for _, item := range list.Items {
			if begun && !spell(out, separator) {
				return c.refused()
			}
			begun = true
			if !spell(out, item) {
				return c.refused()
			}
			if !c.step(c.at) || out.Length() > syntax.MaxText {
				return unknown(tooLarge, c.at)
			}
		}
	}
	return out
}

// trim cuts white space off the ends, as far as they are known.
func (c *call) trim() *syntax.Node {
	n := asText(first(c.args))
	if len(c.args) != 1 || n.Kind != syntax.String {
		return c.unlessHole(n)
	}
	if n.Encoded != nil {
		return n
	}
	r := syntax.NewRun(n.Pieces())
	start, end := 0, len(r.Text)
	if c.name == "trimspace" {
		start = len(r.Text) - len(strings.TrimSpace(r.Text+"x")) + 1
		end = max(len(strings.TrimRight(r.Text, " \t\r\n\v\f\u0085\u00A0")), start)
	} else {
		for end > 0 && (r.Text[end-1] == '\n' || r.Text[end-1] == '\r') {
			end--
		}
	}
	out := *n
	out.Value, out.Parts = "", r.Slice(start, end)
	if out.Parts == nil {
		out.Parts = []syntax.Part{}
	}
	return &out
}

// settled reports whether the holes of a text are such that hold none of the
// characters that texts are searched for: of an account, a region.
func settled(n *syntax.Node, texts ...string) bool {
	for _, p := range n.Pieces() {
		switch p.Hole.Kind {
		case policy.NotHole:
		case policy.OwnAccount, policy.Region, policy.Partition, policy.OwnOrganization:
			for _, text := range texts {
				if !strings.ContainsAny(text, ":/,;|{}$<>@#% \t\n_") {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

func (c *call) split() *syntax.Node {
	if len(c.args) != 2 {
		return c.refused()
	}
	if c.args[1].Kind != syntax.String {
		return c.unlessHole(c.args[1])
	}
	separator, ok := c.args[0].Literal()
	if !ok || separator == "" || !settled(c.args[1], separator) {
		if !ok || !c.whole(c.args[1]) {
			return c.unknown()
		}
		return c.bridged()
	}
	r := syntax.NewRun(c.args[1].Pieces())
	out := listOf([]*syntax.Node{}, c.at)
	start := 0
	for {
		if !c.step(c.at) {
			return unknown(tooLarge, c.at)
		}
		n := strings.Index(r.Text[start:], separator)
		end := len(r.Text)
		if n >= 0 {
			end = start + n
		}
		parts := r.Slice(start, end)
		if parts == nil {
			parts = []syntax.Part{}
		}
		out.Items = append(out.Items, &syntax.Node{Kind: syntax.String, Parts: parts, Place: bareAt{c.args[1].Place}, Origin: c.args[1].Origin})
		if n < 0 {
			return out
		}
		start = end + len(separator)
	}
}

// replace keeps the way to the text that is not replaced.
func (c *call) replace() *syntax.Node {
	if len(c.args) != 3 {
		return c.refused()
	}
	n, with := c.args[0], c.args[2]
	search, ok := c.args[1].Literal()
	if n.Kind != syntax.String || !plain(with) {
		return c.unlessHole(n)
	}
	if !ok || search == "" || len(search) > 1 && strings.HasPrefix(search, "/") && strings.HasSuffix(search, "/") || !settled(n, search) {
		return c.bridged()
	}
	r := syntax.NewRun(n.Pieces())
	out := derived(&syntax.Node{Kind: syntax.String, Parts: []syntax.Part{}, Place: n.Place}, n)
	start := 0
	for {
		i := strings.Index(r.Text[start:], search)
		if i < 0 {
			break
		}
		out.Parts = append(out.Parts, r.Slice(start, start+i)...)
		if !c.step(c.at) || !spell(out, with) || len(out.Parts)*max(with.Length(), 1) > syntax.MaxText {
			return unknown(tooLarge, c.at)
		}
		start += i + len(search)
	}
	out.Parts = append(out.Parts, r.Slice(start, len(r.Text))...)
	return out
}
