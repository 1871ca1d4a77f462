package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// Accounts and organizations for those of witnesses that no policy names. AWS's
// documentation uses such ids.
const (
	documentationAccount      = "111122223333"
	documentationOrganization = "o-exampleorg1"
	strangersOrganization     = "o-strangersorg"
)

// awsAccount stands where an account does in the ARNs of what AWS shares with
// everybody: arn:aws:iam::aws:policy/ReadOnlyAccess.
const awsAccount = "aws"

// freshAccounts are for strangers, freshOwn for own accounts of which only the
// organization is known; the first that no policy names, and then others.
func freshAccounts() []string {
	return []string{"999999999999", "888888888888", "777777777777", "666666666666", "555555555555", "444444444444"}
}

func freshOwn() []string {
	return []string{documentationAccount, "123456789012", "444455556666", "222233334444", "777788889999"}
}

// A party is an account: whose credentials, or whose resources.
type party struct {
	account, organization string
	own                   bool
	// path is the part of the organization that it is in, where the perimeter
	// names parts: one of Perimeter.OrganizationPaths, outside, or empty.
	path string
}

const (
	outside = "outside"
	// perhaps is the path of a named account of which it is not known that it is
	// in an own organization: nothing is proved about it, and nothing that could
	// be about it is said to be dead.
	perhaps = "perhaps"
)

// names are the accounts and organizations that documents name.
type names struct {
	accounts, organizations []string
	// accountPatterns and organizationPatterns are values with wildcards.
	accountPatterns, organizationPatterns []string
}

func (n *names) account(id string) {
	if isAccountID(id) && !slices.Contains(n.accounts, id) {
		n.accounts = append(n.accounts, id)
	}
}

func (n *names) organization(id string) {
	if strings.HasPrefix(id, "o-") && !strings.ContainsAny(id, "*?$/") && !slices.Contains(n.organizations, id) {
		n.organizations = append(n.organizations, id)
	}
}

// accountPattern takes in a pattern of account ids that is more than a *.
func (n *names) accountPattern(value string) {
	if strings.ContainsAny(value, "*?") && strings.Trim(value, "0123456789*?") == "" && strings.Trim(value, "*") != "" && !slices.Contains(n.accountPatterns, value) {
		n.accountPatterns = append(n.accountPatterns, value)
	}
}

// matching are ids that stand for all that some patterns tell apart, besides
// those that are named; none where there are no patterns.
func matching(patterns, named []string, d prover.Domain) []string {
	if len(patterns) == 0 {
		return nil
	}
	sets := make([][]glob.Pattern, len(patterns))
	for i, p := range patterns {
		sets[i] = []glob.Pattern{glob.Parse(p)}
	}
	steps := prover.Steps
	values, _ := prover.Partition(d, sets, &steps)
	return slices.DeleteFunc(values, func(id string) bool { return slices.Contains(named, id) })
}

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// text takes the names out of a value: an id, an ARN with an account, the
// organization that a path begins with, the account that a bucket's name is
// reserved to; those of the defaults of its policy variables too.
func (n *names) text(t policy.Text) {
	value, known := t.Literal()
	if !known {
		for _, p := range t.Parts {
			n.text(policy.Text{Parts: []policy.Part{{Literal: p.Literal}}})
		}
		return
	}
	if defaulted := policy.Defaulted(value); defaulted != value {
		n.text(policy.Text{Parts: []policy.Part{{Literal: defaulted}}})
	}
	n.account(value)
	n.accountPattern(value)
	// Some operators ignore case, and ids have no capitals.
	first, _, _ := strings.Cut(strings.ToLower(value), "/")
	n.organization(first)
	if strings.ContainsAny(first, "*?") && !strings.ContainsAny(first, ":$") && !slices.Contains(n.organizationPatterns, first) {
		n.organizationPatterns = append(n.organizationPatterns, first)
	}
	if f := strings.SplitN(value, ":", 6); len(f) == 6 {
		n.account(f[4])
		n.accountPattern(f[4])
		bucket, _, _ := strings.Cut(f[5], "/")
		n.account(reservedAccount(bucket))
	}
}

// tested says what of the parties documents look at.
type tested struct {
	names names
	// keys are the keys of conditions and variables, in lower case.
	keys map[string]bool
	// entities says that they look at more of a principal than its account,
	// accounts that they look at accounts in Principal.
	entities, accounts bool
	// foreign says that they name principals that are none of an account, of all
	// or of a service.
	foreign   bool
	variables map[string]bool // the keys of policy variables, in lower case
	services  []string        // the AWS services that they name as principals
}

