// Package query answers the questions about an endpoint: whose credentials can
// reach whose resources through it, which statements do nothing, and what one
// policy lets through that another does not. It knows the policy, the catalogue
// and the perimeter, and says what there is to look among; the prover looks. How
// an answer becomes a finding is the rules' job.
//
// A request that the policy lets through may still be refused elsewhere: an
// endpoint policy is a ceiling, not a grant (AWS PrivateLink Guide, "Control
// access to VPC endpoints using endpoint policies").
package query

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// Verdict is an answer without its reason. The zero Verdict is Unknown.
type Verdict = prover.Verdict

// The verdicts.
const (
	Unknown = prover.Unknown
	Yes     = prover.Yes
	No      = prover.No
)

// Question is one of the questions about an endpoint as a whole.
type Question string

// The questions: whose credentials on whose resource.
const (
	StrangerToStranger Question = "stranger-to-stranger" // the exfiltration path
	OwnToStranger      Question = "own-to-stranger"      // the resource perimeter
	StrangerToOwn      Question = "stranger-to-own"      // the identity perimeter
	Anonymous          Question = "anonymous"            // no credentials, on any resource
	OwnToOwn           Question = "own-to-own"           // what the endpoint is for
)

// Questions are all of them, in the order in which they are shown.
func Questions() []Question {
	return []Question{StrangerToStranger, OwnToStranger, StrangerToOwn, Anonymous, OwnToOwn}
}

// An Answer is a verdict with what it rests on.
type Answer struct {
	Verdict Verdict
	// Witness is a request that shows a yes; nil otherwise.
	Witness *policy.Request
	// Own says whose the credentials and the resource of the witness are.
	OwnCredentials, OwnResource bool
	// Writes says that the witness's action changes something.
	Writes bool
	// Noun names the kind of the witness's resource: bucket, table.
	Noun string
	// Statement is the statement that lets the witness through, or that
	// keeps the answer unknown; -1 when it is none.
	Statement int
	// Value is the index of the Resource value that does; -1 when it is none.
	Value int
	// Guarded says of a yes that it needs a tag of an own principal.
	Guarded bool
	// Because is the reason, for people.
	Because string
	// Assumptions are what a yes or no takes for granted.
	Assumptions []string
}

func unknown(statement int, format string, args ...any) Answer {
	return Answer{Statement: statement, Value: -1, Because: fmt.Sprintf(format, args...)}
}

func no(format string, args ...any) Answer {
	return Answer{Verdict: No, Statement: -1, Value: -1, Because: fmt.Sprintf(format, args...)}
}

// An Asker asks the questions of many endpoints under one perimeter. It is safe
// for concurrent use, and keeps what it works out about services.
type Asker struct {
	// Done, once it is closed, makes every question that is not answered yet
	// unknown at once: nobody waits any more. Nil lets all be answered. It must be
	// set before the first question.
	Done <-chan struct{}
	// Listing stands above the catalogue's table of services; nil is the table
	// alone. It must be set before the first question.
	Listing *catalogue.Listing

	perimeter config.Perimeter
	actions   sync.Map // IAM prefix → []action
	arns      sync.Map // [3]string{ARN of the catalogue, account, region} → arn
	owned     sync.Map // [2]string{service, region} → []ownedARN

	same       sync.Map // see Once
	remembered atomic.Int64
}

// NewAsker returns an asker for a perimeter.
func NewAsker(perimeter config.Perimeter) *Asker { return &Asker{perimeter: perimeter} }

// maxSame bounds how many endpoints are remembered by Once.
const maxSame = 512

// Once returns what prove returns, for the first endpoint of those that no answer
// tells apart: same document, same service, same type, same network. It remembers
// some hundreds of them.
func (a *Asker) Once(e *policy.Endpoint, prove func() any) any {
	key := identity(e)
	if value, known := a.same.Load(key); known {
		return value
	}
	value := prove()
	if a.remembered.Add(1) <= maxSame {
		a.same.Store(key, value)
	}
	return value
}

