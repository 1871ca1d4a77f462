package policy

// A Match says whether a request meets a part of a policy.
type Match int

// The matches. Unsure, the zero Match, is one that a hole or an unread part
// decides.
const (
	Unsure Match = iota
	Matched
	Missed
)

// String returns the match in words.
func (m Match) String() string {
	switch m {
	case Matched:
		return "matched"
	case Missed:
		return "not matched"
	default:
		return "undecided"
	}
}

func matchIf(b bool) Match {
	if b {
		return Matched
	}
	return Missed
}

// unsureIf is unsure if b, and missed otherwise.
func unsureIf(b bool) Match {
	if b {
		return Unsure
	}
	return Missed
}

// not turns a match around. What is unsure stays so.
func (m Match) not() Match {
	switch m {
	case Matched:
		return Missed
	case Missed:
		return Matched
	default:
		return Unsure
	}
}

// or is matched when one is, and missed when both are.
func (m Match) or(other Match) Match {
	switch {
	case m == Matched || other == Matched:
		return Matched
	case m == Missed && other == Missed:
		return Missed
	default:
		return Unsure
	}
}

// and is missed when one is, and matched when both are.
func (m Match) and(other Match) Match { return m.not().or(other.not()).not() }

// agree is what two ways of reading the same thing have in common.
func (m Match) agree(other Match) Match {
	if m == other {
		return m
	}
	return Unsure
}