func look(docs ...*policy.Document) *tested {
	t := &tested{keys: map[string]bool{}, variables: map[string]bool{}}
	for _, doc := range docs {
		for i := range doc.Statements {
			t.statement(doc, &doc.Statements[i])
		}
	}
	return t
}

func (t *tested) statement(doc *policy.Document, st *policy.Statement) {
	for _, p := range st.Principals.Values {
		t.names.text(p.Value)
		value, known := p.Value.Literal()
		switch {
		case p.Type == "Service" && known:
			t.services = append(t.services, value)
		case value != "*" || !known:
			t.accounts = true
			t.entities = t.entities || !isAccountID(value) && !strings.HasSuffix(value, ":root")
		}
		t.foreign = t.foreign || p.Type != "" && p.Type != "AWS" && p.Type != "Service" && p.Type != "Federated" || p.Type == "" && value != "*" || p.Type == "Service" && value == "*"
	}
	for _, v := range st.Resources.Values {
		t.names.text(v)
	}
	for _, key := range doc.Variables(st.Resources.Values, true) {
		t.keys[key], t.variables[key] = true, true
	}
	for j := range st.Conditions {
		c := &st.Conditions[j]
		key, _ := c.Key.Literal()
		key = strings.ToLower(key)
		t.keys[key] = true
		for _, key := range doc.Variables(c.Values, false) {
			t.keys[key], t.variables[key] = true, true
		}
		for _, v := range c.Values {
			if namesParty(key) {
				t.names.text(v)
			}
			if value, known := v.Literal(); known && strings.HasPrefix(key, "aws:principalservice") {
				t.services = append(t.services, value)
			}
		}
	}
	for _, key := range []string{"aws:principalarn", "aws:principaltype", "aws:username", "aws:userid"} {
		t.entities = t.entities || t.keys[key]
	}
}

// namesParty reports whether the values of a key name accounts or organizations.
func namesParty(key string) bool {
	return strings.HasSuffix(key, "account") || strings.HasSuffix(key, "orgid") || strings.HasSuffix(key, "orgpaths") || strings.HasSuffix(key, "arn")
}

func (t *tested) looksAtOrganizations() bool {
	return t.any("aws:principalorgid", "aws:resourceorgid", "aws:principalorgpaths", "aws:resourceorgpaths")
}

func (t *tested) any(keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return t.keys[key] })
}

