package prover_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// A universe is a small space with the values that stand for all of its
// requests, found without the prover: every short string.
type universe struct {
	space   *prover.Space
	setting policy.Setting
	// principals are those of each caller, resources those of each call and
	// owner.
	principals [][]string
	resources  [][][]string
	// keys has the values of each key; a nil value is absence.
	keys map[string][][]string
	// undecided are the keys that nothing is known of.
	undecided []string
}

const (
	accountA, accountB, accountC = "111111111111", "222222222222", "333333333333"
	orgA, orgB                   = "o-aaaaaaaaaa", "o-bbbbbbbbbb"
)

// stringsUpTo are all strings of some letters, up to a length.
func stringsUpTo(letters string, length int) []string {
	out := []string{""}
	last := out
	for range length {
		var next []string
		for _, s := range last {
			for _, c := range letters {
				next = append(next, s+string(c))
			}
		}
		out, last = append(out, next...), next
	}
	return out
}

func prefixed(prefix string, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = prefix + s
	}
	return out
}

func each(list []string) [][]string {
	out := make([][]string, len(list))
	for i, s := range list {
		out[i] = []string{s}
	}
	return out
}

// setsUpTo are the sets of some values with one to three members.
func setsUpTo(list []string) (out [][]string) {
	for i, a := range list {
		out = append(out, []string{a})
		for j, b := range list[:i] {
			out = append(out, []string{a, b})
			for _, c := range list[:j] {
				out = append(out, []string{a, b, c})
			}
		}
	}
	return out
}

func parse(patterns ...string) []glob.Pattern {
	out := make([]glob.Pattern, len(patterns))
	for i, p := range patterns {
		out[i] = glob.Parse(p)
	}
	return out
}

// A keyDomain is what a key may be, and all of it that matters.
type keyDomain struct {
	domain prover.Domain
	values [][]string
}

// domainsOfKeys are the keys that requests of universes have.
func domainsOfKeys() map[string]keyDomain {
	anything := parse("*")
	words := stringsUpTo("abAz", 3)
	words = append(words, "true", "false", "aazb", "abab", "azab", "aabb", "a*", "*b", "*", "?", "??", "?*", "*a*", "b?", "*?b", "a*b", "Ab*", "x", accountA, "a"+accountA, accountB, orgA)
	set := stringsUpTo("abz", 2)[1:]
	arns := []string{"x", "a", "", "arn:aws", "arn:aws:s:r:1", "arn:::::"}
	for _, partition := range []string{"aws", "z"} {
		for _, service := range []string{"s", "z"} {
			for _, region := range []string{"", "r", "z"} {
				for _, account := range []string{"1", "", accountA} {
					for _, name := range []string{"", "a", "b", "ab", "a:b", "z"} {
						arns = append(arns, strings.Join([]string{"arn", partition, service, region, account, name}, ":"))
					}
				}
			}
		}
	}
	return map[string]keyDomain{
		"s3:text":  {prover.Domain{Patterns: anything, Samples: []string{"x"}}, each(words)},
		"s3:some":  {prover.Domain{Patterns: parse("?*")}, each(words[1:])},
		"s3:short": {prover.Domain{Patterns: parse("a*", "b"), Except: parse("*b*a*")}, each(slices.DeleteFunc(slices.Clone(words), func(s string) bool { return !strings.HasPrefix(s, "a") && s != "b" || glob.Match("*b*a*", s) }))},
		"s3:arn":   {prover.Domain{Patterns: anything, Samples: []string{"arn:aws:x:::x"}}, each(arns)},
		"s3:bool":  {prover.Domain{Values: []string{"true", "false"}}, each([]string{"true", "false"})},
		"s3:loose": {prover.Domain{Patterns: anything}, each(append([]string{"TRUE"}, words...))},
		"s3:number": {prover.Domain{Patterns: anything, Samples: []string{"1"}}, each([]string{
			"-100", "-2", "-1.5", "-1", "-0.7", "0", "0.3", "1", "+1", "1.0000000001", "1.2", "1.5", "1.7", "2", "3", "100", "x", "", "1e3",
		})},
		"s3:date": {prover.Domain{Patterns: anything, Samples: []string{"2030-01-01T00:00:00Z"}}, each([]string{
			"1969-12-31T23:59:59Z", "0", "1", "-1", "100", "2019", "2020-01-01", "1577836800", "2020-01-01T00:00:00.000000001Z", "2020-01-01T00:00:00.3Z", "2020-01-01T00:00:00.5Z",
			"2020-01-01T00:00:00.7Z", "2020-01-01T00:00:01Z", "2020-07", "2021", "2022-01-01T00:00:00+05:00", "253402300799", "253402300800", "253402300801", "1099511627776", "x", "",
		})},
		"s3:ip": {prover.Domain{Patterns: anything, Samples: []string{"10.0.0.1"}}, each([]string{
			"0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.255.255.255", "11.0.0.0", "255.255.255.255",
			"::", "::1", "::2", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "::ffff:10.0.0.1", "x", "",
		})},
		"s3:binary": {prover.Domain{Patterns: anything}, each([]string{"eA==", "YQ==", "YWI=", "", "x", "!"})},
		"s3:set":    {prover.Domain{Patterns: parse("?*"), Multivalued: true, Samples: []string{"x"}}, setsUpTo(set)},
		"aws:tagkeys": {
			prover.Domain{Patterns: parse("?", "??"), Except: parse("ab"), Multivalued: true},
			setsUpTo(slices.DeleteFunc(slices.Clone(set), func(s string) bool { return s == "ab" })),
		},
		"aws:sourcevpce": {prover.Domain{Values: []string{"vpce-a"}}, [][]string{{"vpce-a"}}},
		"aws:sourcevpc":  {prover.Domain{Undecided: true}, [][]string{nil}},
		"aws:sourceip":   {prover.Domain{Absent: true}, [][]string{nil}},
	}
}

