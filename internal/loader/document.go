package loader

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// attached reads the policy of an endpoint from a value whose intrinsics are
// resolved: an object, or JSON text of one. A nil or null value is no policy.
// The problem is not nil when the text is not JSON at all.
func attached(n *node) (policy.Attached, *located) {
	if n == nil || n.kind == null {
		return policy.Attached{}, nil
	}
	if n.encoded != nil {
		n = n.encoded
	}
	span := n.span()
	undetermined := func(why string) (policy.Attached, *located) {
		return policy.Attached{State: policy.Undetermined, Why: why, Span: span}, nil
	}
	switch n.kind {
	case hole:
		return undetermined("it comes from " + n.hole.Ref)
	case str:
		inner, why, problem := embedded(n)
		if problem != nil {
			a, _ := undetermined("it is not valid JSON")
			a.Reported = true
			return a, problem
		}
		if why != "" {
			return undetermined(why)
		}
		if inner == nil { // blank text: AWS attaches its default
			return policy.Attached{}, nil
		}
		n = inner
	}
	if n.kind != object {
		return undetermined("it is " + n.kind.String() + ", not an object")
	}
	if written := n.span(); written.End-written.Start > maxPolicy {
		return undetermined("it is larger than any policy that AWS takes")
	}
	doc, why := document(n)
	if why != "" {
		return undetermined(why)
	}
	return policy.Attached{State: policy.Known, Span: n.span(), Variants: []policy.Variant{{Doc: doc}}}, nil
}

// A located problem is one with its place in a file.
type located struct {
	message string
	span    source.Span
}

// embedded parses JSON text inside a string. It returns nil for blank text,
// why when holes keep the text from being parsed, and a problem when it is not
// JSON.
func embedded(n *node) (value *node, why string, p *located) {
	frame := newTextFrame(n)
	if frame == nil {
		return nil, "its text holds every private-use character", nil
	}
	if strings.TrimSpace(frame.text) == "" {
		return nil, "", nil
	}
	if len(frame.text) > maxPolicy {
		return nil, "it is larger than any policy that AWS takes", nil
	}
	values, problem := parseJSON([]byte(frame.text), 0, frame)
	if problem != nil {
		if ref := frame.holeAt(problem.start); ref != "" {
			return nil, "the part of its text outside of strings comes from " + ref, nil
		}
		message := "the policy is " + problem.message
		return nil, "", &located{message: message, span: frame.span(problem.start, problem.end)}
	}
	if len(values) != 1 {
		return nil, "", &located{message: "the policy is not valid JSON: its text holds several values", span: n.span()}
	}
	return values[0], "", nil
}

// A textFrame is a string of a file that JSON is parsed from. Each hole is
// written into the text as its number between two marks, a character that the
// text does not hold otherwise.
type textFrame struct {
	holder   *node
	text     string
	mark     string
	segments []segment
}

// A segment is the bytes [start, end) of the frame's text and where they come
// from.
type segment struct {
	start, end int
	part       part
}

func newTextFrame(n *node) *textFrame {
	pieces := n.pieces()
	f := &textFrame{holder: n, mark: unusedMark(pieces)}
	if f.mark == "" {
		return nil
	}
	var b strings.Builder
	for i, p := range pieces {
		start := b.Len()
		if p.hole.Kind == policy.NotHole {
			b.WriteString(p.text)
		} else {
			b.WriteString(f.mark + strconv.Itoa(i) + f.mark)
		}
		f.segments = append(f.segments, segment{start, b.Len(), p})
	}
	f.text = b.String()
	return f
}

// unusedMark returns a private-use character that no piece holds; empty when
// they hold all of them.
func unusedMark(pieces []part) string {
	var used ['\uF8FF' - '\uE000' + 1]bool
	for _, p := range pieces {
		for _, r := range p.text {
			if r >= '\uE000' && r <= '\uF8FF' {
				used[r-'\uE000'] = true
			}
		}
	}
	for i := range used {
		if !used[i] {
			return string(rune('\uE000' + i))
		}
	}
	return ""
}