// parties are the accounts that requests can be of, own ones and strangers: all
// that the documents and the perimeter name, and of the others as many as can be
// told apart. Permuting accounts that nothing names changes no answer, so that
// two strangers and an own account stand for all of them.
func (s *Subject) parties(t *tested) (own, strangers []party) {
	p := &s.Perimeter
	named := t.names
	var ownOrganizations []string
	ownOrganizations = append(ownOrganizations, p.Organizations...)
	if p.Empty() {
		ownOrganizations = named.organizations
	}
	isOwnAccount := func(id string) bool {
		return slices.Contains(p.Accounts, id) || p.Empty() && slices.Contains(named.accounts, id)
	}
	// Nor is an account fresh that is trusted.
	trusted := func(id string) bool {
		return slices.ContainsFunc(p.ThirdParties, func(t config.ThirdParty) bool { return t.Account == id }) ||
			slices.ContainsFunc(p.TrustedResources, func(arn string) bool { return strings.Contains(arn, ":"+id+":") })
	}
	fresh := func(pool []string, n int) []string {
		var out []string
		for i := 0; len(out) < n; i++ {
			id := strconv.Itoa(100_000_000_000 + i) // where so many are needed
			if i < len(pool) {
				id = pool[i]
			}
			if !slices.Contains(named.accounts, id) && !slices.Contains(p.Accounts, id) && !trusted(id) {
				out = append(out, id)
			}
		}
		return out
	}

	add := func(list *[]party, one party) {
		if !t.looksAtOrganizations() {
			one.organization, one.path = "", ""
		}
		if !slices.Contains(*list, one) {
			*list = append(*list, one)
		}
	}
	// Of the own accounts those that are named, and one that is not.
	accounts := slices.DeleteFunc(slices.Clone(p.Accounts), func(id string) bool { return !slices.Contains(named.accounts, id) })
	if i := slices.IndexFunc(p.Accounts, func(id string) bool { return !slices.Contains(named.accounts, id) }); i >= 0 {
		accounts = append(accounts, p.Accounts[i])
	}
	if p.Empty() {
		accounts = named.accounts
	}
	for _, id := range accounts {
		for _, organization := range s.organizationsOf(id, ownOrganizations, named.organizations) {
			add(&own, party{account: id, organization: organization, own: true})
		}
	}
	members := fresh(freshOwn(), 1+len(ownOrganizations)+len(p.OrganizationPaths))
	for i, id := range members {
		switch {
		case i < len(ownOrganizations):
			add(&own, party{account: id, organization: ownOrganizations[i], own: true})
		case i < len(ownOrganizations)+len(p.OrganizationPaths):
			path := p.OrganizationPaths[i-len(ownOrganizations)]
			organization, _, _ := strings.Cut(path, "/")
			add(&own, party{account: id, organization: organization, own: true, path: path})
		case p.Empty():
			// The endpoint's own account.
			add(&own, party{account: id, own: true})
		}
	}

	// Ids that patterns take in are nobody's in particular, so that they are
	// strangers'.
	like := matching(named.accountPatterns, named.accounts, prover.Domain{Patterns: []glob.Pattern{glob.Parse("????????????")}, Over: "0123456789"})
	foreign := []string{""} // organizations of strangers; none first
	for _, id := range matching(named.organizationPatterns, named.organizations, prover.Domain{Patterns: []glob.Pattern{glob.Parse("o-??????????*")}, Over: "abcdefghijklmnopqrstuvwxyz0123456789-"}) {
		if !slices.Contains(ownOrganizations, id) {
			foreign = append(foreign, id)
		}
	}
	for _, id := range named.organizations {
		if !slices.Contains(ownOrganizations, id) {
			foreign = append(foreign, id)
		}
	}
	foreign = append(foreign, strangersOrganization)
	stranger := func(id string) {
		for _, organization := range foreign {
			one := party{account: id, organization: organization}
			if slices.ContainsFunc(p.OrganizationPaths, func(path string) bool { return strings.HasPrefix(path, organization+"/") }) && organization != "" {
				one.path = outside
			}
			add(&strangers, one)
		}
	}
	for _, id := range fresh(freshAccounts(), 2) {
		stranger(id)
	}
	for _, id := range like {
		if !isOwnAccount(id) && p.Members[id] == "" {
			stranger(id)
		}
	}
	for _, id := range named.accounts {
		if !isOwnAccount(id) && p.Members[id] == "" {
			stranger(id)
		}
	}
	for _, id := range named.accounts {
		if isOwnAccount(id) || p.Members[id] != "" {
			continue
		}
		for _, organization := range ownOrganizations {
			add(&strangers, party{account: id, organization: organization, path: perhaps})
		}
	}
	// Organizations of paths are own in part.
	for i, path := range p.OrganizationPaths {
		organization, _, _ := strings.Cut(path, "/")
		if !slices.Contains(foreign, organization) && !slices.Contains(ownOrganizations, organization) && i == 0 {
			for _, id := range fresh(freshAccounts(), 2) {
				add(&strangers, party{account: id, organization: organization, path: outside})
			}
		}
	}
	return own, strangers
}

// organizationsOf are those that an own account may be in.
func (s *Subject) organizationsOf(account string, own, named []string) []string {
	if id, said := s.Perimeter.Members[account]; said {
		return []string{id}
	}
	switch {
	case len(own) == 1 && !s.Perimeter.Empty():
		// "With exactly one own organization the own accounts are its members."
		return own
	case len(s.Perimeter.Organizations) > 1:
		return own
	default:
		return append(append([]string{""}, named...), documentationOrganization)
	}
}

// ownAccountID reports whether an id is that of an own account.
func (s *Subject) ownAccountID(id string) bool {
	return isAccountID(id) && (slices.Contains(s.Perimeter.Accounts, id) || s.Perimeter.Empty())
}

// callersOf are signed callers of some accounts: one kind where no document
// tells kinds apart.
func (s *Subject) callersOf(list []party, t *tested) []prover.Caller {
	kinds := []policy.PrincipalKind{policy.RoleSession}
	if t.entities || t.accounts && s.setting("").Type != policy.Interface {
		kinds = append(kinds, policy.User, policy.Root, policy.FederatedUser)
	}
	var out []prover.Caller
	for _, kind := range kinds {
		for _, one := range list {
			out = append(out, prover.Caller{
				Kind: kind, Account: one.account, Org: one.organization, Own: one.own, Path: one.path,
				Principal: s.principals(kind, one),
			})
		}
	}
	return out
}