// universeOf is a random universe.
func universeOf(r random, exact bool) *universe {
	u := &universe{keys: map[string][][]string{}}
	u.setting = policy.Setting{Type: pick(r, []policy.EndpointType{policy.Interface, policy.Interface, policy.Gateway}), Multivalued: map[string]bool{"s3:set": true}}
	if !exact && r.IntN(4) == 0 {
		u.setting.Type = policy.AnyType
	}
	u.space = &prover.Space{Setting: func(*prover.Call) policy.Setting { return u.setting }}
	u.addCallers(r)
	u.addOwners(r)
	u.addCalls(r)
	if r.IntN(3) > 0 {
		u.space.Pair = func(c *prover.Caller, o *prover.Owner) bool { return c.Account != o.Account || c.Org == o.Org }
	}
	domains := domainsOfKeys()
	for _, key := range sortedKeys(domains) {
		k := domains[key]
		if !k.domain.Undecided && key != "aws:sourcevpce" && r.IntN(3) > 0 {
			k.domain.Absent = true
		}
		if k.domain.Absent && k.values[0] != nil {
			k.values = append([][]string{nil}, k.values...)
		}
		if key != "aws:sourcevpce" && key != "aws:sourcevpc" {
			k.domain.ID = "x"
		}
		if k.domain.Undecided {
			u.undecided = append(u.undecided, key)
		}
		u.keys[key] = k.values
		domains[key] = k
	}
	u.space.Key = func(name string, w prover.World) prover.Domain {
		if k, known := domains[name]; known {
			return k.domain
		}
		if name == "aws:userid" && (w.Caller == nil || signedUser(w.Caller.Kind)) {
			return prover.Domain{ID: "signed", Patterns: parse("A?*"), Samples: []string{"Ax"}}
		}
		return prover.Domain{ID: "none", Absent: true}
	}
	return u
}

func signedUser(k policy.PrincipalKind) bool { return k == policy.RoleSession || k == policy.User }