func (f *textFrame) segmentAt(offset int) segment {
	i := sort.Search(len(f.segments), func(i int) bool { return f.segments[i].end > offset })
	if i == len(f.segments) {
		return segment{}
	}
	return f.segments[i]
}

// holeAt names the hole at an offset of the text; empty where there is none.
func (f *textFrame) holeAt(offset int) string { return f.segmentAt(offset).part.hole.Ref }

// span maps a part of the text to the file. Text that comes from elsewhere, a
// parameter's default for one, has no place inside the string, and then the
// string as a whole is the place.
func (f *textFrame) span(start, end int) source.Span {
	whole := f.holder.span()
	first := f.segmentAt(start)
	last := f.segmentAt(max(end-1, start))
	from := first.part.trace.Span(start-first.start, min(max(end, start), first.end)-first.start)
	to := last.part.trace.Span(max(start, last.start)-last.start, max(end, start)-last.start)
	inside := func(s source.Span) bool {
		return s.File == whole.File && s.File != nil && s.Start >= whole.Start && s.End <= whole.End
	}
	if !inside(from) || !inside(to) || to.End < from.Start {
		return whole
	}
	return source.Span{File: whole.File, Start: from.Start, End: to.End}
}

func (f *textFrame) string(start, end int, value string) *node {
	n := &node{kind: str, value: value, place: textString{f, start, end}}
	if !strings.Contains(value, f.mark) {
		return n
	}
	for i, piece := range strings.Split(value, f.mark) {
		if i%2 == 0 {
			if piece != "" {
				n.parts = append(n.parts, part{text: piece})
			}
			continue
		}
		number, _ := strconv.Atoi(piece)
		n.parts = append(n.parts, part{hole: f.segments[number].part.hole})
	}
	n.value = ""
	return n
}

// textString is the place of a string literal of JSON text in a string.
type textString struct {
	frame      *textFrame
	start, end int
}

func (s textString) span() source.Span { return s.frame.span(s.start, s.end) }

func (s textString) trace() source.Trace {
	t := source.NewTrace(s.frame.holder.span().File)
	traced := true
	add := func(n, start, end int) {
		written := s.frame.span(s.start+start, s.start+end)
		// Text that comes from elsewhere has no place here.
		traced = traced && written.File != nil && written != s.frame.holder.span()
		t.Add(n, written.Start, written.End)
	}
	traceJSON([]byte(s.frame.text[s.start:s.end]), func(n, start, end int) {
		if n != end-start {
			add(n, start, end)
			return
		}
		for start < end {
			_, size := utf8.DecodeRuneInString(s.frame.text[s.start+start : s.start+end])
			add(size, start, start+size)
			start += size
		}
	})
	if !traced {
		return source.Trace{}
	}
	return t
}

// document reads a policy document. It returns why when the document is not
// one whose statements can be told apart.
func document(n *node) (doc *policy.Document, why string) {
	doc = &policy.Document{Span: n.span()}
	if name := duplicate(n); name != "" {
		return nil, "it gives " + strconv.Quote(name) + " twice"
	}
	if version := n.get("Version"); version != nil {
		doc.Version = version.text()
	}
	statements := n.get("Statement")
	switch {
	case statements == nil:
		return nil, `it has no "Statement"`
	case statements.kind == hole:
		return nil, "its statements come from " + statements.hole.Ref
	case statements.kind == object:
		doc.Statements = append(doc.Statements, statement(statements))
		return doc, ""
	case statements.kind != array:
		return nil, `its "Statement" is ` + statements.kind.String()
	}
	if len(statements.items) > maxStatements {
		return nil, "it has more statements than AWS takes"
	}
	for _, s := range statements.items {
		doc.Statements = append(doc.Statements, statement(s))
	}
	return doc, ""
}

// duplicate returns a name that an object gives twice; empty when none is.
func duplicate(n *node) string {
	seen := make(map[string]bool, len(n.fields))
	for _, f := range n.fields {
		if f.key.parts != nil {
			continue
		}
		if seen[f.key.value] {
			return f.key.value
		}
		seen[f.key.value] = true
	}
	return ""
}

