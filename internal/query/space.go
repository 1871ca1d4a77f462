package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// maxCalls bounds the calls of a space: more are not told apart by any policy
// that is not made to be hard.
const maxCalls = 4096

// calls are what an endpoint carries: of the actions that no document tells
// apart the one that shows best what is wrong, on each type of resource that a
// document tells apart. What is exempt for some of them must not hide that it is
// not for the others; it names nothing of the policy's.
//
// It returns them twice: with bucket names trusted, and not (A10).
func (s *Subject) calls(exempt *policy.Document, docs ...*policy.Document) (trusting, doubting []prover.Call) {
	elements := actionPatterns(docs).apart(exempt)
	shapes := newShapes(docs)
	shapes.patterns = append(shapes.patterns, newShapes([]*policy.Document{exempt}).patterns...)
	shapes.aws, shapes.partition = s.bucketsOfAWS(shapes.exact, docs), partition(s.region())
	// What tells calls apart.
	type key struct {
		service, signature, shape string
		omits, writes             bool
		signed, shared            bool
		signs                     signing
	}
	seen := map[key]bool{}
	known := func(id key) bool {
		if seen[id] || len(seen) >= maxCalls {
			return true
		}
		seen[id] = true
		return false
	}
	add := func(call prover.Call, resource func(o *prover.Owner, named bool) prover.Domain) {
		call.Resource = func(o *prover.Owner) prover.Domain { return resource(o, true) }
		trusting = append(trusting, call)
		call.Resource = func(o *prover.Owner) prover.Domain { return resource(o, false) }
		doubting = append(doubting, call)
	}
	carried := map[string]bool{}
	unsigned := s.unsignedActions()
	for a := range s.carried(elements) {
		if len(elements.names) > 0 {
			carried[a.folded] = true
		}
		id := key{
			service: a.Service, signature: elements.signature(a.folded), omits: a.omits,
			signs: s.signing(a, unsigned), writes: len(shapes.aws) > 0 && a.Writes(),
		}
		if len(a.targets) == 0 {
			if id.shape = "*"; !known(id) {
				add(prover.Call{Action: a.full, Signer: id.signs.by, Noun: "account", CallersOwn: true, Aside: s.aside(a.Service)}, func(*prover.Owner, bool) prover.Domain { return noResource() })
			}
		}
		for _, t := range a.targets {
			id := id
			id.shape, id.signed, id.shared = shapes.signature(s, t.form, t.account), t.signed, t.shared
			if known(id) {
				continue
			}
			writes := a.Writes()
			add(prover.Call{Action: a.full, Noun: t.noun, CallersOwn: !t.shared, Aside: s.aside(a.Service), Signer: func(c *prover.Caller) bool {
				return (c.Kind != policy.Unsigned || !t.signed) && id.signs.by(c)
			}}, func(o *prover.Owner, named bool) prover.Domain { return s.resource(t.form, o, shapes, named, writes) })
		}
	}
	// Actions that the policy names and the catalogue does not have may be new.
	for _, name := range elements.names {
		prefix, _, ok := strings.Cut(strings.ToLower(name), ":")
		if !ok || carried[strings.ToLower(name)] || s.Recognised && !slices.Contains(s.Service.Prefixes, prefix) {
			continue
		}
		for _, call := range s.generic(name, shapes) {
			call.Doubt = name + " is no action that eplint knows"
			add(call, func(o *prover.Owner, _ bool) prover.Domain { return call.Resource(o) })
		}
	}
	return trusting, doubting
}

// aside reports whether it is not known that the endpoint carries calls of an IAM
// prefix: AWS does not say whether one for S3 carries those to Object Lambda access
// points. Questions leave them out; a statement about them is not dead for that.
func (s *Subject) aside(prefix string) bool {
	return prefix == "s3-object-lambda" && strings.HasPrefix(s.Service.ID, "s3")
}

