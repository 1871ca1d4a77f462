package policy

import "strings"

// variables notes what is wrong with the first ${…} of a text that is no policy
// variable, where AWS replaces such: in Resource after the fifth colon, and in the
// values of some condition operators. It reports whether there is one (IAM User
// Guide, "IAM policy elements: Variables and tags").
func (g *grammar) variables(t Text, text string, whole, resource bool, words ...string) bool {
	if !whole {
		g.beyond(t, resource, words...)
	}
	open := strings.Index(text, "${")
	if open < 0 {
		return false
	}
	fault := func(f Fault) bool {
		f.Kind = InvalidVariable
		g.add(f, words...)
		return true
	}
	if resource && strings.Count(text[:open], ":") < 5 {
		name, _, _ := strings.Cut(text[open:], "}")
		f := Fault{Name: name + "}", Because: "stands before the fifth colon of an ARN, where AWS replaces no variable"}
		if isTemplate(text[open+2:]) {
			f.Because = "is left over from a template: no function replaces it"
		}
		return fault(f)
	}
	for rest := text[open:]; rest != ""; {
		v, after, closed := cutVariable(rest)
		if !closed {
			if !whole {
				return false // a hole may close it
			}
			return fault(Fault{Name: t.String(), Because: "opens a variable that it does not close"})
		}
		written := rest[:len(rest)-len(after)]
		if because := variableFault(v); because != "" {
			return fault(Fault{Name: written, Because: because})
		}
		if g.variable == "" {
			g.variable, g.written = g.at(words...), written
		}
		next := strings.Index(after, "${")
		if next < 0 {
			break
		}
		rest = after[next:]
	}
	return false
}

// beyond notes a policy variable behind a hole.
func (g *grammar) beyond(t Text, resource bool, words ...string) {
	colons := 0
	for _, p := range t.Parts {
		open := strings.Index(p.Literal, "${")
		if open < 0 || g.variable != "" {
			colons += strings.Count(p.Literal, ":")
			continue
		}
		colons += strings.Count(p.Literal[:open], ":")
		v, after, closed := cutVariable(p.Literal[open:])
		if closed && variableFault(v) == "" && (!resource || colons >= 5) {
			g.variable, g.written = g.at(words...), p.Literal[open:len(p.Literal)-len(after)]
		}
		colons += strings.Count(p.Literal[open:], ":")
	}
}

// isTemplate reports whether what stands behind ${ is CloudFormation's:
// AWS::Region, or the ! that keeps its Fn::Sub from replacing a policy variable.
func isTemplate(inner string) bool {
	return strings.HasPrefix(inner, "AWS::") || strings.HasPrefix(inner, "!")
}

// variableFault says what keeps a variable from being one; empty when it is one.
func variableFault(v variable) string {
	prefix, key, colon := strings.Cut(v.name, ":")
	switch {
	case v.name == "*" || v.name == "?" || v.name == "$":
		return ""
	case isTemplate(v.name):
		return "is left over from a template: no function replaces it"
	case strings.TrimSpace(v.name) == "":
		return "names no variable"
	case strings.Contains(v.name, ","):
		return "has a default that does not stand in single quotes after a comma and a space"
	case strings.ContainsFunc(v.name, isSpace):
		return "has white space in it, which AWS takes for no part of a variable"
	case !colon || prefix == "" || key == "" || strings.ContainsFunc(prefix, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune("-._/", r) }):
		return "names no condition key, which has the form prefix:name"
	case isMultivalued(strings.ToLower(v.name)):
		return "is a key with several values, which is no variable"
	default:
		return ""
	}
}

// variableInElement notes a variable in a part of a statement that has none. It
// is text there.
func (g *grammar) variableInElement(element string, t Text, words ...string) {
	text := t.String()
	g.add(Fault{Kind: InvalidVariable, Name: text, Because: "is text in " + element + ", where AWS replaces no variable"}, words...)
}

// version checks the Version (IAM User Guide, "IAM JSON policy elements:
// Version"): without the later one of the two there are, "variables such as
// ${aws:username} aren't recognized as variables and are instead treated as
// literal strings in the policy".
func (g *grammar) version(t Text, version string) {
	f := Fault{Kind: PolicyVersion, Name: version, At: "/policy/Version"}
	_, known := t.Literal()
	switch {
	case !known, version == "2012-10-17":
		return
	case t.Absent():
		if g.variable == "" {
			return
		}
		f.Because = "the policy has no Version, and without one " + g.written + " is text, not a variable"
		f.At = g.variable
	case version == "2008-10-17":
		if g.variable == "" {
			return
		}
		f.Because = "version 2008-10-17 has no policy variables: " + g.written + " is text"
		f.Earlier = g.variable
	default:
		f.Because = "there is no version \"" + version + "\" of the policy language"
		f.Near = "2012-10-17"
	}
	g.faults = append(g.faults, f)
}

// UsesVariables reports whether a text of the statement's Resource or Condition
// looks like it has a policy variable.
func (s *Statement) UsesVariables() bool {
	has := func(values []Text) bool {
		for _, t := range values {
			for _, p := range t.Parts {
				if strings.Contains(p.Literal, "${") {
					return true
				}
			}
		}
		return false
	}
	for _, c := range s.Conditions {
		if has(c.Values) {
			return true
		}
	}
	return has(s.Resources.Values)
}