// statement reads one statement (IAM User Guide, "Grammar of the IAM JSON
// policy language"). What it cannot read it says in Unread.
func statement(n *node) policy.Statement {
	s := policy.Statement{Span: n.span()}
	unread := func(format string, args ...any) {
		if s.Unread == "" {
			s.Unread = fmt.Sprintf(format, args...)
		}
	}
	switch {
	case n.kind == hole:
		unread("it comes from %s", n.hole.Ref)
		return s
	case n.kind != object:
		unread("it is %s, not an object", n.kind)
		return s
	}
	if name := duplicate(n); name != "" {
		unread("it gives %q twice", name)
	}
	for _, f := range n.fields {
		value := f.value
		switch f.key.value {
		case "Sid":
			s.Sid = value.text()
		case "Effect":
			s.EffectSpan = value.span()
			switch effect, _ := value.literal(); effect {
			case "Allow":
				s.Effect = policy.Allow
			case "Deny":
				s.Effect = policy.Deny
			default:
				unread("its effect is %q", value.text().String())
			}
		case "Principal", "NotPrincipal":
			if s.Principals.Span.File != nil {
				unread("it has both Principal and NotPrincipal")
			}
			s.Principals = principals(value, f.key.value == "NotPrincipal", unread)
		case "Action", "NotAction":
			if s.Actions.Span.File != nil {
				unread("it has both Action and NotAction")
			}
			s.Actions = set(value, f.key.value, unread)
		case "Resource", "NotResource":
			if s.Resources.Span.File != nil {
				unread("it has both Resource and NotResource")
			}
			s.Resources = set(value, f.key.value, unread)
		case "Condition":
			s.Conditions = conditions(value, unread)
		default:
			unread("it has the unknown element %q", f.key.text().String())
		}
	}
	switch {
	case s.EffectSpan.File == nil:
		unread("it has no Effect")
	case s.Principals.Span.File == nil:
		unread("it has no Principal")
	case s.Actions.Span.File == nil:
		unread("it has no Action")
	case s.Resources.Span.File == nil:
		unread("it has no Resource")
	}
	return s
}

type unreadFunc func(format string, args ...any)

func set(n *node, element string, unread unreadFunc) policy.Set {
	return policy.Set{
		Not:    strings.HasPrefix(element, "Not"),
		Values: texts(n, element, unread),
		Span:   n.span(),
	}
}

// texts reads one scalar or a list of them.
func texts(n *node, element string, unread unreadFunc) []policy.Text {
	values := []*node{n}
	if n.kind == array {
		values = n.items
	}
	var list []policy.Text
	for _, v := range values {
		switch v.kind {
		case null, array, object:
			unread("a value of its %s is %s", element, v.kind)
		default:
			list = append(list, v.text())
		}
	}
	return list
}

func principals(n *node, not bool, unread unreadFunc) policy.Principals {
	p := policy.Principals{Not: not, Span: n.span()}
	if n.kind != object {
		for _, t := range texts(n, "Principal", unread) {
			p.Values = append(p.Values, policy.Principal{Value: t})
		}
		return p
	}
	if name := duplicate(n); name != "" {
		unread("its Principal gives %q twice", name)
	}
	for _, f := range n.fields {
		for _, t := range texts(f.value, "Principal", unread) {
			p.Values = append(p.Values, policy.Principal{Type: f.key.text().String(), Value: t})
		}
	}
	return p
}

func conditions(n *node, unread unreadFunc) []policy.Condition {
	if n.kind != object {
		unread("its Condition is %s, not an object", n.kind)
		return nil
	}
	if name := duplicate(n); name != "" {
		unread("its Condition gives %q twice", name)
	}
	var list []policy.Condition
	for _, operator := range n.fields {
		if operator.value.kind != object {
			unread("the value of %q in its Condition is %s, not an object", operator.key.text().String(), operator.value.kind)
			continue
		}
		if name := duplicate(operator.value); name != "" {
			unread("its Condition gives %q twice", name)
		}
		for _, key := range operator.value.fields {
			list = append(list, policy.Condition{
				Operator: operator.key.text(),
				Key:      key.key.text(),
				Values:   texts(key.value, "Condition", unread),
				Span:     key.value.span(),
			})
		}
	}
	return list
}