// noResource is the resource of actions that take none.
func noResource() prover.Domain { return prover.Domain{ID: "*", Values: []string{"*"}} }

// generic are the calls of an action of which nothing is known but its name.
func (s *Subject) generic(name string, shapes *shapes) []prover.Call {
	anything := func(o *prover.Owner) prover.Domain {
		segment := glob.Symbol{Kind: glob.Run, Except: ':'}
		of := func(account string) glob.Pattern {
			p := glob.Literal("arn:")
			for range 3 {
				p = append(p, segment, glob.Symbol{Text: ":"})
			}
			return slices.Concat(p, glob.Literal(account), glob.Parse(":*"))
		}
		return prover.Domain{ID: "any " + o.Account, Patterns: []glob.Pattern{of(o.Account), of("")}, Except: shapes.reservedToOthers(o)}
	}
	signer := signedOnly.by
	if (action{folded: strings.ToLower(name)}).named(s.unsignedActions()) {
		signer = nil // who may call it differs by service
	}
	return []prover.Call{
		{Action: name, Noun: "resource", Signer: signer, Resource: anything},
		{Action: name, Noun: "account", Signer: signer, CallersOwn: true, Resource: func(*prover.Owner) prover.Domain { return noResource() }},
	}
}

// everyCall are calls that stand for all actions of all services, for an
// endpoint of which the service is not known: a proof about them holds for
// whichever it is.
func (s *Subject) everyCall(exempt *policy.Document, docs ...*policy.Document) (calls []prover.Call, complete bool) {
	elements := actionPatterns(docs).apart(exempt)
	sets := make([][]glob.Pattern, len(elements.patterns))
	for i, p := range elements.patterns {
		sets[i] = []glob.Pattern{glob.Parse(p)}
	}
	for _, p := range s.unsignedActions() {
		sets = append(sets, []glob.Pattern{glob.Parse(p)})
	}
	d := prover.Domain{Patterns: []glob.Pattern{glob.Parse("?*:?*")}, Samples: []string{"x:x"}}
	steps := prover.Steps
	names, complete := prover.Partition(d, sets, &steps)
	shapes := newShapes(docs)
	shapes.partition = "*"
	for _, name := range names {
		calls = append(calls, s.generic(name, shapes)...)
	}
	return calls, complete
}

// signing says who may make a call: some actions take unsigned requests, some
// nothing else.
type signing int

const (
	signedOnly signing = iota
	signedOrNot
	unsignedOnly
	federatedOnly // a caller that STS federates
)

func (s *Subject) signing(a action, unsigned []string) signing {
	switch {
	case a.folded == "sts:assumerolewithsaml" || a.folded == "sts:assumerolewithwebidentity":
		return federatedOnly
	case strings.TrimSuffix(s.Service.ID, "-fips") == "syslog-logs":
		return unsignedOnly
	case a.named(unsigned):
		return signedOrNot
	default:
		return signedOnly
	}
}

func (g signing) by(c *prover.Caller) bool {
	switch c.Kind {
	case policy.STSFederated:
		return g == federatedOnly
	case policy.Unsigned:
		return g == signedOrNot || g == unsignedOnly
	default:
		return g == signedOnly || g == signedOrNot
	}
}

// unsignedActions are the patterns of the actions that the endpoint takes without
// a signature. Where the service is not known they are those of all services.
func (s *Subject) unsignedActions() []string {
	if s.Recognised {
		return lower(s.Service.Unsigned)
	}
	var out []string
	for _, service := range catalogue.Services() {
		for _, pattern := range lower(service.Unsigned) {
			if !slices.Contains(out, pattern) {
				out = append(out, pattern)
			}
		}
	}
	return out
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = strings.ToLower(text)
	}
	return out
}

// elements are the patterns of the Action elements of some documents.
type elements struct {
	patterns []string // in lower case; holes as *
	names    []string // those without wildcards, as written
	prefixes []string
}

