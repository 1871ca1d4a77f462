package loader

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// attached reads the policy of an endpoint from a value whose intrinsics are
// resolved: an object, or JSON text of one. A nil or null value is no policy.
// The problem is not nil when the text is not JSON at all. Normalised says that
// whoever sends the policy writes its text anew, without white space.
func attached(n *syntax.Node, normalised bool) (policy.Attached, *syntax.Located) {
	if n == nil || n.Kind == syntax.Null {
		return policy.Attached{}, nil
	}
	if n.Encoded != nil {
		n = n.Encoded
	}
	span := n.Span()
	var size *policy.Size // of the text, where that is what AWS gets
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
		if !normalised {
			length := textLength(n)
			size = &length
		}
		if why != "" {
			a, _ := undetermined(why)
			if f, ok := policy.TooLarge(textLength(n)); ok && !normalised {
				f.Span = span
				a.Faults, a.Reported = []policy.Fault{f}, true
			}
			return a, nil
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
	if size == nil {
		length := jsonLength(n)
		size = &length
	}
	return policy.Attached{State: policy.Known, Size: *size, Span: n.Span(), Faults: faults, Variants: []policy.Variant{{Doc: doc}}}, nil
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
	if f, ok := withoutStatements(n); ok && !means(faults, "Statement") {
		faults = append(faults, f)
	}
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
	s := &statementReader{policy.Statement{Span: n.Span()}}
	switch {
	case n.Kind == syntax.Hole:
		s.unread("it comes from %s", n.Hole.String())
		return s.Statement
	case n.Kind != syntax.Object:
		s.unread("it is %s, not an object", n.Kind)
		s.fault(policy.MissingElement, n, "Statement", wrongKind(n, "an object"))
		return s.Statement
	}
	s.twice(n, "it gives %q twice")
	for _, f := range n.Fields {
		s.element(f)
	}
	s.missing(n)
	return s.Statement
}

// A statementReader is a statement in the making.
type statementReader struct{ policy.Statement }

func (s *statementReader) unread(format string, args ...any) {
	if s.Unread == "" {
		s.Unread = fmt.Sprintf(format, args...)
	}
}

// fault notes what keeps the statement, or a part of it, from being read.
func (s *statementReader) fault(kind policy.FaultKind, at *syntax.Node, name, because string) {
	s.Faults = append(s.Faults, policy.Fault{Kind: kind, Name: name, Because: because, Undecides: true, Span: at.Span()})
}

// twice notes the names that an object gives twice.
func (s *statementReader) twice(n *syntax.Node, format string) {
	for _, f := range duplicates(n) {
		f.Undecides = true
		s.Faults = append(s.Faults, f)
		s.unread(format, f.Name)
	}
}

func (s *statementReader) element(f syntax.Field) {
	name, value := f.Key.Value, f.Value
	switch name {
	case "Sid":
		s.Sid = value.Text()
	case "Effect":
		s.effect(value)
	case "Principal", "NotPrincipal":
		s.alone(f, s.Principals.Span, s.Principals.Not, "Principal")
		s.principals(value, name)
	case "Action", "NotAction":
		s.alone(f, s.Actions.Span, s.Actions.Not, "Action")
		s.Actions = s.set(value, name)
	case "Resource", "NotResource":
		s.alone(f, s.Resources.Span, s.Resources.Not, "Resource")
		s.Resources = s.set(value, name)
	case "Condition":
		s.conditions(value)
	default:
		if f.Key.Kind == syntax.Hole || len(f.Key.Text().Holes()) > 0 {
			s.unread("an element of it comes from %s", f.Key.Text().Holes()[0])
			return
		}
		s.unread("it has the unknown element %q", f.Key.String())
		unknown := unknownElement(f.Key, elements...)
		unknown.Undecides = true
		s.Faults = append(s.Faults, unknown)
	}
}

func (s *statementReader) effect(n *syntax.Node) {
	s.EffectSpan = n.Span()
	effect, known := n.Literal()
	switch effect {
	case "Allow":
		s.Effect = policy.Allow
		return
	case "Deny":
		s.Effect = policy.Deny
		return
	}
	s.unread("its effect is %q", n.String())
	if !known && (n.Kind == syntax.Hole || n.Kind == syntax.String) {
		return
	}
	s.fault(policy.InvalidEffect, n, effect, "")
	for _, right := range []string{"Allow", "Deny"} {
		if strings.EqualFold(strings.TrimSpace(effect), right) {
			s.Faults[len(s.Faults)-1].Near = right
		}
	}
}

// alone notes an element that stands beside its negation.
func (s *statementReader) alone(f syntax.Field, other source.Span, not bool, name string) {
	if other.File == nil || (f.Key.Value != name) == not {
		return // the first, or the same again
	}
	s.unread("it has both %[1]s and Not%[1]s", name)
	s.fault(policy.ConflictingElements, f.Key, f.Key.Value, "")
	s.Faults[len(s.Faults)-1].First = other
}

// missing notes the elements that the statement goes without, where that is
// certain.
func (s *statementReader) missing(n *syntax.Node) {
	for _, one := range []struct {
		name string
		span source.Span
	}{
		{"Effect", s.EffectSpan},
		{"Principal", s.Principals.Span},
		{"Action", s.Actions.Span},
		{"Resource", s.Resources.Span},
	} {
		if one.span.File != nil {
			continue
		}
		s.unread("it has no %s", one.name)
		if !holdsUnknownKey(n) && !means(s.Faults, one.name) && !means(s.Faults, "Not"+one.name) {
			s.fault(policy.MissingElement, n, one.name, "is missing: AWS takes no statement without it")
		}
	}
}

func (s *statementReader) set(n *syntax.Node, element string) policy.Set {
	s.empty(n, element)
	return policy.Set{
		Not:    strings.HasPrefix(element, "Not"),
		Values: s.texts(n, element),
		Span:   n.Span(),
	}
}

// empty notes an element, or a type of principals, without any value: it is read,
// and says little.
func (s *statementReader) empty(n *syntax.Node, name string) {
	because, misses := "is empty: it matches no request", true
	if strings.HasPrefix(name, "Not") {
		because, misses = "is empty: it leaves nothing out", false
	}
	if n.Kind == syntax.Array && len(n.Items) == 0 || n.Kind == syntax.Object && len(n.Fields) == 0 {
		s.Faults = append(s.Faults, policy.Fault{
			Kind: policy.MissingElement, Level: policy.Warning, Name: name, Because: because, Misses: misses, Span: n.Span(),
		})
	}
}

// texts reads one scalar or a list of them.
func (s *statementReader) texts(n *syntax.Node, element string) []policy.Text {
	values := []*syntax.Node{n}
	if n.Kind == syntax.Array {
		values = n.Items
	}
	var list []policy.Text
	for _, v := range values {
		switch v.Kind {
		case syntax.Null, syntax.Array, syntax.Object:
			s.unread("a value of its %s is %s", element, v.Kind)
			if n.Kind != syntax.Object || len(n.Fields) > 0 {
				s.fault(kindOf(element), v, element, wrongKind(v, "a text"))
			}
		default:
			list = append(list, v.Text())
		}
	}
	return list
}

func (s *statementReader) principals(n *syntax.Node, element string) {
	s.Principals = policy.Principals{Not: element == "NotPrincipal", Span: n.Span()}
	s.empty(n, element)
	add := func(kind string, values []policy.Text) {
		for _, t := range values {
			s.Principals.Values = append(s.Principals.Values, policy.Principal{Type: kind, Value: t})
		}
	}
	if n.Kind != syntax.Object {
		values := s.texts(n, element)
		add("", values)
		if len(values) == 1 && n.Kind == syntax.Array && values[0].String() == "*" {
			because := `is a list: other than "*" by itself, principals stand in an object, after their type`
			s.Faults = append(s.Faults, policy.Fault{Kind: policy.InvalidPrincipal, Level: policy.Warning, Name: element, Because: because, Span: n.Span()})
		}
		return
	}
	s.twice(n, "its Principal gives %q twice")
	for _, f := range n.Fields {
		if f.Value.Kind == syntax.Array {
			s.empty(f.Value, f.Key.String())
		}
		add(f.Key.String(), s.texts(f.Value, element))
	}
}

func (s *statementReader) conditions(n *syntax.Node) {
	if n.Kind != syntax.Object {
		s.unread("its Condition is %s, not an object", n.Kind)
		if n.Kind != syntax.Hole {
			s.fault(policy.InvalidOperator, n, "Condition", wrongKind(n, "an object of operators"))
		}
		return
	}
	s.twice(n, "its Condition gives %q twice")
	s.vain(n, "Condition")
	for _, operator := range n.Fields {
		name := operator.Key.String()
		if operator.Value.Kind != syntax.Object {
			s.unread("the value of %q in its Condition is %s, not an object", name, operator.Value.Kind)
			if operator.Value.Kind != syntax.Hole {
				s.fault(policy.InvalidOperator, operator.Value, name, wrongKind(operator.Value, "an object of condition keys"))
			}
			continue
		}
		s.twice(operator.Value, "its Condition gives %q twice")
		s.vain(operator.Value, name)
		s.Faults = append(s.Faults, sameKeys(operator.Value)...)
		for _, key := range operator.Value.Fields {
			s.Conditions = append(s.Conditions, policy.Condition{
				Operator: operator.Key.Text(),
				Key:      key.Key.Text(),
				Values:   s.texts(key.Value, "Condition"),
				Span:     key.Value.Span(),
			})
		}
	}
}

// vain notes an object of a Condition that holds none.
func (s *statementReader) vain(n *syntax.Node, name string) {
	if len(n.Fields) == 0 {
		because := "holds no condition: every request meets it"
		s.Faults = append(s.Faults, policy.Fault{Kind: policy.MissingElement, Level: policy.Note, Name: name, Because: because, Span: n.Span()})
	}
}
