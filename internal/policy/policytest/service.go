package policytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
)

// A service is one whose endpoints take a policy.
type service struct {
	id, name string
	gateway  bool
	// unsigned are patterns of the actions that may be asked for without
	// credentials, and bare says that not even the account of the caller is a key
	// then.
	unsigned []string
	bare     bool
	// usual are the actions that policies name most.
	usual   []catalogue.Action
	actions []catalogue.Action
	types   map[string]catalogue.ResourceType
	// arns are the shapes of the resources that policies name most, with
	// variables such as ${Region}; ownArn is one with the owner's account.
	arns   []string
	ownArn string
	keys   []key
}

// Services are the ids of the services that documents are made for.
func Services() []string {
	var ids []string
	for _, s := range newServices() {
		if !slices.Contains(ids, s.id) {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// newServices reads the services from the catalogue; one that comes twice is
// taken twice as often.
func newServices() []*service {
	var list []*service
	for _, s := range []struct{ id, types, actions string }{
		{"s3", "bucket object", "GetObject PutObject DeleteObject ListBucket ListAllMyBuckets GetBucketLocation PutBucketPolicy AbortMultipartUpload"},
		{"s3", "bucket object accesspoint", "GetObject PutObject GetObjectTagging ListBucket CreateBucket"},
		{"logs", "log-group log-stream", "CreateLogGroup CreateLogStream PutLogEvents DescribeLogGroups GetLogEvents FilterLogEvents"},
		{"sqs", "queue", "SendMessage ReceiveMessage DeleteMessage GetQueueUrl ListQueues CreateQueue"},
		{"dynamodb", "table index", "GetItem PutItem Query Scan BatchWriteItem ListTables UpdateItem"},
		{"kms", "key", "Encrypt Decrypt GenerateDataKey DescribeKey CreateGrant ListKeys"},
		{"secretsmanager", "Secret", "GetSecretValue PutSecretValue DescribeSecret CreateSecret ListSecrets"},
		{"sts", "role", "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity GetCallerIdentity TagSession"},
		{"sns", "topic", "Publish Subscribe CreateTopic ListTopics"},
		{"lambda", "function", "InvokeFunction GetFunction ListFunctions UpdateFunctionCode"},
	} {
		list = append(list, newService(s.id, strings.Fields(s.types), strings.Fields(s.actions)))
	}
	return list
}

// newService panics on what the catalogue does not have, since the table above
// is then wrong.
func newService(id string, types, actions []string) *service {
	entry, ok := catalogue.ByID(id)
	if !ok || !slices.Contains(entry.Prefixes, id) {
		panic(fmt.Errorf("policytest: the catalogue has no %s", id))
	}
	s := &service{
		id: id, name: "com.amazonaws." + Region + "." + id,
		gateway:  slices.Contains(entry.Types, catalogue.Gateway),
		unsigned: entry.Unsigned, bare: id == "sts",
		actions: catalogue.Actions(id), types: catalogue.ResourceTypes(id),
	}
	for _, name := range actions {
		i := slices.IndexFunc(s.actions, func(a catalogue.Action) bool { return a.Name == name })
		if i < 0 {
			panic(fmt.Errorf("policytest: the catalogue has no %s:%s", id, name))
		}
		s.usual = append(s.usual, s.actions[i])
	}
	for _, name := range types {
		kind, ok := s.types[name]
		if !ok {
			panic(fmt.Errorf("policytest: the catalogue has no resources %s of %s", name, id))
		}
		s.arns = append(s.arns, kind.ARNs[0])
		if kind.Account == catalogue.OwnerAccount {
			s.ownArn = kind.ARNs[0]
		}
	}
	return s
}

// Setting is what the evaluator must know of the document's endpoint.
func (d *Document) Setting() policy.Setting {
	s := policy.Setting{Type: policy.TypeOf(policy.Text{Parts: []policy.Part{{Literal: d.Type}}}), Multivalued: map[string]bool{}}
	for name, kind := range catalogue.ConditionKeys(d.service.id) {
		if strings.HasPrefix(kind, "ArrayOf") {
			s.Multivalued[strings.ToLower(name)] = true
		}
	}
	return s
}

// actionPattern makes a value of Action: a name, or a pattern of several.
// Wildcards in the service's prefix are A15.
func (g *generator) actionPattern() string {
	action := pick(g.Rand, g.service.usual)
	if g.chance(15) {
		action = pick(g.Rand, g.service.actions)
	}
	name, prefix := action.Name, g.service.id
	// Where the second word of the name begins: Get|Object.
	second := 1 + strings.IndexAny(name[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if second == 0 {
		second = len(name)
	}
	odd := 1
	if g.Inner {
		odd = 0
	}
	pattern := weighted(g.Rand, []choice[string]{
		{45, prefix + ":" + name},
		{28, prefix + ":" + name[:second] + "*"},
		{10, prefix + ":*" + name[second:]},
		{5, prefix + ":" + name[:second-1] + "?" + name[second:]},
		{4, strings.ToLower(prefix + ":" + name)},
		{2, "ec2:*"},
		{6, prefix + ":*"},
		{odd, "*:" + name},
		{odd, prefix[:1] + "*:" + name[:second] + "*"},
	})
	g.doc.actions = append(g.doc.actions, pattern)
	return pattern
}

// resourcePattern makes a value of Resource or NotResource.
func (g *generator) resourcePattern(effect string, not bool) string {
	shape := pick(g.Rand, g.service.arns)
	var pattern string
	switch {
	case g.chance(6):
		// Some segments short: a * takes in those that are missing.
		pattern = strings.Join([]string{"arn", "aws", g.service.id, Region}[:3+g.IntN(2)], ":") + ":*"
	case !g.Inner && g.chance(5):
		pattern = pick(g.Rand, []string{
			"arn:aws:" + g.service.id, "arn:aws:" + g.service.id + ":*:*", "arn:aws-cn:" + g.service.id + ":*", "arn:aws:*:" + Region + ":*", "not an ARN",
			"arn:aws:s3:::*-" + OwnAccount + "-" + Region + "-an/*",
		})
	default:
		pattern = g.fill(shape, effect, not, pick(g.Rand, append([]string{"*", "*", "*"}, accounts...)))
	}
	g.doc.resources = append(g.doc.resources, pattern)
	return pattern
}

// names are parts of the names of resources.
var names = []string{"team-alpha", "team-beta", "reports", "audit-logs"}

// fill makes an ARN pattern of a shape.
func (g *generator) fill(shape, effect string, not bool, account string) string {
	// A * that closes a segment in the middle is A1: what the plain reading
	// makes of it is the widest that there is only where more matches let more
	// through.
	crossing := !g.Inner || (effect == allow) != not
	region := weighted(g.Rand, []choice[string]{{50, Region}, {5, "eu-west-1"}, {8, "us-east-?"}, {35, "*"}})
	if region == "*" && !crossing {
		region = Region
	}
	if account == "*" && !crossing {
		account = pick(g.Rand, accounts)
	}
	partition := "aws"
	switch {
	case crossing && g.chance(5):
		partition = "*"
	case !g.Inner && g.chance(3):
		account = pick(g.Rand, []string{"1111*", "????????????"}) // A6
	}
	bucket := strings.HasPrefix(shape, "arn:${Partition}:s3:::")
	var b strings.Builder
	for first := true; ; {
		before, after, found := strings.Cut(shape, "${")
		b.WriteString(before)
		if !found {
			break
		}
		variable, rest, _ := strings.Cut(after, "}")
		shape = rest
		switch variable {
		case "Partition":
			b.WriteString(partition)
		case "Region":
			b.WriteString(region)
		case "Account":
			b.WriteString(account)
		default:
			// Anybody may own a bucket of an exact name (A10).
			exact := !first || !bucket || !g.Inner || (effect == allow) == not
			b.WriteString(g.name(bucket && first, exact, !g.Inner || !not))
			first = false
		}
	}
	arn := b.String()
	if g.service.id == "logs" && g.chance(40) {
		arn += ":*"
	}
	return arn
}

// name makes the name of a resource, or a pattern of several.
func (g *generator) name(bucket, exact, variables bool) string {
	name := pick(g.Rand, names)
	switch {
	case bucket && g.chance(6):
		// A name that is reserved to an account.
		return name + "-" + pick(g.Rand, accounts) + "-" + Region + "-an"
	case variables && g.chance(8):
		return name[:5] + "${" + g.variable("account") + "}-*"
	case exact && g.chance(40):
		return name
	default:
		return pick(g.Rand, []string{"*", "*", name[:5] + "*", name + "-*", "*-" + name, name[:2] + "?" + name[3:] + "*"})
	}
}

// key finds a key by name.
func (s *service) key(name string) key {
	i := slices.IndexFunc(s.keys, func(k key) bool { return k.name == name })
	if i < 0 {
		panic(fmt.Errorf("policytest: %s has no key %s", s.id, name))
	}
	return s.keys[i]
}