func actionPatterns(docs []*policy.Document) *elements {
	e := &elements{}
	seen := map[string]bool{}
	for _, doc := range docs {
		for i := range doc.Statements {
			for _, v := range orAny(&doc.Statements[i], doc.Statements[i].Actions.Values) {
				var b strings.Builder
				for _, p := range v.Parts {
					if p.Hole.Kind != policy.NotHole {
						b.WriteByte('*')
					}
					b.WriteString(p.Literal)
				}
				written := b.String()
				pattern := strings.ToLower(written)
				if seen[pattern] {
					continue
				}
				seen[pattern] = true
				e.patterns = append(e.patterns, pattern)
				prefix, _, found := strings.Cut(pattern, ":")
				if found && !strings.ContainsAny(prefix, "*?") && !slices.Contains(e.prefixes, prefix) {
					e.prefixes = append(e.prefixes, prefix)
				}
				if found && !strings.ContainsAny(pattern, "*?") {
					e.names = append(e.names, written)
				}
			}
		}
	}
	return e
}

// orAny adds * to the values of a statement that could not be read: it may be
// about anything.
func orAny(st *policy.Statement, values []policy.Text) []policy.Text {
	if st.Unread == "" {
		return values
	}
	return append(slices.Clip(values), policy.Text{Parts: []policy.Part{{Literal: "*"}}})
}

// apart adds the patterns of what is exempt, of which names and prefixes are no
// policy's.
func (e *elements) apart(exempt *policy.Document) *elements {
	for _, p := range actionPatterns([]*policy.Document{exempt}).patterns {
		if !slices.Contains(e.patterns, p) {
			e.patterns = append(e.patterns, p)
		}
	}
	return e
}

// signature tells actions apart that a pattern tells apart.
func (e *elements) signature(action string) string {
	if len(e.patterns) == 1 && e.patterns[0] == "*" {
		return "1"
	}
	sig := make([]byte, len(e.patterns))
	for i, p := range e.patterns {
		sig[i] = '0'
		if p == action || strings.ContainsAny(p, "*?") && glob.Match(p, action) {
			sig[i] = '1'
		}
	}
	return string(sig)
}

// carried iterates over the actions that the endpoint carries. Where its service
// is not known they are those of common services and of the services that the
// documents name.
func (s *Subject) carried(e *elements) func(yield func(action) bool) {
	if s.Recognised {
		return s.actionsOf(s.Service.Prefixes)
	}
	prefixes := slices.Clone(e.prefixes)
	for _, p := range assumedPrefixes() {
		if !slices.Contains(prefixes, p) {
			prefixes = append(prefixes, p)
		}
	}
	return s.actionsOf(prefixes)
}

// shapes are the Resource values of some documents, as far as they tell types of
// resources apart.
type shapes struct {
	patterns []glob.Pattern
	// marked are the same with a mark for each policy variable that is an id; nil
	// where something else is not known.
	marked []glob.Pattern
	// reserved are the accounts that bucket names in them are reserved to, exact
	// the names of other buckets that they name without a wildcard.
	reserved, exact []string
	partition       string
	// aws are those of exact that AWS owns.
	aws   []string
	known map[string]string // ARN of the catalogue → signature
}

func newShapes(docs []*policy.Document) *shapes {
	out := &shapes{known: map[string]string{}}
	seen := map[string]bool{}
	for _, doc := range docs {
		for i := range doc.Statements {
			st := &doc.Statements[i]
			for _, v := range orAny(st, st.Resources.Values) {
				out.add(v, seen, !saysOwner(st))
			}
		}
	}
	return out
}

// saysOwner reports whether a statement says itself whose its resources are, so
// that it trusts no name.
func saysOwner(st *policy.Statement) bool {
	return slices.ContainsFunc(st.Conditions, func(c policy.Condition) bool {
		key := strings.ToLower(c.Key.String())
		return key == "s3:resourceaccount" || key == "aws:resourceaccount" || strings.HasPrefix(key, "aws:resourceorg")
	})
}

