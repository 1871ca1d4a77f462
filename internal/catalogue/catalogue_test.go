package catalogue

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/glob"
)

func TestByNameFindsServiceAndRegion(t *testing.T) {
	type result struct{ ID, Region, Name string }
	for name, want := range map[string]result{
		"com.amazonaws.eu-west-1.s3":                              {"s3", "eu-west-1", "com.amazonaws.{region}.s3"},
		"com.amazonaws.{region}.s3":                               {"s3", UnresolvedRegion, "com.amazonaws.{region}.s3"},
		"com.amazonaws.us-gov-west-1.ecr.api":                     {"ecr.api", "us-gov-west-1", "com.amazonaws.{region}.ecr.api"},
		"com.amazonaws.us-isob-east-1.ecr.dkr":                    {"ecr.dkr", "us-isob-east-1", "com.amazonaws.{region}.ecr.dkr"},
		"com.amazonaws.iam":                                       {"iam", "", "com.amazonaws.iam"},
		"com.amazonaws.s3-global.accesspoint":                     {"s3-global.accesspoint", "", "com.amazonaws.s3-global.accesspoint"},
		"aws.api.global.codecatalyst":                             {"codecatalyst", "", "aws.api.global.codecatalyst"},
		"aws.sagemaker.us-east-1.notebook":                        {"notebook", "us-east-1", "aws.sagemaker.{region}.notebook"},
		"aws.sagemaker.{region}.notebook":                         {"notebook", UnresolvedRegion, "aws.sagemaker.{region}.notebook"},
		"api.aws.us-east-1.cassandra-streams":                     {"cassandra-streams", "us-east-1", "api.aws.{region}.cassandra-streams"},
		"com.amazonaws.us-east-1.timestream.query-cell1":          {"timestream.query-{cell}", "us-east-1", "com.amazonaws.{region}.timestream.query-{cell}"},
		"com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0": {"vpce-svc-*", "us-east-1", "com.amazonaws.vpce.{region}.vpce-svc-{id}"},
		"cn.com.amazonaws.vpce.cn-north-1.vpce-svc-01":            {"vpce-svc-*", "cn-north-1", "cn.com.amazonaws.vpce.{region}.vpce-svc-{id}"},
		"cn.com.amazonaws.cn-north-1.sqs":                         {"sqs", "cn-north-1", "cn.com.amazonaws.{region}.sqs"},
		"com.amazonaws.cn-north-1.sqs":                            {"sqs", "cn-north-1", "com.amazonaws.{region}.sqs"},
		"cn.com.amazonaws.cn-north-1.dynamodb":                    {"dynamodb", "cn-north-1", "cn.com.amazonaws.{region}.dynamodb"},
		"cn.com.amazonaws.cn-northwest-1.transcribe.cn":           {"transcribe", "cn-northwest-1", "cn.com.amazonaws.{region}.transcribe.cn"},
	} {
		m, ok := ByName(name)
		if got := (result{m.Service.ID, m.Region, m.Name}); !ok || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, ok, want)
		}
	}
}

func TestByNameRefusesOtherNames(t *testing.T) {
	for _, name := range []string{
		"", ".", "s3", "com.amazonaws", "com.amazonaws.s3", "com.amazonaws.eu-west-1", "com.amazonaws.eu-west-1.",
		"com.amazonaws.eu-west-1.s33", "com.amazonaws.eu-west-1.iam", "com.amazonaws.eu-west.s3", "com.amazonaws.EU-WEST-1.s3",
		"COM.amazonaws.eu-west-1.s3", "cn.com.amazonaws.eu-west-1.s3", "com.amazonaws.vpce.us-east-1.vpce-svc-",
		"com.amazonaws.vpce.us-east-1.vpce-svc-01.s3", "com.amazonaws.eu-west-1.s3.x", "com.amazonaws.{region}",
	} {
		if m, ok := ByName(name); ok {
			t.Errorf("%q: got %s in %s", name, m.Service.ID, m.Region)
		}
	}
}

func TestEveryListedNameIsFound(t *testing.T) {
	for _, s := range Services() {
		for _, pattern := range s.Names {
			region := "us-east-1"
			if strings.HasPrefix(pattern, china) {
				region = "cn-north-1"
			}
			name := strings.NewReplacer("{region}", region, "{cell}", "cell1", "{id}", "0a1b").Replace(pattern)
			if m, ok := ByName(name); !ok || m.Service.ID != s.ID {
				t.Errorf("%s: got %q, %v, want %s", name, m.Service.ID, ok, s.ID)
			}
		}
	}
}

