package policy

import (
	"strconv"
	"strings"
)

// Grammar returns what is wrong with how the endpoint's policy is written, as
// far as a document that could be read can tell it: what IAM Access Analyzer's
// checks of resource policies say of its form, and the limits of endpoint
// policies (AWS PrivateLink Guide, "Control access to VPC endpoints using
// endpoint policies"). What a loader saw while it read is in the Faults of the
// endpoint, the policy and the statements. A value with holes is judged by what
// is known of it; a hole is no fault.
func (e *Endpoint) Grammar() []Fault {
	if e.Policy.State != Known {
		return nil
	}
	doc := e.Policy.Variants[0].Doc
	g := &grammar{}
	g.size(e.Policy.Size)
	version, _ := doc.Version.Literal()
	for i := range doc.Statements {
		g.number, g.statement = i, &doc.Statements[i]
		g.sids(doc.Statements[:i])
		g.principals()
		g.actions()
		g.resources()
		g.conditions()
	}
	g.version(doc.Version, version)
	return g.faults
}

// A grammar is the state of one check.
type grammar struct {
	faults    []Fault
	number    int // of the statement
	statement *Statement
	// variable is where the first policy variable stands, and written the
	// variable itself.
	variable, written string
}

// add notes a fault at a part of the statement.
func (g *grammar) add(f Fault, words ...string) {
	f.At = g.at(words...)
	g.faults = append(g.faults, f)
}

// misses marks the faults from a number on as what keeps the statement from ever
// matching, if each of so many values has one.
func (g *grammar) misses(from, values int) {
	if len(g.faults)-from < values {
		return
	}
	for i := from; i < len(g.faults); i++ {
		g.faults[i].Misses = g.faults[i].Level != Note && g.faults[i].Kind != MixedARNAccount && g.faults[i].Kind != ShortWildcardAnchor
	}
}

// at is the JSON Pointer of a part of the statement.
func (g *grammar) at(words ...string) string {
	var b strings.Builder
	b.WriteString("/policy/Statement/" + strconv.Itoa(g.number))
	for _, w := range words {
		b.WriteString("/" + Escape(w))
	}
	return b.String()
}

// Escape writes a name as a word of a JSON Pointer (RFC 6901).
func Escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// element is the name of an element or of its negation.
func element(not bool, name string) string {
	if not {
		return "Not" + name
	}
	return name
}

// specimen returns a text with something of the right form in the place of holes
// whose form is known. It reports false where it ends before a hole of which
// nothing is known.
func specimen(t Text) (text string, whole bool) {
	if len(t.Parts) == 1 && t.Parts[0].Hole.Kind == NotHole {
		return t.Parts[0].Literal, true
	}
	var b strings.Builder
	for _, p := range t.Parts {
		switch p.Hole.Kind {
		case NotHole:
			b.WriteString(p.Literal)
		case OwnAccount:
			b.WriteString("123456789012")
		case OwnOrganization:
			b.WriteString("o-exampleorg1")
		case Region:
			b.WriteString("us-east-1")
		case Partition:
			b.WriteString("aws")
		default:
			return b.String(), false
		}
	}
	return b.String(), true
}

// Size is how long a policy is as AWS gets it, in characters.
type Size struct {
	Characters int
	// AtLeast says that parts of it are not known, and not counted.
	AtLeast bool
}

// MaxSize is the quota of an endpoint policy, in characters, white space
// included (AWS PrivateLink Guide, "AWS PrivateLink quotas"). It cannot be
// raised.
const MaxSize = 20_480

// TooLarge is the fault of a policy that does not keep, or hardly keeps, to the
// quota. It reports false for another.
func TooLarge(s Size) (Fault, bool) {
	if s.Characters <= MaxSize/10*9 {
		return Fault{}, false
	}
	length := strconv.Itoa(s.Characters)
	if s.AtLeast {
		length = "at least " + length
	}
	f := Fault{Kind: PolicyTooLarge, Name: length, Because: "characters, of the " + strconv.Itoa(MaxSize) + " that AWS takes", At: "/policy"}
	if s.Characters <= MaxSize {
		f.Level = Warning
	}
	return f, true
}

func (g *grammar) size(s Size) {
	if f, ok := TooLarge(s); ok {
		g.faults = append(g.faults, f)
	}
}

// sids checks the Sid ("The Sid element supports ASCII uppercase letters (A-Z),
// lowercase letters (a-z), and numbers (0-9)"; IAM User Guide, "IAM JSON policy
// elements: Sid"). Endpoint policies on AWS's own pages have hyphens and spaces
// in it, too.
func (g *grammar) sids(before []Statement) {
	sid, known := g.statement.Sid.Literal()
	switch {
	case !known || g.statement.Sid.Absent():
		return
	case sid == "":
		g.add(Fault{Kind: InvalidSid, Level: Note, Because: "is empty"}, "Sid")
		return
	}
	if i := strings.IndexFunc(sid, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune("-_ ", r) }); i >= 0 {
		g.add(Fault{Kind: InvalidSid, Level: Note, Name: sid, Because: "holds other than letters and digits"}, "Sid")
	}
	for j := range before {
		if other, ok := before[j].Sid.Literal(); ok && other == sid {
			at := "/policy/Statement/" + strconv.Itoa(j) + "/Sid"
			g.add(Fault{Kind: DuplicateSid, Level: Warning, Name: sid, Earlier: at}, "Sid")
			return
		}
	}
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// actions checks the form of actions (IAM User Guide, "IAM JSON policy elements:
// Action"), not whether there are such.
func (g *grammar) actions() {
	name, from := element(g.statement.Actions.Not, "Action"), len(g.faults)
	for i, t := range g.statement.Actions.Values {
		text, whole := specimen(t)
		because := actionFault(text, whole)
		switch {
		case strings.Contains(text, "${"):
			g.variableInElement(name, t, name, strconv.Itoa(i))
		case because != "":
			f := Fault{Kind: InvalidAction, Name: t.String(), Because: because}
			if mended := mendAction(text); whole && actionFault(mended, true) == "" {
				f.Near = mended
			}
			g.add(f, name, strconv.Itoa(i))
		}
	}
	if !g.statement.Actions.Not {
		g.misses(from, len(g.statement.Actions.Values))
	}
}

// actionFault says what is wrong with an action; empty when nothing is, as far
// as it is known.
func actionFault(text string, whole bool) string {
	prefix, name, colon := strings.Cut(text, ":")
	switch {
	case whole && text == "":
		return "is empty"
	case text == "*" || prefix == "*" && name == "*":
		return ""
	case strings.ContainsFunc(text, isSpace):
		return "holds white space"
	case whole && !colon:
		return "has no service prefix"
	case !colon:
		return ""
	case prefix == "":
		return "has an empty service prefix"
	case strings.ContainsAny(prefix, "*?"):
		return "has a wildcard in its service prefix, where AWS takes none"
	case strings.Contains(name, ":"):
		return "has more than one colon"
	case whole && name == "":
		return "names no action of the service"
	case strings.ContainsFunc(prefix, func(r rune) bool { return !isWordRune(r) && r != '-' }):
		return "has a service prefix that is none"
	case strings.ContainsFunc(name, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune("*?-_.", r) }):
		return "holds characters that no action has"
	default:
		return ""
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' }

// mendAction is the action that a text may mean.
func mendAction(text string) string {
	text = strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, text)
	text = strings.ReplaceAll(text, "::", ":")
	if strings.Contains(text, ":") {
		return text
	}
	if i := strings.IndexAny(text, "./"); i > 0 {
		return text[:i] + ":" + text[i+1:]
	}
	return text
}