func (x *shapes) add(v policy.Text, seen map[string]bool, trusts bool) {
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Hole.Kind != policy.NotHole {
			b.WriteByte('*')
		}
		b.WriteString(p.Literal)
	}
	text := b.String()
	id := text
	if trusts {
		id = "trusted " + text
	}
	if seen[id] || text == "*" {
		return
	}
	seen[id] = true
	rest := text
	if open := strings.Index(text, "${"); open >= 0 {
		rest = text[:open] + "*" // what follows may be anything
	}
	x.patterns = append(x.patterns, glob.Parse(rest))
	marked := strings.NewReplacer("${aws:PrincipalAccount}", idMark, "${aws:ResourceAccount}", idMark, "${aws:PrincipalOrgID}", idMark, "${aws:ResourceOrgID}", idMark).Replace(text)
	if len(v.Holes()) > 0 || strings.Contains(marked, "${") {
		marked = ""
	}
	x.marked = append(x.marked, glob.Parse(marked))
	if f := strings.SplitN(text, ":", 6); len(f) == 6 && f[2] == "s3" && f[4] == "" {
		bucket, _, _ := strings.Cut(f[5], "/")
		// A reserved name proves whose the bucket is: nothing is trusted.
		account := reservedAccount(bucket)
		if account != "" && !slices.Contains(x.reserved, account) {
			x.reserved = append(x.reserved, account)
		}
		if trusts && bucket != "" && account == "" && !strings.ContainsAny(bucket, "*?$") && !slices.Contains(x.exact, bucket) {
			x.exact = append(x.exact, bucket)
		}
	}
}

// idMark is in no name.
const idMark = "\x00"

// tellApart reports whether a value may tell what AWS owns apart from all that
// others do. It tells a bucket apart, whose ARN goes so up to the key, from one of
// a stranger when what it asks of the rest differs: */public/* asks for the same
// after every name. An id that a variable stands for is no part of either name.
func (x *shapes) tellApart(arn glob.Pattern, name string) bool {
	for i, p := range x.patterns {
		switch {
		case p.Apart(arn):
		case name == "" || x.marked[i] == nil:
			return true
		default:
			theirs := strings.SplitAfterN(name, ":", 6)
			theirs[5] = "strangers-bucket" + name[len(strings.TrimSuffix(name, "/")):]
			if !slices.EqualFunc(x.marked[i].After(name), x.marked[i].After(strings.Join(theirs, "")), func(a, b glob.Pattern) bool { return len(a) == len(b) }) {
				return true
			}
		}
	}
	return false
}

// signature tells types of resources apart that a Resource value may tell apart.
func (x *shapes) signature(s *Subject, form string, account catalogue.Account) string {
	if sig, known := x.known[form]; known {
		return sig
	}
	sig := string(account) + " any"
	// It is one type for all owners, and a value may name any account, or what
	// stands for it in what AWS shares.
	for _, owner := range []string{anyAccount, awsAccount, ""} {
		if len(x.patterns) == 0 {
			break
		}
		base, _ := s.arn(form, owner)
		if slices.ContainsFunc(x.patterns, func(p glob.Pattern) bool { return !p.Apart(base) }) {
			sig = form
			break
		}
	}
	x.known[form] = sig
	return sig
}

// reservedToOthers are the buckets that S3 reserves to accounts other than the
// owner (S3 User Guide, "General purpose bucket naming rules").
func (x *shapes) reservedToOthers(o *prover.Owner) []glob.Pattern {
	var out []glob.Pattern
	for _, account := range x.reserved {
		if account == o.Account {
			continue
		}
		bucket := glob.Parse("arn:" + x.partition + ":s3:::*-" + account + "-*-an")
		for i := range bucket {
			if bucket[i].Kind != glob.Character {
				bucket[i].Except = '/'
			}
		}
		out = append(out, bucket, append(slices.Clone(bucket), glob.Parse("/*")...))
	}
	return out
}

