package catalogue

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/eplint/eplint/internal/glob"
)

// A Type is a type of VPC endpoint, spelled as AWS does but in lower case.
type Type string

// The types of endpoint. Only the first two take a policy (CloudFormation
// reference, AWS::EC2::VPCEndpoint, PolicyDocument).
const (
	Gateway             Type = "gateway"
	Interface           Type = "interface"
	GatewayLoadBalancer Type = "gatewayloadbalancer"
	Resource            Type = "resource"
	ServiceNetwork      Type = "servicenetwork"
)

// Support says whether a service's endpoints obey a policy: the flag
// VpcEndpointPolicySupported of aws ec2 describe-vpc-endpoint-services. The
// zero Support is Unknown.
type Support int

// The values of Support.
const (
	Unknown Support = iota
	Supported
	Unsupported
)

// Confidence says how well the evidence for a service's Support is; where that
// is Unknown, how sure its name and prefixes are.
type Confidence string

// The values of Confidence: high rests on AWS's current pages or on the output
// of its command line, medium on older pages, low on inference.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// A Service is one endpoint service of AWS.
type Service struct {
	// ID is the part of the name after the region, such as s3 or ecr.api, and
	// vpce-svc-* for all services that customers offer.
	ID    string
	Title string // AWS's name for the service; empty when it is not known
	// Names are the full names in every partition, with {region} in the
	// region's place, {cell} and {id} in the place of other variable parts.
	// China's second prefix is not always listed; ByName accepts both there.
	Names      []string
	Types      []Type
	Policy     Support
	Confidence Confidence
	// Prefixes are the IAM prefixes of the actions that the endpoint carries;
	// nil when it carries none.
	Prefixes []string
	// CrossAccount reports whether own credentials can reach a resource of
	// another account there, by a resource policy or by sharing (IAM User
	// Guide, "AWS services that work with IAM").
	CrossAccount bool
	// Unsigned are patterns of the IAM actions that can be called without an
	// IAM identity, by anyone or with a bearer token (guides of the services).
	Unsigned []string
	Note     string // what the evidence leaves open; mostly empty
}

//go:embed data/endpoint_services.flate
var servicesFlate string

// services are the rows and two ways into them.
type services struct {
	rows   []Service // sorted by id
	byID   map[string]int
	byName map[string]int // by full-name pattern without {cell} and {id}
	open   []openName
}

// openName is a full-name pattern with {cell} or {id} in it.
type openName struct {
	pattern, glob string
	row           int
}

var table = sync.OnceValue(func() *services { return newServices(inflate(servicesFlate)) })

// newServices reads the compact form: a line a service with the fields in the
// order below, separated by tabs, the items of a list by spaces.
func newServices(text string) *services {
	size := strings.Count(text, "\n")
	t := &services{rows: make([]Service, 0, size), byID: make(map[string]int, size), byName: make(map[string]int, 2*size)}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 10 {
			panic(fmt.Errorf("catalogue: embedded services: %d fields in %q", len(f), line))
		}
		s := Service{
			ID: f[0], Title: f[1], Names: split(f[2], " "), Types: types(f[3]),
			Policy: support(f[4]), Confidence: Confidence(f[5]), Prefixes: split(f[6], " "),
			CrossAccount: f[7] == "x", Unsigned: split(f[8], " "), Note: f[9],
		}
		row := len(t.rows)
		t.rows = append(t.rows, s)
		t.byID[s.ID] = row
		for _, n := range s.Names {
			if open := openGlob(n); open != n {
				t.open = append(t.open, openName{n, open, row})
			} else {
				t.byName[n] = row
			}
		}
	}
	return t
}

// openGlob returns the pattern of what {cell} and {id} may be replaced by: at
// least one character each.
func openGlob(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "{cell}", "?*"), "{id}", "?*")
}

func types(list string) []Type {
	var out []Type
	for t := range strings.FieldsSeq(list) {
		out = append(out, Type(t))
	}
	return out
}

func support(letter string) Support {
	switch letter {
	case "y":
		return Supported
	case "n":
		return Unsupported
	default:
		return Unknown
	}
}

// Services returns every service, sorted by ID. The slice and what is in it
// are shared: they are not to be changed.
func Services() []Service { return table().rows }

// ByID returns the service with this id; what it refers to is shared.
func ByID(id string) (Service, bool) {
	t := table()
	if row, ok := t.byID[id]; ok {
		return t.rows[row], true
	}
	return Service{}, false
}

// UnresolvedRegion stands where a full name's region is not known.
const UnresolvedRegion = "{region}"

// A Match is what a full name says.
type Match struct {
	Service Service
	// Region is empty for a name without one, such as com.amazonaws.iam, and
	// UnresolvedRegion when the name holds that text in the region's place.
	Region string
	// Name is the pattern that the name fits, as in Service.Names; it may be
	// one that is not listed there, with the other prefix of China.
	Name string
}

// ByName reads a full service name such as com.amazonaws.eu-west-1.s3. Case
// counts, as it does for AWS. The most specific service wins; an unknown name
// is no error, since AWS adds services every month.
func ByName(name string) (Match, bool) {
	t := table()
	if row, ok := t.byName[name]; ok && !strings.Contains(name, UnresolvedRegion) {
		return Match{Service: t.rows[row], Name: name}, true
	}
	best, found := Match{}, false
	start := 0
	for range regionParts {
		if start >= len(name) {
			break
		}
		end := len(name)
		if dot := strings.IndexByte(name[start:], '.'); dot >= 0 {
			end = start + dot
		}
		if region := name[start:end]; isRegion(region) {
			m, ok := t.match(name[:start], region, name[end:])
			if ok && (!found || len(m.Service.ID) > len(best.Service.ID)) {
				best, found = m, true
			}
		}
		start = end + 1
	}
	return best, found
}

