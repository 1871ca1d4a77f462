package catalogue

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An Action is one IAM action (Service Authorization Reference).
type Action struct {
	Service string // the IAM prefix
	Name    string // without the prefix, in AWS's spelling; IAM ignores case
	// Levels are AWS's access levels, a letter each: L list, R read, W write,
	// P permissions management, T tagging.
	Levels string
	// ResourceTypes are the types that the action may name, sorted, with * at
	// the end of those that AWS marks as required. Required means for one way
	// of calling it: several such types need not all be there. It is nil for an
	// action that names no resource.
	ResourceTypes []string
}

// Writes reports whether the action changes something: data, permissions or
// tags. An action that only lists or reads does not.
func (a Action) Writes() bool { return strings.ContainsAny(a.Levels, "WPT") }

// A ResourceType is a type of resource that actions may name.
type ResourceType struct {
	Name string
	// ARNs are patterns with variables such as ${Region}; mostly one.
	ARNs []string
	// Account says what the ARN's account field holds.
	Account Account
}

// Account is what the account field of an ARN pattern holds.
type Account string

// The values of Account. OwnerAccount is the ordinary case: an account id.
const (
	OwnerAccount Account = ""
	NoAccount    Account = "none"  // empty, as for S3 buckets
	AWSAccount   Account = "aws"   // the word aws
	AnyAccount   Account = "any"   // a wildcard
	OtherAccount Account = "other" // something else: the pattern is malformed
)

// iamService is the decoded block of one prefix.
type iamService struct {
	actions   []Action
	resources map[string]ResourceType
	keys      map[string]string
}

//go:embed data/iam.index
var iamIndex string

//go:embed data/iam.flate
var iamFlate string

// iam finds a prefix's block, which is inflated and decoded when it is first
// asked for: a run looks at few of the nearly three hundred.
var iam = sync.OnceValue(func() map[string]func() iamService {
	out := make(map[string]func() iamService, strings.Count(iamIndex, "\n"))
	start := 0
	for line := range strings.Lines(iamIndex) {
		// A line is the prefix, its block's length in bytes, and its number of
		// actions, which only the generator needs.
		f := strings.Fields(line)
		size, err := strconv.Atoi(f[1])
		if err != nil {
			panic(fmt.Errorf("catalogue: embedded index: %w", err))
		}
		prefix, block := f[0], iamFlate[start:start+size]
		out[prefix] = sync.OnceValue(func() iamService { return newIAMService(prefix, inflate(block)) })
		start += size
	}
	return out
})

// newIAMService reads a block. Its lines, with fields separated by tabs, are
//
//	a levels resource-types action…    (types by commas, actions by spaces)
//	k type condition-key…              (keys by spaces)
//	r resource-type account arn…       (ARNs by tabs)
func newIAMService(prefix, text string) iamService {
	s := iamService{resources: map[string]ResourceType{}, keys: map[string]string{}}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch f[0] {
		case "a":
			types := split(f[2], ",")
			for name := range strings.FieldsSeq(f[3]) {
				s.actions = append(s.actions, Action{Service: prefix, Name: name, Levels: f[1], ResourceTypes: types})
			}
		case "k":
			for key := range strings.FieldsSeq(f[2]) {
				s.keys[key] = f[1]
			}
		case "r":
			s.resources[f[1]] = ResourceType{Name: f[1], Account: Account(f[2]), ARNs: f[3:]}
		default:
			panic(fmt.Errorf("catalogue: embedded block of %s: %q", prefix, line))
		}
	}
	slices.SortFunc(s.actions, func(a, b Action) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

func iamOf(prefix string) iamService {
	if decode, ok := iam()[prefix]; ok {
		return decode()
	}
	return iamService{}
}

// Actions returns the actions with this IAM prefix, sorted by name, or nil when
// the data has no such prefix: it holds only those that an endpoint serves. The
// slice is shared. About one action in a hundred that AWS's own policies name
// is missing, mostly those of retired services.
func Actions(prefix string) []Action { return iamOf(prefix).actions }

// ResourceTypes returns the resource types of an IAM prefix by name, in the
// commercial partition; nil when the data has no such prefix. The map is
// shared: it is not to be changed.
func ResourceTypes(prefix string) map[string]ResourceType { return iamOf(prefix).resources }

// ConditionKeys returns the type of each condition key that an action with this
// IAM prefix may use, as the Service Authorization Reference spells both: key
// names may hold variables such as ${TagKey}; ArrayOf before a type means that
// the key has several values. It is nil when the data has no such prefix. The
// map is shared: it is not to be changed.
func ConditionKeys(prefix string) map[string]string { return iamOf(prefix).keys }