// resource are the resources of one type of an owner.
func (s *Subject) resource(form string, o *prover.Owner, x *shapes, named, writes bool) prover.Domain {
	pattern, sample := s.arn(form, o.Account)
	d := prover.Domain{ID: form, Patterns: []glob.Pattern{pattern}, Samples: []string{sample}, Fill: "strangers"}
	if o.Account == awsAccount {
		// What AWS shares has its own word for the account, or none.
		d.ID += "\x00aws"
		without, _ := s.arn(form, "")
		d.Patterns = append(d.Patterns, without)
		service := strings.SplitN(form, ":", 4)[2]
		for _, r := range catalogue.OwnedResources() {
			for _, arn := range r.ARNs {
				if f := strings.SplitN(arn, ":", 4); len(f) == 4 && f[2] == service && !strings.Contains(arn, "{") {
					d.Patterns = append(d.Patterns, glob.Parse(arn))
				}
			}
		}
	}
	if o.Own {
		d.Samples, d.Fill = []string{strings.ReplaceAll(sample, "strangers-", "our-")}, "ours"
	}
	if writes {
		d.ID += "\x00writes"
	}
	if strings.Contains(form, "${Account}") || len(x.reserved) > 0 {
		d.ID += "\x00" + o.Account
	}
	if strings.HasPrefix(form, "arn:${Partition}:s3:::") {
		prefix := "arn:" + partition(s.region()) + ":s3:::"
		// A bucket's name has no colon; what follows may have.
		d.Except = append(d.Except, append(glob.Literal(prefix), glob.Symbol{Kind: glob.Run, Except: '/'}, glob.Symbol{Text: ":"}, glob.Symbol{Kind: glob.Run}))
		d.Except = append(d.Except, x.reservedToOthers(o)...)
		for _, bucket := range x.exact {
			// A name is trusted to be that of an own bucket. One that a bucket of AWS is
			// known for is nobody else's: reading from that harms nobody.
			aws := slices.Contains(x.aws, bucket)
			if o.Account == awsAccount {
				break
			}
			if aws && (o.Own || !writes) || named && !o.Own && !aws {
				d.Except = append(d.Except, glob.Literal(prefix+bucket), append(glob.Literal(prefix+bucket), glob.Parse("/*")...))
			}
		}
	}
	return d
}

// anyAccount is for the ARNs of all accounts with an id.
const anyAccount = "????????????"

// arn is an ARN of the catalogue as a pattern, for one account or for any, and a
// sample.
func (s *Subject) arn(form, account string) (pattern glob.Pattern, sample string) {
	id := [3]string{form, account, s.region()}
	if a, known := s.asker.arns.Load(id); known {
		return a.(arn).pattern, a.(arn).sample
	}
	pattern, sample = s.newARN(form, account)
	// Only those that come again and again are worth the memory.
	if !isAccountID(account) || slices.Contains(freshAccounts(), account) || slices.Contains(s.Perimeter.Accounts, account) {
		s.asker.arns.Store(id, arn{pattern, sample})
	}
	return pattern, sample
}

// An arn is an ARN of the catalogue for one account. Neither changes.
type arn struct {
	pattern glob.Pattern
	sample  string
}