// principals are the values of policy.Request.Principal of a kind and account
// (IAM User Guide, "IAM identifiers").
func (s *Subject) principals(kind policy.PrincipalKind, one party) prover.Domain {
	partition := partition(s.region())
	name := "attacker"
	if one.own {
		name = "app"
	}
	iam := "arn:" + partition + ":iam::" + one.account + ":"
	form := func(prefix string) prover.Domain {
		return prover.Domain{
			Patterns: []glob.Pattern{append(glob.Literal(prefix), glob.Parse("?*")...)},
			Samples:  []string{prefix + name}, Fill: name,
		}
	}
	switch kind {
	case policy.User:
		return form(iam + "user/")
	case policy.Root:
		return prover.Domain{Values: []string{iam + "root"}}
	case policy.FederatedUser:
		return form("arn:" + partition + ":sts::" + one.account + ":federated-user/")
	default:
		return form(iam + "role/")
	}
}

// unsigned are the callers without credentials. What the policy sees of their
// account differs by service (Amazon S3, SQS and SNS put the word anonymous
// there, syslog-logs nothing); where it is not known both are tried.
func (s *Subject) unsigned() []prover.Caller {
	one := prover.Caller{Kind: policy.Unsigned, Principal: prover.Domain{Values: []string{""}}}
	word := one
	word.Account = "anonymous"
	switch strings.TrimSuffix(s.Service.ID, "-fips") {
	case "s3", "sqs", "sns":
		return []prover.Caller{word}
	case "syslog-logs":
		return []prover.Caller{one}
	}
	return []prover.Caller{one, word}
}

// federated are the callers that STS federates.
func federated() prover.Caller {
	return prover.Caller{Kind: policy.STSFederated, Principal: prover.Domain{Values: []string{""}}}
}

// services are AWS services as callers.
func (s *Subject) services(t *tested) prover.Caller {
	return prover.Caller{Kind: policy.AWSService, Principal: prover.Domain{
		Patterns: []glob.Pattern{glob.Parse("?*.amazonaws.com")},
		Samples:  append([]string{"logs.amazonaws.com"}, t.services...),
	}}
}

func ownersOf(list []party) []prover.Owner {
	out := make([]prover.Owner, len(list))
	for i, one := range list {
		out[i] = prover.Owner{Account: one.account, Org: one.organization, Own: one.own, Path: one.path}
	}
	return out
}

// pairs reports whether a caller and an owner can be: one account is in one
// organization. Where the service lets no account reach another's resources,
// they are the same account.
func (s *Subject) pairs(c *prover.Caller, o *prover.Owner) bool {
	if o.Account == awsAccount {
		return true
	}
	if c.Account != "" && c.Account == o.Account {
		return c.Org == o.Org && c.Path == o.Path
	}
	return c.Account == "" || c.Account == "anonymous" || !s.separate()
}

// separate reports whether own credentials can reach no other account's resource
// there.
func (s *Subject) separate() bool { return s.Recognised && !s.Service.CrossAccount }

// pathsOf are the values of a key of organization paths for one party (IAM User
// Guide, "AWS global condition context keys", aws:PrincipalOrgPaths).
func (s *Subject) pathsOf(organization, path string) prover.Domain {
	if organization == "" {
		return prover.Domain{ID: "none", Absent: true}
	}
	d := prover.Domain{
		ID: organization + " " + path, Multivalued: true, Fill: "ou-ab12-11111111",
		Samples: []string{organization + "/r-ab12/ou-ab12-11111111/"},
	}
	prefix := organization + "/"
	switch path {
	case "", perhaps:
	case outside:
		for _, own := range s.Perimeter.OrganizationPaths {
			d.Except = append(d.Except, append(glob.Literal(own), glob.Parse("*")...))
		}
		d.Samples = []string{organization + "/r-zz99/ou-zz99-99999999/"}
	default:
		prefix = path
		d.Samples = []string{path}
	}
	// Every path ends in a slash.
	d.Patterns = []glob.Pattern{append(glob.Literal(prefix), glob.Parse("*/")...), glob.Literal(prefix)}
	if path == "" || path == perhaps || path == outside {
		d.Patterns = d.Patterns[:1]
	}
	return d
}
