package query

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// strangers are accounts for the strangers of witnesses, the first that is not
// own or named in the policy.
var strangers = []string{"999999999999", "888888888888", "777777777777", "666666666666"}

const (
	// documentationAccount stands for the own account when its id is not
	// known. AWS's documentation uses it.
	documentationAccount = "111122223333"
	// anyRegion stands in witnesses for a region that is not known.
	anyRegion = "us-east-1"
)

// assumedPrefixes are tried in this order for a document whose endpoint is not
// known, before the services that its own actions name.
var assumedPrefixes = []string{"s3", "dynamodb"}

func stranger(e *policy.Endpoint, perimeter config.Perimeter) string {
	for _, id := range strangers {
		if !slices.Contains(perimeter.Accounts, id) && !bytes.Contains(e.Policy.Span.Text(), []byte(id)) {
			return id
		}
	}
	return strangers[0]
}

// An action is one of the catalogue with its full name in lower case, since
// action names ignore case (IAM User Guide, "IAM JSON policy elements:
// Action").
type action struct {
	catalogue.Action
	folded string
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
		list[i] = action{one, strings.ToLower(one.Service + ":" + one.Name)}
	}
	a.actions.Store(prefix, list)
	return list
}

// served iterates over the actions that the endpoint serves, in the order of
// its prefixes, those of one prefix by interest.
func (s Subject) served() iter.Seq[action] {
	if s.Recognised {
		return s.actionsOf(s.Service.Prefixes)
	}
	return s.actionsOf(assumedPrefixes)
}

func (s Subject) actionsOf(prefixes []string) iter.Seq[action] {
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

// allowedActions iterates over the actions of the service that a statement's
// Action element matches, in the order of served. Where the service is not
// known, it is that of the actions that the statement names.
func (s Subject) allowedActions(st *policy.Statement) iter.Seq[action] {
	names := patterns(st.Actions.Values)
	all := s.served()
	if !s.Recognised && !st.Actions.Not {
		var prefixes []string
		for _, n := range names {
			if prefix, _, found := strings.Cut(n, ":"); found && !strings.ContainsAny(prefix, "*?") {
				prefixes = append(prefixes, prefix)
			}
		}
		if prefixes != nil {
			all = s.actionsOf(prefixes)
		}
	}
	return func(yield func(action) bool) {
		if st.Actions.Not && holed(st.Actions.Values) {
			return
		}
		for a := range all {
			if a.named(names) != st.Actions.Not && !yield(a) {
				return
			}
		}
	}
}

// wildcard returns the pattern of a Resource value that matches resources
// whoever owns them: *, an ARN whose account is *, or an S3 ARN with a wildcard
// in the bucket's name, since anybody can make a bucket of a name that is free
// (S3 User Guide, "General purpose bucket naming rules").
func (s Subject) wildcard(value policy.Text) (string, bool) {
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
			return "", false
		}
	}
	pattern := b.String()
	if glob.Universal(pattern) {
		return pattern, true
	}
	if strings.Contains(pattern, "${") {
		return "", false
	}
	fields := strings.SplitN(pattern, ":", 6)
	if len(fields) < 4 || fields[0] != "arn" {
		return "", false
	}
	if len(fields) < 6 {
		// A * that closes a segment takes in the segments that are missing
		// (IAM User Guide, "IAM JSON policy elements: Resource").
		return pattern, strings.HasSuffix(pattern, ":*") && len(fields) < 5
	}
	if fields[2] == "s3" && fields[3] == "" && fields[4] == "" {
		bucket, _, _ := strings.Cut(fields[5], "/")
		return pattern, strings.ContainsAny(bucket, "*?") && reservedAccount(bucket) == ""
	}
	return pattern, glob.Universal(fields[4]) && wholeType(fields[5])
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

func (s Subject) region() string {
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

// witness makes a request of a stranger's role on a stranger's resource that a
// Resource pattern matches. It reports false when the action has no such
// resource.
func (s Subject) witness(action action, pattern string) (w *policy.Request, noun string, ok bool) {
	for _, kind := range resourceTypes(action) {
		for _, form := range kind.ARNs {
			arn := s.example(form)
			if !glob.Match(pattern, arn) {
				arn = example(pattern)
				if !strings.HasPrefix(form, "arn:${Partition}:s3:::") || !strings.HasPrefix(arn, "arn:"+partition(s.region())+":") || strings.Contains(form, "/") != strings.Contains(arn, "/") || !glob.Match(pattern, arn) {
					continue
				}
			}
			return s.request(action, arn), nounOf(action.Service, kind.Name), true
		}
	}
	return nil, "", false
}

// request is a stranger's role calling an action on a stranger's resource.
func (s Subject) request(action action, resource string) *policy.Request {
	return &policy.Request{
		Principal:        "arn:" + partition(s.region()) + ":iam::" + s.stranger + ":role/attacker",
		PrincipalAccount: s.stranger,
		Action:           action.Service + ":" + action.Name,
		Resource:         resource,
		ResourceAccount:  s.stranger,
	}
}

// resourceTypes returns the types of resource that an action takes, those with
// the shortest ARN first: an object before an object through an access point.
func resourceTypes(action action) []catalogue.ResourceType {
	types := catalogue.ResourceTypes(action.Service)
	var list []catalogue.ResourceType
	for _, name := range action.ResourceTypes {
		if kind, ok := types[strings.TrimSuffix(name, "*")]; ok && len(kind.ARNs) > 0 {
			list = append(list, kind)
		}
	}
	slices.SortStableFunc(list, func(a, b catalogue.ResourceType) int {
		return cmp.Compare(len(a.ARNs[0]), len(b.ARNs[0]))
	})
	return list
}

// nounOf is what people call a resource of a type.
func nounOf(service, kind string) string {
	if service == "s3" && kind == "object" {
		return "bucket"
	}
	return strings.ToLower(kind)
}

// example fills the variables of a resource type's ARN.
func (s Subject) example(form string) string {
	var b strings.Builder
	for {
		open := strings.Index(form, "${")
		end := strings.IndexByte(form, '}')
		if open < 0 || end < open {
			b.WriteString(form)
			return b.String()
		}
		b.WriteString(form[:open])
		switch name := form[open+2 : end]; name {
		case "Partition":
			b.WriteString(partition(s.region()))
		case "Region":
			b.WriteString(s.region())
		case "Account":
			b.WriteString(s.stranger)
		default:
			name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "Name"), "Id"), "Path")
			b.WriteString("strangers-" + strings.ToLower(name))
		}
		form = form[end+1:]
	}
}

// example is a string of the pattern's language.
func example(pattern string) string {
	return strings.NewReplacer("*", "strangers", "?", "x").Replace(pattern)
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
