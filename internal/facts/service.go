package facts

import (
	"fmt"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/query"
)

// Misfit is something that does not fit the endpoint: a name that its service does
// not have, or that has no meaning at such an endpoint.
type Misfit struct {
	Rule string `json:"rule"` // the rule that reports it
	// Statement is the JSON Pointer of the statement that it is in, and Effect that
	// statement's; empty for none.
	Statement string `json:"statement,omitempty"`
	Effect    string `json:"effect,omitempty"`
	At        string `json:"at"`
	// Related are the JSON Pointers of further places with the same.
	Related []string `json:"related,omitempty"`
	// Name is the text as written, several of them in one list.
	Name string `json:"name"`
	// Near is what may have been meant, or what it should have been.
	Near string `json:"near,omitempty"`
	// Noun says what it is, and Because why it does not fit.
	Noun    string `json:"noun,omitempty"`
	Because string `json:"because,omitempty"`
	// Kills is yes when it is why the statement never matches.
	Kills query.Verdict `json:"kills"`
	// Holds is yes of a condition that it makes hold for every request, no of one
	// that it makes hold for none.
	Holds query.Verdict `json:"holds"`
	// Date is the day of the data that knows better.
	Date string `json:"date"`
}

func (f *Facts) misfits(s *query.Subject, answers []query.StatementAnswer) {
	for _, m := range s.Misfits(answers) {
		one := Misfit{
			Rule: m.Rule, At: m.At, Related: m.Related, Name: clip(m.Name), Near: clip(m.Near), Noun: m.Noun, Because: m.Because,
			Kills: m.Kills, Holds: m.Holds, Date: dataDate(),
		}
		if m.Statement >= 0 {
			st := &f.Policy.Statement[m.Statement]
			one.Statement, one.Effect = fmt.Sprintf("/policy/Statement/%d", m.Statement), st.Effect
			if m.Condition >= 0 {
				one.At = pointerOfCondition(one.Statement, &s.Endpoint.Policy.Variants[0].Doc.Statements[m.Statement].Conditions[m.Condition])
			}
			if m.Kills == query.Yes {
				st.Explained = query.Yes
			}
		}
		f.Misfits = append(f.Misfits, one)
	}
}

// dataDate is the day of the oldest table of the catalogue: what is newer it may
// lack.
func dataDate() string {
	date := ""
	for _, s := range catalogue.Sources() {
		if date == "" || s.Retrieved < date {
			date = s.Retrieved
		}
	}
	return date
}
