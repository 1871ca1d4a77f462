package policy

import "github.com/eplint/eplint/internal/glob"

// matchResources compares the request's resource with the Resource element (IAM
// User Guide, "IAM JSON policy elements: Resource").
func (e *evaluation) matchResources(s Set, l lens) Match {
	some, skipped := Missed, Missed
	for _, v := range s.Values {
		p := e.resourcePattern(v, l.turn(s.Not))
		if s.Not && l.skipsNullNotResource() {
			// A hole may hold a variable.
			skipped = skipped.or(matchIf(p.null)).or(unsureIf(p.holed && e.variables))
		}
		m := e.settled(p.match(e.request.Resource), v, e.request.Resource)
		if text, known := v.Literal(); known && l.turn(s.Not).limits() == less && mixesAccount(text) {
			m = Missed
		}
		some = some.or(m)
	}
	if s.Not {
		return some.not().and(skipped.not())
	}
	return some
}

// resourcePattern reads a value of Resource. Of one with holes it is not known
// where its segments end: taken as one pattern it matches all that it may match
// by segments.
func (e *evaluation) resourcePattern(value Text, l lens) pattern {
	p := e.expand(value, form{wildcards: true, variables: true, resource: true})
	if p.holed {
		return p
	}
	reach := acrossAtTheEnd
	if l.crossesInTheMiddle() {
		reach = across
	}
	p.symbols = bySegment(p.symbols, reach)
	return p
}

// reach says where a * takes in colons of an ARN.
type reach int

const (
	withinSegments reach = iota // nowhere
	acrossAtTheEnd              // where it ends the pattern
	across                      // where it closes a segment
)

// bySegment keeps the wildcards of the first five segments of an ARN pattern
// inside their segment, but for what the reach lets out. In the sixth segment a
// colon is a character like any other.
func bySegment(symbols glob.Pattern, r reach) glob.Pattern {
	out := make(glob.Pattern, len(symbols))
	segment := 1
	for i, s := range symbols {
		if isColon(s) {
			segment++
		}
		last := i+1 == len(symbols)
		crosses := s.Kind == glob.Run && ((last && r != withinSegments) || (r == across && !last && isColon(symbols[i+1])))
		if segment < 6 && s.Kind != glob.Character && !crosses {
			s.Except = ':'
		}
		out[i] = s
	}
	return out
}

func isColon(s glob.Symbol) bool { return s.Kind == glob.Character && s.Text == ":" }