// NameIn returns the service's full name in a region; empty when its names have
// no region in them, or something else besides that varies. It does not say
// whether the service is in that region.
func (s Service) NameIn(region string) string {
	// The prefixes are those of the partitions (see endpoint_services.json);
	// regions without one of their own share the first name.
	start := ""
	for of, prefix := range map[string]string{
		"cn-": china, "us-iso-": "gov.ic.c2s.", "us-isob-": "gov.sgov.", "us-isof-": "gov.ic.hci.",
		"eu-isoe-": "uk.adc-e.", "eusc-": "eu.",
	} {
		if strings.HasPrefix(region, of) {
			start = prefix
		}
	}
	name := ""
	for _, n := range s.Names {
		if !strings.Contains(n, UnresolvedRegion) || openGlob(n) != n {
			continue
		}
		if start != "" && strings.HasPrefix(n, start) {
			name = n
			break
		}
		if name == "" {
			name = n
		}
	}
	return strings.Replace(name, UnresolvedRegion, region, 1)
}

// regionParts is the number of a name's parts among which the region is: the
// longest prefix, gov.ic.hci.csp, has four.
const regionParts = 5

// china is the prefix that some services put before com.amazonaws in the
// regions of China.
const china = "cn."

// match finds the service whose name is before, the region, after.
func (t *services) match(before, region, after string) (Match, bool) {
	inChina := region == UnresolvedRegion || strings.HasPrefix(region, "cn-")
	if strings.HasPrefix(before, china) && !inChina {
		return Match{}, false
	}
	name := before + UnresolvedRegion + after
	if row, pattern, ok := t.find(name); ok {
		return Match{Service: t.rows[row], Region: region, Name: pattern}, true
	}
	// Which services use which prefix in China changes from list to list.
	if rest, ok := strings.CutPrefix(name, china); ok {
		if row, pattern, ok := t.find(rest); ok {
			return Match{Service: t.rows[row], Region: region, Name: china + pattern}, true
		}
	} else if inChina && strings.HasPrefix(name, "com.") {
		if row, pattern, ok := t.find(china + name); ok {
			return Match{Service: t.rows[row], Region: region, Name: strings.TrimPrefix(pattern, china)}, true
		}
	}
	return Match{}, false
}

// find returns the row of a name with {region} in the region's place, and the
// pattern that it fits.
func (t *services) find(name string) (row int, pattern string, ok bool) {
	if row, ok := t.byName[name]; ok {
		return row, name, true
	}
	for _, o := range t.open {
		if glob.Match(o.glob, name) && strings.Count(name, ".") == strings.Count(o.pattern, ".") && len(o.pattern) > len(pattern) {
			row, pattern, ok = o.row, o.pattern, true
		}
	}
	return row, pattern, ok
}

// isRegion reports whether the text has the form of a region's name, at least
// three parts with a number last such as us-gov-west-1, or is UnresolvedRegion.
// Which regions there are is not asked: AWS adds some every year.
func isRegion(text string) bool {
	if text == UnresolvedRegion {
		return true
	}
	parts := strings.Split(text, "-")
	if len(parts) < 3 {
		return false
	}
	number := parts[len(parts)-1]
	return number != "" && strings.Trim(number, "0123456789") == "" &&
		!slices.ContainsFunc(parts[:len(parts)-1], func(p string) bool {
			return p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz") != ""
		})
}

// Nearest returns up to n ids that a mistyped id or full name may have meant,
// best first: ids with the name as one of their parts or of their IAM
// prefixes, and ids that a few edits lead to. It returns nil when none is near.
func Nearest(name string, n int) []string {
	type candidate struct {
		id    string
		score int
	}
	text := strings.ToLower(suffix(name))
	if text == "" || n <= 0 {
		return nil
	}
	// One edit in three characters, at most three: past that, everything is near.
	limit := max(1, min(3, len(text)/3))
	var near []candidate
	for _, s := range table().rows {
		score := 2 * distance(text, s.ID, limit)
		if slices.Contains(strings.Split(s.ID, "."), text) || slices.Contains(s.Prefixes, text) {
			score = min(score, 1)
		}
		if score <= 2*limit {
			near = append(near, candidate{s.ID, score})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	var ids []string
	for _, c := range near[:min(n, len(near))] {
		ids = append(ids, c.id)
	}
	return ids
}

// suffix returns the part of a full name after the region, or after a prefix
// of AWS where there is no region, and any other text as it is.
func suffix(name string) string {
	start := 0
	for part := range strings.SplitSeq(name, ".") {
		start += len(part) + 1
		if isRegion(part) && start < len(name) {
			return name[start:]
		}
	}
	for _, prefix := range []string{"cn.com.amazonaws.", "com.amazonaws.", "aws.api.", "api.aws."} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

// RegionIn returns the region in a full name, UnresolvedRegion where the name has
// that in its place, and empty when there is none.
func RegionIn(name string) string {
	for part := range strings.SplitSeq(name, ".") {
		if isRegion(part) {
			return part
		}
	}
	return ""
}

// distance counts the edits of one byte each (insert, delete, replace) that
// lead from a to b; above the limit it may return any number above it.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
			least = min(least, row[j+1])
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