// identity is what the answers about an endpoint hang on.
func identity(e *policy.Endpoint) string {
	var b strings.Builder
	for _, t := range []policy.Text{e.Service, e.Type, e.Vpc} {
		fmt.Fprintf(&b, "%v\x00", t.Parts)
	}
	if e.Live {
		b.WriteString(e.Name)
	}
	fmt.Fprintf(&b, "\x00%d %s %t %t %v", e.Policy.State, e.Policy.Why, e.Policy.Reported, e.Policy.Shared, e.Policy.Size)
	faults(&b, e.Faults)
	faults(&b, e.Policy.Faults)
	for _, u := range e.Uses {
		b.WriteString("\x00" + u.Owned + " " + u.Name)
	}
	fmt.Fprintf(&b, "\x00%t", e.Unused)
	for _, v := range e.Policy.Variants {
		b.WriteString("\x00" + canonical(v.Doc))
		for i := range v.Doc.Statements {
			st := &v.Doc.Statements[i]
			fmt.Fprintf(&b, "\x00%s %t %s", st.Sid, fromDefaults(st), st.Unread)
			faults(&b, st.Faults)
			// The endpoint may be referred to by its name.
			if anyValue(st, func(t policy.Text) bool { return len(t.Holes()) > 0 }) {
				b.WriteString(e.Name)
			}
		}
	}
	return b.String()
}

func faults(b *strings.Builder, list []policy.Fault) {
	for _, f := range list {
		fmt.Fprintf(b, "\x00%v %v %q %q %q", f.Kind, f.Level, f.Name, f.Near, f.Because)
	}
}

// A Subject is an endpoint with what is known about its service. It is not safe
// for concurrent use.
type Subject struct {
	Endpoint  *policy.Endpoint
	Perimeter config.Perimeter
	// Service is the catalogue's entry. It is meaningful when Recognised.
	Service    catalogue.Service
	Recognised bool
	// Region is the region in the service's name; empty when it has none or
	// it is not known.
	Region string

	asker   *Asker
	inquiry *inquiry
}

// Subject looks up the endpoint's service.
func (a *Asker) Subject(e *policy.Endpoint) *Subject {
	s := &Subject{Endpoint: e, Perimeter: a.perimeter, asker: a}
	name, ok := serviceName(e.Service)
	if !ok || name == "" {
		return s
	}
	if match, ok := a.Listing.ByName(name); ok {
		s.Service, s.Recognised = match.Service, true
		if match.Region != catalogue.UnresolvedRegion {
			s.Region = match.Region
		}
		return s
	}
	s.Service, s.Recognised = a.Listing.ByID(name)
	return s
}

// serviceName writes a service's name with {region} for the region of the
// deployment. It reports false when more than the region is not known.
func serviceName(t policy.Text) (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		switch p.Hole.Kind {
		case policy.NotHole:
			b.WriteString(p.Literal)
		case policy.Region:
			b.WriteString("{region}")
		default:
			return "", false
		}
	}
	return b.String(), true
}

// Unrestricted reports whether the service is known to obey no endpoint policy:
// then everything passes, whatever the document says (AWS PrivateLink Guide,
// "Control access to VPC endpoints using endpoint policies").
func (s *Subject) Unrestricted() bool {
	return s.Recognised && s.Service.Policy == catalogue.Unsupported && s.Service.Confidence == catalogue.High
}

// Default returns the subject without its policy, as AWS's default policy has
// it.
func (s *Subject) Default() *Subject {
	bare := *s.Endpoint
	bare.Policy = policy.Attached{}
	out := *s
	out.Endpoint, out.inquiry = &bare, nil
	return &out
}

// document is the document that is judged; AWS's where none is attached, nil
// when it cannot be read.
func (s *Subject) document() *policy.Document {
	switch s.Endpoint.Policy.State {
	case policy.Default:
		return defaultDocument()
	case policy.Known:
		return s.Endpoint.Policy.Variants[0].Doc
	default:
		return nil
	}
}

// statements are those of the document.
func (s *Subject) statements() []policy.Statement {
	if doc := s.document(); doc != nil {
		return doc.Statements
	}
	return nil
}

// nameOf names a statement for people: by its Sid, else by its number from 1.
func nameOf(st *policy.Statement, i int) string {
	if sid := st.Sid.String(); sid != "" {
		return fmt.Sprintf("statement %q", sid)
	}
	return fmt.Sprintf("statement number %d", i+1)
}

func (s *Subject) nameOf(i int) string { return nameOf(&s.statements()[i], i) }