func TestNameInIsANameOfTheService(t *testing.T) {
	for _, s := range Services() {
		for _, region := range []string{"eu-west-1", "us-gov-east-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1", "us-isof-east-1", "eu-isoe-west-1", "eusc-de-east-1"} {
			name := s.NameIn(region)
			if name == "" {
				continue
			}
			if m, ok := ByName(name); !ok || m.Service.ID != s.ID || m.Region != region {
				t.Errorf("%s in %s: %s names %q in %q", s.ID, region, name, m.Service.ID, m.Region)
			}
		}
	}
	for _, c := range []struct{ id, region, want string }{
		{"s3", "eu-west-1", "com.amazonaws.eu-west-1.s3"},
		{"s3", "us-gov-west-1", "com.amazonaws.us-gov-west-1.s3"},
		{"sqs", "cn-north-1", "cn.com.amazonaws.cn-north-1.sqs"},
		{"transcribe", "cn-north-1", "cn.com.amazonaws.cn-north-1.transcribe.cn"},
		{"ebs", "us-iso-east-1", "gov.ic.c2s.us-iso-east-1.ebs"},
		{"ebs", "us-isob-east-1", "gov.sgov.sc2s.us-isob-east-1.ebs"},
		{"ebs", "us-isof-south-1", "gov.ic.hci.csp.us-isof-south-1.ebs"},
		{"ebs", "eu-isoe-west-1", "uk.adc-e.cloud.eu-isoe-west-1.ebs"},
		{"securityhub", "eusc-de-east-1", "eu.amazonaws.eusc-de-east-1.securityhub"},
		{"notebook", "eu-west-1", "aws.sagemaker.eu-west-1.notebook"},
		{"workspaces-web-fips", "us-iso-east-1", "com.amazonaws.us-iso-east-1.workspaces-web-fips"},
		{"iam", "eu-west-1", ""},
		{"vpce-svc-*", "eu-west-1", ""},
	} {
		s, ok := ByID(c.id)
		if got := s.NameIn(c.region); !ok || got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.id, c.region, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string][]string{
		"s33":                          {"s3"},
		"ecr":                          {"ecr.api", "ecr.dkr"},
		"firehose":                     {"kinesis-firehose"},
		"secretmanager":                {"secretsmanager"},
		"com.amazonaws.eu-west-1.sqqs": {"sqs"},
		"com.amazonaws.us-east-1.iam":  {"iam"},
		"com.amazonaws.us-east-1.ec2x": {"ec2"},
		"nothing-like-any-service":     nil,
		"":                             nil,
	} {
		got := Nearest(name, max(1, len(want)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q:\n%s", name, diff)
		}
	}
	if got := Nearest("s3", 0); got != nil {
		t.Errorf("none asked for, got %v", got)
	}
}

func TestServicesAreTheTableInTheRepository(t *testing.T) {
	var rows []struct {
		Service      string   `json:"service"`
		Title        string   `json:"title"`
		Names        []string `json:"names"`
		Types        []string `json:"types"`
		Supported    *bool    `json:"policy_supported"`
		Confidence   string   `json:"confidence"`
		Prefixes     []string `json:"action_prefixes"`
		CrossAccount bool     `json:"cross_account"`
		Unsigned     []string `json:"unsigned_actions"`
		Note         string   `json:"note"`
		Sources      []string `json:"sources"`
	}
	text, err := os.ReadFile("data/endpoint_services.json")
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	var want []Service
	for _, r := range rows {
		s := Service{
			ID: r.Service, Title: r.Title, Names: r.Names, Confidence: Confidence(r.Confidence),
			CrossAccount: r.CrossAccount, Unsigned: r.Unsigned, Note: r.Note,
		}
		if len(r.Prefixes) > 0 {
			s.Prefixes = r.Prefixes
		}
		for _, t := range r.Types {
			s.Types = append(s.Types, Type(strings.ToLower(t)))
		}
		switch {
		case r.Supported == nil:
		case *r.Supported:
			s.Policy = Supported
		default:
			s.Policy = Unsupported
		}
		want = append(want, s)
	}
	if diff := cmp.Diff(want, Services()); diff != "" {
		t.Errorf("stale: run go generate in internal/catalogue (-table +embedded):\n%s", diff)
	}
}

func TestSupportCountsAreThoseOfTheTable(t *testing.T) {
	type key struct {
		Policy     Support
		Confidence Confidence
	}
	got := map[key]int{}
	for _, s := range Services() {
		got[key{s.Policy, s.Confidence}]++
	}
	want := map[key]int{
		{Supported, High}: 105, {Supported, Medium}: 41, {Supported, Low}: 61,
		{Unsupported, High}: 23, {Unsupported, Medium}: 14, {Unsupported, Low}: 9,
		{Unknown, Medium}: 236, {Unknown, Low}: 17,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestServicesSpeakAKnownLanguage(t *testing.T) {
	for _, s := range Services() {
		if len(s.Names) == 0 || len(s.Types) == 0 {
			t.Errorf("%s: no name or no type", s.ID)
		}
		for _, typ := range s.Types {
			if !slices.Contains([]Type{Gateway, Interface, GatewayLoadBalancer, Resource, ServiceNetwork}, typ) {
				t.Errorf("%s: type %q", s.ID, typ)
			}
		}
		for _, pattern := range s.Unsigned {
			prefix, name, _ := strings.Cut(pattern, ":")
			if !slices.Contains(s.Prefixes, prefix) {
				t.Errorf("%s: unsigned action %s is not the service's", s.ID, pattern)
			}
			if !slices.ContainsFunc(Actions(prefix), func(a Action) bool { return glob.Match(name, a.Name) }) {
				t.Errorf("%s: no action matches %s", s.ID, pattern)
			}
		}
	}
}

func TestCrossAccountServices(t *testing.T) {
	for id, want := range map[string]bool{
		"s3": true, "sts": true, "ecr.api": true, "rds": true, "ssm": true, "ec2": true, "ram": true, "syslog-logs": true, "s3express": true,
		"monitoring": false, "access-analyzer": false, "vpce-svc-*": false,
	} {
		if s, ok := ByID(id); !ok || s.CrossAccount != want {
			t.Errorf("%s: got %v, %v", id, s.CrossAccount, ok)
		}
	}
	if _, ok := ByID("s33"); ok {
		t.Error("s33 is known")
	}
}

func TestEveryPrefixDecodes(t *testing.T) {
	var missing []string
	blocks := 0
	for _, s := range Services() {
		for _, prefix := range s.Prefixes {
			actions, types := Actions(prefix), ResourceTypes(prefix)
			if actions == nil {
				missing = append(missing, prefix)
				continue
			}
			blocks++
			if !slices.IsSortedFunc(actions, func(a, b Action) int { return strings.Compare(a.Name, b.Name) }) {
				t.Errorf("%s: not sorted", prefix)
			}
			for _, a := range actions {
				if a.Service != prefix || a.Name == "" || a.Levels == "" || strings.Trim(a.Levels, "LRWPT") != "" {
					t.Errorf("%s: %+v", prefix, a)
				}
			}
			for name, r := range types {
				if r.Name != name || len(r.ARNs) == 0 || !strings.HasPrefix(r.ARNs[0], "arn:") {
					t.Errorf("%s: %+v", prefix, r)
				}
			}
			for key, typ := range ConditionKeys(prefix) {
				if key == "" || typ == "" {
					t.Errorf("%s: key %q has type %q", prefix, key, typ)
				}
			}
		}
	}
	slices.Sort(missing)
	// Retired services, and EMR WAL, which is in no Service Authorization page.
	if diff := cmp.Diff([]string{"elastic-inference", "emrwal", "iotroborunner"}, slices.Compact(missing)); diff != "" {
		t.Error(diff)
	}
	if blocks == 0 || len(iam()) != 297 {
		t.Errorf("%d uses of %d blocks", blocks, len(iam()))
	}
}

func TestIndexCountsAgreeWithTheBlocks(t *testing.T) {
	size := 0
	for line := range strings.Lines(iamIndex) {
		f := strings.Fields(line)
		var length, actions int
		if err := json.Unmarshal([]byte("["+f[1]+","+f[2]+"]"), &[]*int{&length, &actions}); err != nil {
			t.Fatal(err)
		}
		size += length
		if got := len(Actions(f[0])); got != actions {
			t.Errorf("%s: %d actions, the index says %d", f[0], got, actions)
		}
	}
	if size != len(iamFlate) {
		t.Errorf("the index covers %d of %d bytes", size, len(iamFlate))
	}
}

func TestKnownActions(t *testing.T) {
	find := func(prefix, name string) Action {
		actions := Actions(prefix)
		i := slices.IndexFunc(actions, func(a Action) bool { return a.Name == name })
		if i < 0 {
			t.Fatalf("%s:%s is not there", prefix, name)
		}
		return actions[i]
	}
	want := Action{Service: "sqs", Name: "SendMessage", Levels: "W", ResourceTypes: []string{"queue*"}}
	if diff := cmp.Diff(want, find("sqs", "SendMessage")); diff != "" {
		t.Error(diff)
	}
	for name, writes := range map[string]bool{"PutObject": true, "PutBucketPolicy": true, "GetObject": false, "ListBucket": false} {
		if got := find("s3", name).Writes(); got != writes {
			t.Errorf("s3:%s writes: %v", name, got)
		}
	}
	bucket := ResourceType{Name: "bucket", ARNs: []string{"arn:${Partition}:s3:::${BucketName}"}, Account: NoAccount}
	if diff := cmp.Diff(bucket, ResourceTypes("s3")["bucket"]); diff != "" {
		t.Error(diff)
	}
	if got := ConditionKeys("s3")["s3:prefix"]; got != "String" {
		t.Errorf("s3:prefix has type %q", got)
	}
	if Actions("no-such-prefix") != nil || ResourceTypes("no-such-prefix") != nil || ConditionKeys("no-such-prefix") != nil {
		t.Error("an unknown prefix has data")
	}
}

func TestGlobalKeys(t *testing.T) {
	keys := map[string]GlobalKey{}
	for _, k := range GlobalKeys() {
		if k.Key == "" || k.Type == "" || k.Presence == "" {
			t.Errorf("%+v", k)
		}
		keys[k.Key] = k
	}
	if len(keys) != 66 {
		t.Errorf("%d keys", len(keys))
	}
	if k := keys["aws:PrincipalOrgPaths"]; !k.Multivalued {
		t.Errorf("%+v", k)
	}
	if k := keys["aws:SourceVpce"]; k.Presence != "always" || !k.NoWildcards {
		t.Errorf("%+v", k)
	}
	if k := keys["aws:VpceAccount"]; len(k.Prefixes) == 0 {
		t.Errorf("%+v", k)
	}
	if k := keys["aws:ResourceAccount"]; !slices.Contains(k.Without, "ebs:*") {
		t.Errorf("%+v", k)
	}
}

func TestOwnedResources(t *testing.T) {
	all := OwnedResources()
	if len(all) != 49 {
		t.Errorf("%d resources", len(all))
	}
	for _, r := range all {
		if r.ID == "" || r.Owner == "" || r.Caller == "" || r.Confidence == "" {
			t.Errorf("%+v", r)
		}
		for _, id := range r.Endpoints {
			if _, ok := ByID(id); !ok {
				t.Errorf("%s: no service %s", r.ID, id)
			}
		}
	}
}

func TestSourcesNameTheirDates(t *testing.T) {
	var names []string
	for _, s := range Sources() {
		names = append(names, s.Name)
		if s.Origin == "" || s.Version == "" || len(s.Retrieved) != len("2026-11-24") || s.Licence == "" || s.Trust == "" {
			t.Errorf("%+v", s)
		}
	}
	want := []string{"endpoint_services", "iam", "service_owned_resources", "global_condition_keys"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// FuzzByName: no name makes it panic, and a match's pattern with its region
// put in is the name again.
func FuzzByName(f *testing.F) {
	for _, s := range []string{
		"com.amazonaws.eu-west-1.s3", "cn.com.amazonaws.cn-north-1.dynamodb", "com.amazonaws.iam", "com.amazonaws.{region}.s3",
		"com.amazonaws.vpce.us-east-1.vpce-svc-0a", "com.amazonaws.us-east-1.timestream.query-cell1", "a-b-1.a-b-1", ".-1..",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		Nearest(name, 3)
		m, ok := ByName(name)
		if !ok {
			return
		}
		pattern := openGlob(strings.Replace(m.Name, UnresolvedRegion, m.Region, 1))
		if !glob.Match(pattern, name) || (pattern == strings.Replace(m.Name, UnresolvedRegion, m.Region, 1)) != (pattern == name) {
			t.Errorf("%q: %+v makes %q", name, m, pattern)
		}
	})
}

func BenchmarkFirstDecodeOfServices(b *testing.B) {
	for b.Loop() {
		newServices(inflate(servicesFlate))
	}
}

func BenchmarkFirstActionsOfS3(b *testing.B) {
	start, size := 0, 0
	for line := range strings.Lines(iamIndex) {
		f := strings.Fields(line)
		if err := json.Unmarshal([]byte(f[1]), &size); err != nil {
			b.Fatal(err)
		}
		if f[0] == "s3" {
			break
		}
		start += size
	}
	for b.Loop() {
		newIAMService("s3", inflate(iamFlate[start:start+size]))
	}
}

func BenchmarkActionsOfS3(b *testing.B) {
	for b.Loop() {
		Actions("s3")
	}
}

func BenchmarkFirstDecodeOfTables(b *testing.B) {
	for b.Loop() {
		decodeJSON[[]GlobalKey](globalKeysJSON)
		decodeJSON[[]OwnedResource](ownedResourcesJSON)
	}
}

func BenchmarkNearest(b *testing.B) {
	for b.Loop() {
		Nearest("secretmanager", 3)
	}
}