func (u *universe) addCallers(r random) {
	names := slices.Concat(stringsUpTo("abz", 2)[1:], []string{"b/a", "a/b", "z/a", "a/", "zz/z/b", "*"})
	add := func(c prover.Caller, principals ...string) {
		if c.Principal.Values == nil && r.IntN(2) == 0 {
			c.Principal.Samples = principals[len(principals)-1:]
			c.Principal.Fill = "fill"
		}
		u.space.Callers = append(u.space.Callers, c)
		u.principals = append(u.principals, principals)
	}
	for _, account := range []string{accountA, accountB} {
		org, own := orgA, true
		if account == accountB {
			org, own = pick(r, []string{"", orgB}), false
		}
		c := func(kind policy.PrincipalKind, patterns ...string) prover.Caller {
			return prover.Caller{Kind: kind, Account: account, Org: org, Own: own, Principal: prover.Domain{Patterns: parse(patterns...)}}
		}
		iam, sts := "arn:aws:iam::"+account+":", "arn:aws:sts::"+account+":"
		if r.IntN(2) == 0 {
			all := prefixed(iam+"role/", names)
			// Sessions that no policy names are as their role.
			for _, s := range []string{"a/s", "b/s", "a/t"} {
				all = slices.Insert(all, 0, sts+"assumed-role/"+s)
			}
			add(c(policy.RoleSession, iam+"role/?*"), all...)
		}
		switch r.IntN(6) {
		case 0:
			add(c(policy.User, iam+"user/?*"), prefixed(iam+"user/", names)...)
		case 1:
			root := c(policy.Root)
			root.Principal.Values = []string{iam + "root"}
			add(root, iam+"root")
		case 2:
			add(c(policy.FederatedUser, sts+"federated-user/?*"), prefixed(sts+"federated-user/", names[:12])...)
		}
	}
	nobody := prover.Domain{Values: []string{""}}
	for n := r.IntN(4); n > 0 || len(u.space.Callers) == 0; n-- {
		switch r.IntN(4) {
		case 0:
			add(prover.Caller{Kind: policy.Unsigned, Principal: nobody, Account: pick(r, []string{"", "anonymous"})}, "")
		case 1:
			add(prover.Caller{Kind: policy.STSFederated, Principal: nobody}, "")
		case 2:
			add(prover.Caller{Kind: policy.AWSService, Principal: prover.Domain{Patterns: parse("?*.amazonaws.com")}}, "z.amazonaws.com", "a.amazonaws.com", "b.amazonaws.com", "ab.amazonaws.com")
		}
	}
}

func (u *universe) addOwners(r random) {
	u.space.Owners = []prover.Owner{{Account: accountA, Org: orgA, Own: true}, {Account: pick(r, []string{accountB, accountC}), Org: pick(r, []string{"", orgB})}}
	if r.IntN(3) == 0 {
		u.space.Owners = u.space.Owners[r.IntN(2):][:1]
	}
}

