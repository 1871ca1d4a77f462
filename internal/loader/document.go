package loader

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// attached reads the policy of an endpoint from a value whose intrinsics are
// resolved: an object, or JSON text of one. A nil or null value is no policy.
// The problem is not nil when the text is not JSON at all.
func attached(n *syntax.Node) (policy.Attached, *syntax.Located) {
	if n == nil || n.Kind == syntax.Null {
		return policy.Attached{}, nil
	}
	if n.Encoded != nil {
		n = n.Encoded
	}
	span := n.Span()
	undetermined := func(why string) (policy.Attached, *syntax.Located) {
		return policy.Attached{State: policy.Undetermined, Why: why, Span: span}, nil
	}
	switch n.Kind {
	case syntax.Hole:
		return undetermined("it comes from " + n.Hole.String())
	case syntax.String:
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
	if n.Kind != syntax.Object {
		return undetermined("it is " + n.Kind.String() + ", not an object")
	}
	if written := n.Span(); written.End-written.Start > maxPolicy {
		return undetermined("it is larger than any policy that AWS takes")
	}
	doc, faults, why := document(n)
	if why != "" {
		a, _ := undetermined(why)
		a.Faults = faults
		a.Reported = len(faults) > 0
		return a, nil
	}
	return policy.Attached{State: policy.Known, Span: n.Span(), Faults: faults, Variants: []policy.Variant{{Doc: doc}}}, nil
}

// notJSON says what is wrong with JSON text.
func notJSON(what, message string) string {
	if strings.HasPrefix(message, "not valid JSON") {
		return what + " is " + message
	}
	return what + " cannot be read: " + message
}

// embedded parses the JSON text of a policy. It returns nil for blank text, why
// when holes keep the text from being parsed, and a problem when it is not JSON.
func embedded(n *syntax.Node) (value *syntax.Node, why string, p *syntax.Located) {
	if n.Length() > maxPolicy {
		return nil, "it is larger than any policy that AWS takes", nil
	}
	values, why, problem := syntax.ParseString(n)
	switch {
	case problem != nil:
		return nil, "", &syntax.Located{Message: notJSON("the policy", problem.Message), Span: problem.Span}
	case why != "" || len(values) == 0:
		return nil, why, nil
	case len(values) > 1:
		return nil, "", &syntax.Located{Message: "the policy is not valid JSON: its text holds several values", Span: n.Span()}
	}
	return values[0], "", nil
}

// document reads a policy document. It returns why when the document is not
// one whose statements can be told apart.
func document(n *syntax.Node) (doc *policy.Document, faults []policy.Fault, why string) {
	doc = &policy.Document{Span: n.Span()}
	faults = append(duplicates(n), unknownElements(n, "Version", "Id", "Statement")...)
	doc.Statements, why = statements(n)
	if twice := duplicates(n); len(twice) > 0 {
		why = "it gives " + strconv.Quote(twice[0].Name) + " twice"
	}
	if version := n.Get("Version"); version != nil {
		doc.Version = version.Text()
	}
	return doc, faults, why
}

// statements reads the statements of a document, or says why it cannot.
func statements(n *syntax.Node) (list []policy.Statement, why string) {
	statements := n.Get("Statement")
	switch {
	case statements == nil:
		return nil, `it has no "Statement"`
	case statements.Kind == syntax.Hole:
		return nil, "its statements come from " + statements.Hole.String()
	case statements.Kind == syntax.Object:
		return []policy.Statement{statement(statements)}, ""
	case statements.Kind != syntax.Array:
		return nil, `its "Statement" is ` + statements.Kind.String()
	}
	if len(statements.Items) > maxStatements {
		return nil, "it has more statements than AWS takes"
	}
	for _, s := range statements.Items {
		list = append(list, statement(s))
	}
	return list, ""
}

// statement reads one statement (IAM User Guide, "Grammar of the IAM JSON
// policy language"). What it cannot read it says in Unread.
func statement(n *syntax.Node) policy.Statement {
	s := policy.Statement{Span: n.Span()}
	unread := func(format string, args ...any) {
		if s.Unread == "" {
			s.Unread = fmt.Sprintf(format, args...)
		}
	}
	switch {
	case n.Kind == syntax.Hole:
		unread("it comes from %s", n.Hole.String())
		return s
	case n.Kind != syntax.Object:
		unread("it is %s, not an object", n.Kind)
		return s
	}
	twice := func(n *syntax.Node, format string) {
		list := duplicates(n)
		s.Faults = append(s.Faults, list...)
		if len(list) > 0 {
			unread(format, list[0].Name)
		}
	}
	twice(n, "it gives %q twice")
	for _, f := range n.Fields {
		value := f.Value
		switch f.Key.Value {
		case "Sid":
			s.Sid = value.Text()
		case "Effect":
			s.EffectSpan = value.Span()
			switch effect, _ := value.Literal(); effect {
			case "Allow":
				s.Effect = policy.Allow
			case "Deny":
				s.Effect = policy.Deny
			default:
				unread("its effect is %q", value.String())
			}
		case "Principal", "NotPrincipal":
			if s.Principals.Span.File != nil {
				unread("it has both Principal and NotPrincipal")
			}
			s.Principals = principals(value, f.Key.Value == "NotPrincipal", unread, twice)
		case "Action", "NotAction":
			if s.Actions.Span.File != nil {
				unread("it has both Action and NotAction")
			}
			s.Actions = set(value, f.Key.Value, unread)
		case "Resource", "NotResource":
			if s.Resources.Span.File != nil {
				unread("it has both Resource and NotResource")
			}
			s.Resources = set(value, f.Key.Value, unread)
		case "Condition":
			s.Conditions = conditions(value, unread, twice)
		default:
			unread("it has the unknown element %q", f.Key.String())
			s.Faults = append(s.Faults, unknownElement(f.Key, elements...))
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

type (
	unreadFunc func(format string, args ...any)
	// A twiceFunc notes the names that an object gives twice.
	twiceFunc func(n *syntax.Node, format string)
)

func set(n *syntax.Node, element string, unread unreadFunc) policy.Set {
	return policy.Set{
		Not:    strings.HasPrefix(element, "Not"),
		Values: texts(n, element, unread),
		Span:   n.Span(),
	}
}

// texts reads one scalar or a list of them.
func texts(n *syntax.Node, element string, unread unreadFunc) []policy.Text {
	values := []*syntax.Node{n}
	if n.Kind == syntax.Array {
		values = n.Items
	}
	var list []policy.Text
	for _, v := range values {
		switch v.Kind {
		case syntax.Null, syntax.Array, syntax.Object:
			unread("a value of its %s is %s", element, v.Kind)
		default:
			list = append(list, v.Text())
		}
	}
	return list
}

func principals(n *syntax.Node, not bool, unread unreadFunc, twice twiceFunc) policy.Principals {
	p := policy.Principals{Not: not, Span: n.Span()}
	if n.Kind != syntax.Object {
		for _, t := range texts(n, "Principal", unread) {
			p.Values = append(p.Values, policy.Principal{Value: t})
		}
		return p
	}
	twice(n, "its Principal gives %q twice")
	for _, f := range n.Fields {
		for _, t := range texts(f.Value, "Principal", unread) {
			p.Values = append(p.Values, policy.Principal{Type: f.Key.String(), Value: t})
		}
	}
	return p
}

func conditions(n *syntax.Node, unread unreadFunc, twice twiceFunc) []policy.Condition {
	if n.Kind != syntax.Object {
		unread("its Condition is %s, not an object", n.Kind)
		return nil
	}
	twice(n, "its Condition gives %q twice")
	var list []policy.Condition
	for _, operator := range n.Fields {
		if operator.Value.Kind != syntax.Object {
			unread("the value of %q in its Condition is %s, not an object", operator.Key.String(), operator.Value.Kind)
			continue
		}
		twice(operator.Value, "its Condition gives %q twice")
		for _, key := range operator.Value.Fields {
			list = append(list, policy.Condition{
				Operator: operator.Key.Text(),
				Key:      key.Key.Text(),
				Values:   texts(key.Value, "Condition", unread),
				Span:     key.Value.Span(),
			})
		}
	}
	return list
}