func (s *Subject) newARN(form, account string) (pattern glob.Pattern, sample string) {
	var b strings.Builder
	rest := form
	for {
		open := strings.Index(rest, "${")
		end := strings.IndexByte(rest, '}')
		if open < 0 || end < open {
			break
		}
		pattern = append(pattern, glob.Literal(rest[:open])...)
		b.WriteString(rest[:open])
		var value string
		runs := false
		switch name := rest[open+2 : end]; name {
		case "Partition":
			value = partition(s.region())
		case "Region":
			value, runs = s.region(), s.Region == ""
		case "Account":
			value = account
		default:
			name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "Name"), "Id"), "Path")
			value, runs = "strangers-"+strings.ToLower(name), true
		}
		b.WriteString(value)
		switch {
		case value == anyAccount:
			for range value {
				pattern = append(pattern, glob.Symbol{Kind: glob.One, Except: ':'})
			}
		case !runs:
			pattern = append(pattern, glob.Literal(value)...)
		default:
			var stop byte
			switch name := rest[open+2 : end]; {
			case name == "BucketName":
				stop = '/'
			case !mayHoldColon(name):
				stop = ':'
			}
			least := 1
			if stop == '/' {
				least = 3 // S3 User Guide, "General purpose bucket naming rules"
			}
			for range least {
				pattern = append(pattern, glob.Symbol{Kind: glob.One, Except: stop})
			}
			pattern = append(pattern, glob.Symbol{Kind: glob.Run, Except: stop})
		}
		rest = rest[end+1:]
	}
	pattern = append(pattern, glob.Literal(rest)...)
	b.WriteString(rest)
	return pattern, b.String()
}

// mayHoldColon reports whether people may name a part of an ARN of the catalogue
// with a colon in it: the key of an object, the path of a method. Other names have
// none, so that patterns end where their segments do.
func mayHoldColon(name string) bool {
	return name == "ObjectName" || strings.HasSuffix(name, "ResourcePath")
}

// domains say which values context keys may have.
type domains struct {
	subject *Subject
	// network says that the endpoint's network counts as any: the question is not
	// where from a request comes, or which network it would be.
	network bool
	// documented says that a key which AWS does not document for a service is
	// absent there. Otherwise it may have any value.
	documented bool
	memo       map[string]prover.Domain
}

// key says which values a context key may have (IAM User Guide, "AWS global
// condition context keys", and the Service Authorization Reference). What is
// not known to be otherwise may be absent and have any value, so that a proof of
// no holds whatever it has.
func (d *domains) key(name string, w prover.World) prover.Domain {
	none := prover.Domain{ID: "none", Absent: true}
	signs := w.Caller == nil || w.Caller.Kind != policy.Unsigned && w.Caller.Kind != policy.STSFederated && w.Caller.Kind != policy.AWSService
	switch name {
	case "aws:principalorgpaths":
		if w.Caller == nil {
			return none
		}
		return d.subject.pathsOf(w.Caller.Org, w.Caller.Path)
	case "aws:resourceorgpaths":
		if w.Owner == nil || w.Call != nil && policy.OmitsResourceOwner(w.Call.Action) {
			return none
		}
		return d.subject.pathsOf(w.Owner.Org, w.Owner.Path)
	case "aws:userid":
		if !signs {
			return none
		}
		return prover.Domain{ID: "signed", Patterns: []glob.Pattern{glob.Parse("A?*")}, Samples: []string{"AROAEXAMPLEEXAMPLE123:session"}}
	case "aws:username":
		return none
	}
	if strings.HasPrefix(name, "aws:principal") && !strings.HasPrefix(name, "aws:principaltag/") {
		return none // what follows from the caller is not asked for here
	}
	if !signs && (strings.HasPrefix(name, "aws:principaltag/") || isSessionKey(name)) {
		return none
	}
	prefix := ""
	if w.Call != nil {
		prefix, _, _ = strings.Cut(strings.ToLower(w.Call.Action), ":")
	}
	id := name + "\x00" + prefix
	domain, known := d.memo[id]
	if !known {
		domain = d.shared(name, prefix)
		d.memo[id] = domain
	}
	return domain
}

func isSessionKey(name string) bool {
	for _, k := range catalogue.GlobalKeys() {
		if strings.EqualFold(k.Key, name) {
			return k.Category == "session"
		}
	}
	return false
}

