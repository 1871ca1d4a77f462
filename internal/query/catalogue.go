package query

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// anyRegion stands in witnesses for a region that is not known.
const anyRegion = "us-east-1"

// assumedPrefixes are tried in this order for a document whose endpoint is not
// known, after the services that its own actions name.
func assumedPrefixes() []string { return []string{"s3", "dynamodb"} }

// An action is one of the catalogue with its full name in lower case, since
// action names ignore case (IAM User Guide, "IAM JSON policy elements:
// Action").
type action struct {
	catalogue.Action
	full, folded string
	// targets are the types of resource that it takes, by the length of their
	// ARNs: an object comes before an object through an access point.
	targets []target
	omits   bool // see policy.OmitsResourceOwner
}

// A target is a type of resource of an action.
type target struct {
	form    string // its ARN in the catalogue
	account catalogue.Account
	noun    string
	signed  bool // no unsigned request goes there: it is an access point
	shared  bool // credentials of another account may reach it
}

// named reports whether one of some patterns in lower case matches the action.
func (a action) named(patterns []string) bool {
	for _, p := range patterns {
		if glob.Match(p, a.folded) {
			return true
		}
	}
	return false
}

// patterns returns the known values of an Action element in lower case.
func patterns(values []policy.Text) []string {
	var list []string
	for _, v := range values {
		if pattern, ok := v.Literal(); ok {
			list = append(list, strings.ToLower(pattern))
		}
	}
	return list
}

// actionsOf returns the actions of a prefix by interest. The list is shared.
func (a *Asker) actionsOf(prefix string) []action {
	if list, ok := a.actions.Load(prefix); ok {
		return list.([]action)
	}
	sorted := slices.SortedFunc(slices.Values(catalogue.Actions(prefix)), byInterest)
	list := make([]action, len(sorted))
	for i, one := range sorted {
		full := one.Service + ":" + one.Name
		list[i] = action{one, full, strings.ToLower(full), targets(one), policy.OmitsResourceOwner(full)}
	}
	a.actions.Store(prefix, list)
	return list
}

