package facts

import (
	"fmt"
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
)

// A telling is what the faults of a statement tell about it: why it cannot be
// decided, and why it never matches.
type telling struct{ undecided, miss bool }

// A told holds what faults tell of statements, by the statement's JSON Pointer.
type told map[string]telling

// grammar adds the faults of the endpoint.
func (f *Facts) grammar(s *query.Subject) told {
	e := s.Endpoint
	out := told{}
	f.faults("endpoint", "/faults", e.Faults, out)
	f.faults("document", "/policy/faults", e.Policy.Faults, out)
	if e.Policy.State != policy.Known {
		return out
	}
	statements := e.Policy.Variants[0].Doc.Statements
	for i := range statements {
		f.faults("statement", fmt.Sprintf("/policy/Statement/%d/faults", i), statements[i].Faults, out)
	}
	f.faults("", "", e.Grammar(), out)
	f.faults("", "", s.TypeFaults(), out)
	for _, fault := range f.Faults {
		if fault.Kind != policy.PolicyVersion.String() || fault.Severity != policy.Error.String() {
			continue
		}
		for i := range statements {
			if statements[i].UsesVariables() {
				out.add(fmt.Sprintf("/policy/Statement/%d", i), policy.Fault{Misses: true})
			}
		}
	}
	return out
}

// faults adds those of one list, which is at a pointer, or knows its places.
func (f *Facts) faults(of, pointer string, list []policy.Fault, t told) {
	for i, fault := range list {
		one := Fault{
			Kind: fault.Kind.String(), Severity: fault.Level.String(), Name: clip(fault.Name), Near: clip(fault.Near),
			Because: clip(fault.Because), At: fault.At, First: fault.Earlier, Of: of,
		}
		if one.At == "" {
			one.At = fmt.Sprintf("%s/%d", pointer, i)
		}
		if fault.First.File != nil {
			one.First = one.At + "/first"
		}
		statement := statementOf(one.At)
		switch {
		case of != "":
		case statement != "":
			one.Of = "statement"
		default:
			one.Of = "document"
		}
		if statement != "" {
			t.add(statement, fault)
		}
		f.Faults = append(f.Faults, one)
	}
}

func (t told) add(statement string, f policy.Fault) {
	t[statement] = telling{
		undecided: t[statement].undecided || f.Undecides,
		miss:      t[statement].miss || f.Misses,
	}
}

// asked marks the judgment on a question that a statement keeps open, of which a
// fault tells why.
func (t told) asked(questions map[string]Judgment, name string) {
	j := questions[name]
	if j.Verdict == query.Unknown && t[statementOf(j.At)].undecided {
		j.Reported = query.Yes
		questions[name] = j
	}
}

// statementOf is the statement that a JSON Pointer is in; empty when it is in
// none.
func statementOf(pointer string) string {
	const prefix = "/policy/Statement/"
	rest, ok := strings.CutPrefix(pointer, prefix)
	if !ok {
		return ""
	}
	number, _, _ := strings.Cut(rest, "/")
	return prefix + number
}