// shared is the domain of a key that is the same for all callers and owners.
func (d *domains) shared(name, prefix string) prover.Domain {
	s := d.subject
	anything := []glob.Pattern{glob.Parse("*")}
	literal := func(value string) prover.Domain { return prover.Domain{Values: []string{value}} }
	own := func(value string, known bool) prover.Domain {
		switch {
		case known:
			return literal(value)
		case d.network:
			return prover.Domain{Patterns: []glob.Pattern{glob.Parse("?*")}, Samples: []string{networkSample(name)}}
		default:
			return prover.Domain{Undecided: true}
		}
	}
	switch name {
	case "aws:sourceip", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
		"aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "kms:viaservice":
		return prover.Domain{Absent: true}
	case "aws:viaawsservice":
		return literal("false")
	case "aws:sourcevpc":
		return own(s.vpc())
	case "aws:sourcevpce":
		return own(s.endpointID())
	case "aws:vpcsourceip":
		return prover.Domain{Patterns: anything, Samples: []string{"10.0.0.1"}, Kind: policy.Addresses}
	case "aws:requestedregion":
		if s.Region != "" {
			return literal(s.Region)
		}
		return prover.Domain{Patterns: []glob.Pattern{glob.Parse("?*")}, Samples: []string{anyRegion}}
	case "aws:securetransport":
		return prover.Domain{Values: []string{"true", "false"}}
	case "aws:currenttime":
		return prover.Domain{Patterns: anything, Samples: []string{"2030-01-01T00:00:00Z"}, Kind: policy.Dates}
	case "aws:epochtime":
		return prover.Domain{Patterns: anything, Samples: []string{"1893456000"}, Kind: policy.Numbers}
	case "aws:useragent":
		return prover.Domain{Patterns: []glob.Pattern{glob.Parse("?*")}, Samples: []string{"aws-cli/2.0"}, Absent: true}
	}
	for _, k := range catalogue.GlobalKeys() {
		base, tag := strings.CutSuffix(strings.ToLower(k.Key), "*")
		if !strings.EqualFold(k.Key, name) && (!tag || !strings.HasPrefix(name, base)) {
			continue
		}
		if k.Prefixes != nil && prefix != "" && !slices.Contains(k.Prefixes, prefix) {
			return prover.Domain{ID: prefix, Absent: true}
		}
		if k.Prefixes != nil && !d.network {
			return prover.Domain{ID: prefix, Undecided: true} // the endpoint's own, which is not known
		}
		return typed(k.Type, k.Multivalued)
	}
	for key, kind := range catalogue.ConditionKeys(prefix) {
		base, _, tag := strings.Cut(strings.ToLower(key), "${")
		if strings.EqualFold(key, name) || tag && strings.HasPrefix(name, base) {
			rest, several := strings.CutPrefix(kind, "ArrayOf")
			return typed(rest, several)
		}
	}
	if d.documented && prefix != "" {
		return prover.Domain{ID: "foreign", Absent: true}
	}
	return typed("String", false)
}

func networkSample(name string) string {
	if name == "aws:sourcevpc" {
		return "vpc-0123456789abcdef0"
	}
	return "vpce-0123456789abcdef0"
}

// typed are the values of a type of the Service Authorization Reference, of a
// key that a request may go without.
func typed(kind string, several bool) prover.Domain {
	d := prover.Domain{Absent: true, Multivalued: several, ID: kind}
	if several {
		d.ID += " set"
	}
	d.Patterns = []glob.Pattern{glob.Parse("*")}
	switch kind {
	case "Bool":
		d.Values = []string{"true", "false"}
	case "Numeric", "Long":
		d.Samples, d.Kind = []string{"1"}, policy.Numbers
	case "Date":
		d.Samples, d.Kind = []string{"2030-01-01T00:00:00Z"}, policy.Dates
	case "IPAddress":
		d.Samples, d.Kind = []string{"10.0.0.1"}, policy.Addresses
	case "ARN":
		d.Samples = []string{"arn:aws:x:::x"}
	default:
		d.Samples = []string{"x"}
	}
	return d
}