func (s *Subject) actionsOf(prefixes []string) iter.Seq[action] {
	return func(yield func(action) bool) {
		for _, p := range prefixes {
			for _, a := range s.asker.actionsOf(p) {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// allowedActions iterates over the actions of the endpoint that a statement's
// Action element matches, those of one prefix by interest.
func (s *Subject) allowedActions(st *policy.Statement) iter.Seq[action] {
	names := patterns(st.Actions.Values)
	one := &policy.Document{Statements: []policy.Statement{*st}}
	all := s.carried(actionPatterns([]*policy.Document{one}))
	return func(yield func(action) bool) {
		for a := range all {
			if a.named(names) != st.Actions.Not && !yield(a) {
				return
			}
		}
	}
}

// wildcard reports whether a Resource value matches resources whoever owns them: *, an ARN whose account is *, or an S3 ARN with a wildcard
// in the bucket's name, since anybody can make a bucket of a name that is free
// (S3 User Guide, "General purpose bucket naming rules").
func (s *Subject) wildcard(value policy.Text) bool {
	var b strings.Builder
	for _, p := range value.Parts {
		switch p.Hole.Kind {
		case policy.NotHole:
			b.WriteString(p.Literal)
		case policy.Region:
			b.WriteString(s.region())
		case policy.Partition:
			b.WriteString(partition(s.region()))
		default:
			return false
		}
	}
	pattern := b.String()
	if glob.Universal(pattern) {
		return true
	}
	if strings.Contains(pattern, "${") {
		return false
	}
	fields := strings.SplitN(pattern, ":", 6)
	if len(fields) < 4 || fields[0] != "arn" {
		return false
	}
	if len(fields) < 6 {
		// A * that closes a segment takes in the segments that are missing
		// (IAM User Guide, "IAM JSON policy elements: Resource").
		return strings.HasSuffix(pattern, ":*") && len(fields) < 5
	}
	if fields[2] == "s3" && fields[3] == "" && fields[4] == "" {
		bucket, _, _ := strings.Cut(fields[5], "/")
		return strings.ContainsAny(bucket, "*?") && reservedAccount(bucket) == ""
	}
	return glob.Universal(fields[4]) && wholeType(fields[5])
}

// wholeType reports whether the last segment of an ARN pattern takes in every
// resource of a type: *, table/*, function:*.
func wholeType(resource string) bool {
	i := strings.IndexAny(resource, "*?")
	if i < 0 {
		return false
	}
	kind := strings.TrimRight(resource[:i], "/:")
	return !strings.ContainsAny(kind, "/:") && (i == 0 || strings.ContainsAny(resource[i-1:i], "/:")) && strings.Trim(resource[i:], "*/:") == ""
}

func (s *Subject) region() string {
	if s.Region == "" {
		return anyRegion
	}
	return s.Region
}

// partition is the partition that a region belongs to (AWS General Reference,
// "Amazon Resource Names").
func partition(region string) string {
	for prefix, name := range map[string]string{
		"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
		"us-isof-": "aws-iso-f", "eu-isoe-": "aws-iso-e", "eusc-": "aws-eusc",
	} {
		if strings.HasPrefix(region, prefix) {
			return name
		}
	}
	return "aws"
}

// targets returns the types of resource that an action takes.
func targets(a catalogue.Action) []target {
	types := catalogue.ResourceTypes(a.Service)
	var list []target
	for _, name := range a.ResourceTypes {
		kind, ok := types[strings.TrimSuffix(name, "*")]
		if !ok {
			continue
		}
		for _, form := range kind.ARNs {
			list = append(list, target{form, kind.Account, nounOf(a.Service, kind.Name), strings.Contains(form, ":accesspoint"), shareable(a.Service, kind.Name)})
		}
	}
	slices.SortStableFunc(list, func(a, b target) int { return cmp.Compare(len(a.form), len(b.form)) })
	return list
}

// shareable reports whether a type of resource can be shared with other accounts,
// of a service that shares some: of EC2 those that its guide and AWS RAM's list.
func shareable(service, kind string) bool {
	if service != "ec2" {
		return true
	}
	switch kind {
	case "image", "snapshot", "subnet", "security-group", "prefix-list", "transit-gateway", "capacity-reservation", "dedicated-host",
		"placement-group", "ipam-pool", "traffic-mirror-target", "local-gateway", "vpc-endpoint-service":
		return true
	}
	return false
}

// nounOf is what people call a resource of a type.
func nounOf(service, kind string) string {
	if service == "s3" && kind == "object" {
		return "bucket"
	}
	return strings.ToLower(kind)
}

// verbs are how the names of actions that move data begin, the ones that a
// reader knows best first.
var verbs = []string{"Put", "Send", "Publish", "Write", "Upload", "Encrypt", "Assume", "Invoke", "Create", "Update", "Start", "Get", "Read", "Receive"}

// byInterest orders actions for witnesses: those that write before those that
// read, data before permissions and tags, well-known verbs before others, and
// of those the shortest name, as PutObject before PutObjectAcl.
func byInterest(a, b catalogue.Action) int {
	return cmp.Or(
		cmp.Compare(levelRank(a), levelRank(b)),
		cmp.Compare(verbRank(a.Name), verbRank(b.Name)),
		cmp.Compare(len(a.Name), len(b.Name)),
		cmp.Compare(a.Name, b.Name),
	)
}

func levelRank(a catalogue.Action) int {
	switch {
	case a.Levels == "W":
		return 0
	case a.Writes():
		return 1
	default:
		return 2
	}
}

func verbRank(name string) int {
	for i, v := range verbs {
		if strings.HasPrefix(name, v) {
			return i
		}
	}
	return len(verbs)
}