func (u *universe) addCalls(r random) {
	fixed := func(d prover.Domain) func(*prover.Owner) prover.Domain {
		return func(*prover.Owner) prover.Domain { return d }
	}
	names := append(stringsUpTo("abz", 3), "a:b", "a/b", ":", "b:a", "a:", accountA, "a"+accountA, accountB, "a"+accountB, orgA, "a"+orgA, "abab", "vpce-a")
	calls := []struct {
		call      prover.Call
		resources func(*prover.Owner) []string
	}{
		{prover.Call{Action: "s3:GetA", Resource: fixed(prover.Domain{ID: "s3", Patterns: parse("arn:aws:s3:::*"), Samples: []string{"arn:aws:s3:::x"}})}, func(*prover.Owner) []string { return prefixed("arn:aws:s3:::", names) }},
		{prover.Call{Action: "s3:PutB", Resource: fixed(prover.Domain{ID: "s3 put", Patterns: parse("arn:aws:s3:::a*", "arn:aws:s3:::?"), Except: parse("arn:aws:s3:::*b")})}, func(*prover.Owner) []string {
			return prefixed("arn:aws:s3:::", slices.DeleteFunc(slices.Clone(names), func(s string) bool {
				return len(s) != 1 && !strings.HasPrefix(s, "a") || strings.HasSuffix(s, "b")
			}))
		}},
		{prover.Call{Action: "sqs:SendA", Resource: func(o *prover.Owner) prover.Domain {
			queue := slices.Concat(glob.Parse("arn:aws:sqs:"), glob.Pattern{{Kind: glob.Run, Except: ':'}}, glob.Literal(":"+o.Account+":"), glob.Parse("*"))
			return prover.Domain{ID: "sqs " + o.Account, Patterns: []glob.Pattern{queue}, Samples: []string{"arn:aws:sqs:r:" + o.Account + ":x"}}
		}}, func(o *prover.Owner) (out []string) {
			for _, region := range []string{"", "a", "b", "z", "ab", "r"} {
				out = append(out, prefixed("arn:aws:sqs:"+region+":"+o.Account+":", append(stringsUpTo("abz", 2), "a:b", ":b", "b:b", accountA, accountB, accountB+":x", accountA+":x"))...)
			}
			return out
		}},
		{prover.Call{Action: "s3:ListAll", CallersOwn: true, Resource: fixed(prover.Domain{ID: "*", Values: []string{"*"}})}, func(*prover.Owner) []string { return []string{"*"} }},
		{prover.Call{Action: "ec2:CreateVpcEndpoint", Resource: fixed(prover.Domain{ID: "two", Values: []string{"arn:aws:ec2:::a", "arn:aws:ec2:::b"}})}, func(*prover.Owner) []string { return []string{"arn:aws:ec2:::a", "arn:aws:ec2:::b"} }},
	}
	r.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	for _, c := range calls[:1+r.IntN(3)] {
		call := c.call
		if r.IntN(4) == 0 {
			call.Signer = func(c *prover.Caller) bool { return c.Kind != policy.STSFederated }
		}
		u.space.Calls = append(u.space.Calls, call)
		var all [][]string
		for i := range u.space.Owners {
			all = append(all, c.resources(&u.space.Owners[i]))
		}
		u.resources = append(u.resources, all)
	}
}

// holds reports whether a value is in a domain.
func holds(d prover.Domain, value string) bool {
	match := func(p glob.Pattern) bool { return p.Match(value) }
	if d.Values != nil {
		return slices.Contains(d.Values, value)
	}
	return slices.ContainsFunc(d.Patterns, match) && !slices.ContainsFunc(d.Except, match)
}

// contains says why a request is not in the universe; empty when it is.
func (u *universe) contains(r policy.Request, w prover.World) string {
	c, o, call := w.Caller, w.Owner, w.Call
	want := policy.Request{Principal: r.Principal, Kind: c.Kind, PrincipalAccount: c.Account, PrincipalOrg: c.Org, Action: call.Action, Resource: r.Resource, ResourceAccount: o.Account, ResourceOrg: o.Org}
	got := r
	got.Context = nil
	role := r.Principal
	if f := strings.Split(r.Principal, "/"); c.Kind == policy.RoleSession && len(f) == 3 && strings.HasPrefix(r.Principal, "arn:aws:sts:") {
		role = "arn:aws:iam::" + c.Account + ":role/" + f[1]
	}
	switch {
	case fmt.Sprint(got) != fmt.Sprint(want):
		return "it is not of its world"
	case u.space.Pair != nil && !u.space.Pair(c, o):
		return "caller and owner are no pair"
	case call.Signer != nil && !call.Signer(c):
		return "the caller does not make the call"
	case call.CallersOwn && (c.Account != o.Account || c.Org != o.Org):
		return "the call is on the caller's own account"
	case !holds(c.Principal, role):
		return "there is no such principal"
	case !holds(call.Resource(o), r.Resource):
		return "there is no such resource"
	}
	for key, values := range r.Context {
		d := u.space.Key(key, w)
		if d.Undecided || len(values) == 0 || len(values) > 1 && !d.Multivalued {
			return "it gives " + key
		}
		for _, v := range values {
			if !holds(d, v) {
				return fmt.Sprintf("%s is %q", key, v)
			}
		}
	}
	return ""
}
