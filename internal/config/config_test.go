package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/source"
)

// checks stands for the catalogue.
func checks() config.Checks {
	return config.Checks{
		Service: func(name string) error {
			if name == "s33" {
				return fmt.Errorf("%q is no endpoint service", name)
			}
			return nil
		},
		ServiceOwned: func(id string) error {
			if id != "al2023-repos" {
				return fmt.Errorf("%q is nothing that AWS owns", id)
			}
			return nil
		},
	}
}

const everyKey = `
perimeter:
  accounts:
    - 012345678901
    - "111122223333"
    - id: 444455556666
      organization: o-exampleorg2
  organizations:
    - o-exampleorg1
  organization-paths:
    - o-exampleorg1/r-ab12/ou-ab12-11111111/
    - o-exampleorg1/r-ab12/ou-ab12-11111111/ou-ab12-22222222/*
    - o-exampleorg1/*
    - o-exampleorg3
  third-parties:
    - account: "777788889999"
    - account: 777788880000
      resources: ["arn:aws:s3:::partner-*/*", "arn:*:sqs:eu-west-?:777788880000:*"]
      actions: ["s3:Get*", execute-api:Invoke]
  trusted-resources: ["arn:aws:s3:::shared/*"]
  service-owned: [al2023-repos]
endpoints:
  - path: policies/*.json
    service: s3
    type: gateway
  - name: "*-queues"
    region: us-gov-west-1
  - {path: "**", name: "a?"}
exclude: ["**/fixtures/**"]
fail-on: note
service-data: services.json
`

func TestParseReadsEveryKey(t *testing.T) {
	got, err := config.Parse(source.NewFile("c.yaml", []byte(everyKey)), checks())
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Perimeter: config.Perimeter{
			Accounts:      []string{"012345678901", "111122223333", "444455556666"},
			Members:       map[string]string{"444455556666": "o-exampleorg2"},
			Organizations: []string{"o-exampleorg1"},
			OrganizationPaths: []string{
				"o-exampleorg1/r-ab12/ou-ab12-11111111/", "o-exampleorg1/r-ab12/ou-ab12-11111111/ou-ab12-22222222/",
				"o-exampleorg1/", "o-exampleorg3/",
			},
			ThirdParties: []config.ThirdParty{
				{Account: "777788889999"},
				{
					Account:   "777788880000",
					Resources: []string{"arn:aws:s3:::partner-*/*", "arn:*:sqs:eu-west-?:777788880000:*"},
					Actions:   []string{"s3:Get*", "execute-api:Invoke"},
				},
			},
			TrustedResources: []string{"arn:aws:s3:::shared/*"},
			ServiceOwned:     []string{"al2023-repos"},
			ServiceOwnedSaid: true,
		},
		Endpoints: []config.Endpoint{
			{Path: "policies/*.json", Service: "s3", Type: "gateway"},
			{Name: "*-queues", Region: "us-gov-west-1"},
			{Path: "**", Name: "a?"},
		},
		Exclude: []string{"**/fixtures/**"},
		FailOn:  "note",

		ServiceData: "services.json",
		Values: []config.Value{
			{Key: "perimeter.accounts[0]", Text: "012345678901", From: "c.yaml:4:7"},
			{Key: "perimeter.accounts[1]", Text: "111122223333", From: "c.yaml:5:7"},
			{Key: "perimeter.accounts[2].id", Text: "444455556666", From: "c.yaml:6:11"},
			{Key: "perimeter.accounts[2].organization", Text: "o-exampleorg2", From: "c.yaml:7:21"},
			{Key: "perimeter.organizations[0]", Text: "o-exampleorg1", From: "c.yaml:9:7"},
			{Key: "perimeter.organization-paths[0]", Text: "o-exampleorg1/r-ab12/ou-ab12-11111111/", From: "c.yaml:11:7"},
			{Key: "perimeter.organization-paths[1]", Text: "o-exampleorg1/r-ab12/ou-ab12-11111111/ou-ab12-22222222/*", From: "c.yaml:12:7"},
			{Key: "perimeter.organization-paths[2]", Text: "o-exampleorg1/*", From: "c.yaml:13:7"},
			{Key: "perimeter.organization-paths[3]", Text: "o-exampleorg3", From: "c.yaml:14:7"},
			{Key: "perimeter.third-parties[0].account", Text: "777788889999", From: "c.yaml:16:16"},
			{Key: "perimeter.third-parties[1].account", Text: "777788880000", From: "c.yaml:17:16"},
			{Key: "perimeter.third-parties[1].resources[0]", Text: "arn:aws:s3:::partner-*/*", From: "c.yaml:18:19"},
			{Key: "perimeter.third-parties[1].resources[1]", Text: "arn:*:sqs:eu-west-?:777788880000:*", From: "c.yaml:18:47"},
			{Key: "perimeter.third-parties[1].actions[0]", Text: "s3:Get*", From: "c.yaml:19:17"},
			{Key: "perimeter.third-parties[1].actions[1]", Text: "execute-api:Invoke", From: "c.yaml:19:28"},
			{Key: "perimeter.trusted-resources[0]", Text: "arn:aws:s3:::shared/*", From: "c.yaml:20:23"},
			{Key: "perimeter.service-owned[0]", Text: "al2023-repos", From: "c.yaml:21:19"},
			{Key: "endpoints[0].path", Text: "policies/*.json", From: "c.yaml:23:11"},
			{Key: "endpoints[0].service", Text: "s3", From: "c.yaml:24:14"},
			{Key: "endpoints[0].type", Text: "gateway", From: "c.yaml:25:11"},
			{Key: "endpoints[1].name", Text: "*-queues", From: "c.yaml:26:11"},
			{Key: "endpoints[1].region", Text: "us-gov-west-1", From: "c.yaml:27:13"},
			{Key: "endpoints[2].path", Text: "**", From: "c.yaml:28:12"},
			{Key: "endpoints[2].name", Text: "a?", From: "c.yaml:28:24"},
			{Key: "exclude[0]", Text: "**/fixtures/**", From: "c.yaml:29:11"},
			{Key: "fail-on", Text: "note", From: "c.yaml:30:10"},
			{Key: "service-data", Text: "services.json", From: "c.yaml:31:15"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A case is a configuration and what Parse says about it, which is nothing
// about a good one. Beyond says why the schema takes a bad one.
type parseCase struct{ text, want, beyond string }

const (
	catalogued = "the catalogue decides"
	globbed    = "the syntax of patterns is no regular language"
	numbered   = "a number has lost its leading zeros"
)

func parseCases() []parseCase {
	return []parseCase{
		{text: everyKey},
		{text: "# nothing\n"},
		{text: "{}"},
		{text: "perimeter: {service-owned: all}"},
		{text: "perimeter: {service-owned: []}"},
		{text: "perimeter: {accounts: [], third-parties: []}\nendpoints: []\nexclude: []\n"},
		{text: "endpoints: [{name: 2024-01-01, region: ap-southeast-2}]"},

		{"perimeters: {}\n", `1:1: unknown key "perimeters": did you mean "perimeter"?`, ""},
		{"rules: []\n", `1:1: unknown key "rules": the keys here are endpoints, exclude, fail-on, ignore, perimeter, service-data`, ""},
		{"ignore: [{path: a.json, rule: full-access-policy, reason: it is open, until: 2027-03-31}]\n", "", ""},
		{"ignore: [{sid: Own*, rules: [full-access-policy, undecided], reason: it is open}]\n", "", ""},
		{"ignore: [{path: a.json, rule: full-access-policy}]\n", `1:10: an ignore needs a "reason"`, ""},
		{"ignore: [{path: a.json, reason: it is open}]\n", `1:10: an ignore needs a "rule" or "rules"`, ""},
		{"ignore: [{rule: full-access-policy, reason: it is open}]\n", `1:10: an ignore needs a "path", an "endpoint" or a "sid"`, ""},
		{"ignore: [{path: a.json, rule: full-access-policy, reason: it is open, until: soon}]\n", `1:78: "soon" is no day: write it as in 2027-03-31`, ""},
		{"perimeter: {organisations: []}\n", `1:13: unknown key "organisations": did you mean "organizations"?`, ""},
		{"perimeter: {third_partys: []}\n", `1:13: unknown key "third_partys": did you mean "third-parties"?`, ""},
		{"perimeter: {accounts: [{a: b}]}\n", `1:25: unknown key "a": the keys here are id, organization`, ""},
		{"perimeter: {accounts: [{id: 111122223333, organization-id: o-exampleorg1}]}\n", `1:43: unknown key "organization-id": did you mean "organization"?`, ""},
		{"perimeter: {third-parties: [{account: 111122223333, resource: []}]}\n", `1:53: unknown key "resource": did you mean "resources"?`, ""},
		{"endpoints: [{paht: a}]\n", `1:14: unknown key "paht": did you mean "path"?`, ""},
		{"failOn: note\n", `1:1: unknown key "failOn": did you mean "fail-on"?`, ""},
		{"? [a]\n: b\n", `1:3: unknown key "": the keys here are endpoints, exclude, fail-on, ignore, perimeter, service-data`, ""},

		{"- a\n", `1:1: this must be an object with the keys endpoints, exclude, fail-on, ignore, perimeter, service-data`, ""},
		{"perimeter:\n", `1:11: this must be an object with the keys accounts, organization-paths, organizations, service-owned, third-parties, trusted-resources`, ""},
		{"perimeter:\n  accounts: 111122223333\n", `2:13: this must be a list`, ""},
		{"exclude:\n  - a:\n", `2:5: this must be a single value`, ""},
		{"exclude:\n  -\n", `2:4: a value is missing here`, ""},
		{"exclude: [1]\n", `1:11: 1 is no text for YAML: put it in quotes`, ""},
		{"endpoints: [a]\n", `1:13: this must be an object with the keys name, path, region, service, type`, ""},
		{"exclude: &a [b]\nendpoints: *a\n", `2:12: the alias *a is not read: write out what it stands for`, ""},
		{"exclude: [a]\nexclude: [b]\n", `2:1: the key "exclude" is given twice`, ""},
		{"exclude: [a\nfail-on: note\n", `2:8: not valid YAML: did not find expected ',' or ']'`, ""},
		{"fail-on: note\n---\nfail-on: note\n", `2:1: a second document: a configuration is one`, "editors look at each document on its own"},

		{"perimeter:\n  accounts: [1]\n", `2:14: "1" is no account id: give its twelve digits`, numbered},
		{"perimeter:\n  accounts: ['1']\n", `2:14: "1" is no account id: give its twelve digits`, ""},
		{"perimeter:\n  accounts: [1111222233334]\n", `2:14: "1111222233334" is no account id: give its twelve digits`, ""},
		{"perimeter: {accounts: [[a]]}\n", `1:24: this must be a single value`, ""},
		{"perimeter: {accounts: [true]}\n", `1:24: true is no text for YAML: put it in quotes`, ""},
		{"perimeter: {accounts: [{organization: o-exampleorg1}]}\n", `1:24: an account needs an "id"`, ""},
		{"perimeter: {accounts: [{id: '1'}]}\n", `1:29: "1" is no account id: give its twelve digits`, ""},
		{"perimeter: {accounts: [{id: '111122223333', organization: o-x}]}\n", `1:59: "o-x" is no organization id: give o- and 10 to 32 lower-case letters or digits`, ""},
		{
			"perimeter: {accounts: [{id: '111122223333', organization: o-exampleorg1}, {id: '111122223333', organization: o-exampleorg2}]}\n",
			`1:75: the account 111122223333 is given two organizations, o-exampleorg1 and o-exampleorg2`, "two entries contradict each other",
		},
		{"perimeter:\n  organizations: [o-X]\n", `2:19: "o-X" is no organization id: give o- and 10 to 32 lower-case letters or digits`, ""},
		{"perimeter:\n  organization-paths: [r-ab12/ou-ab12-11111111/]\n", `2:24: "r-ab12/ou-ab12-11111111/" is no path in an organization: it begins with the organization's id, as in o-exampleorg1/r-ab12/ou-ab12-11111111/`, ""},
		{"perimeter:\n  organization-paths: [o-exampleorg1/ou-ab12-11111111/]\n", `2:24: "o-exampleorg1/ou-ab12-11111111/" is no path in an organization: "ou-ab12-11111111" is not the id of a root or of an organizational unit, as in o-exampleorg1/r-ab12/ou-ab12-11111111/`, ""},
		{"perimeter:\n  organization-paths: ['o-exampleorg1/r-ab12/ou-ab12-1*']\n", `2:24: "o-exampleorg1/r-ab12/ou-ab12-1*" is no path in an organization: "ou-ab12-1*" is not the id of a root or of an organizational unit, as in o-exampleorg1/r-ab12/ou-ab12-11111111/`, ""},
		{"perimeter:\n  organization-paths: ['o-exampleorg1/*/ou-ab12-11111111/']\n", `2:24: "o-exampleorg1/*/ou-ab12-11111111/" is no path in an organization: "*" is not the id of a root or of an organizational unit, as in o-exampleorg1/r-ab12/ou-ab12-11111111/`, ""},
		{"perimeter:\n  organization-paths: ['o-exampleorg1/r-ab12//']\n", `2:24: "o-exampleorg1/r-ab12//" is no path in an organization: "" is not the id of a root or of an organizational unit, as in o-exampleorg1/r-ab12/ou-ab12-11111111/`, ""},
		{"perimeter: {third-parties: [{actions: ['s3:Get*']}]}\n", `1:29: a third party needs an "account"`, ""},
		{"perimeter: {third-parties: ['111122223333']}\n", `1:29: this must be an object with the keys account, actions, resources`, ""},
		{"perimeter: {third-parties: [{account: a}]}\n", `1:39: "a" is no account id: give its twelve digits`, ""},
		{"perimeter: {third-parties: [{account: '111122223333', resources: []}]}\n", `1:66: the list is empty: leave the key out where everything is meant`, ""},
		{"perimeter: {third-parties: [{account: '111122223333', resources: ['*']}]}\n", `1:67: "*" is no pattern of an ARN: give one such as arn:aws:s3:::example-*`, ""},
		{"perimeter: {third-parties: [{account: '111122223333', actions: []}]}\n", `1:64: the list is empty: leave the key out where everything is meant`, ""},
		{"perimeter: {third-parties: [{account: '111122223333', actions: [GetObject]}]}\n", `1:65: "GetObject" is no pattern of an action: give one such as s3:Get*`, ""},
		{"perimeter: {third-parties: [{account: '111122223333', actions: ['*']}]}\n", `1:65: "*" is no pattern of an action: give one such as s3:Get*`, ""},
		{"perimeter: {trusted-resources: [a-bucket]}\n", `1:33: "a-bucket" is no pattern of an ARN: give one such as arn:aws:s3:::example-*`, ""},
		{"perimeter: {trusted-resources: ['arn:aws:s3:::a b']}\n", `1:33: "arn:aws:s3:::a b" is no pattern of an ARN: give one such as arn:aws:s3:::example-*`, ""},
		{"perimeter: {trusted-resources: ['arn:aws:s3:a']}\n", `1:33: "arn:aws:s3:a" is no pattern of an ARN: give one such as arn:aws:s3:::example-*`, ""},
		{"perimeter: {trusted-resources: ['arn:aws:s3:::${a}']}\n", `1:33: "arn:aws:s3:::${a}" holds a variable: only * and ? have a meaning here`, ""},
		{"perimeter: {service-owned: none}\n", `1:28: "none" is neither all nor a list of ids`, ""},
		{"perimeter: {service-owned: }\n", `1:28: a value is missing here`, ""},
		{"perimeter: {service-owned: {}}\n", `1:28: this must be a list`, ""},
		{"perimeter: {service-owned: [al2-repo]}\n", `1:29: "al2-repo" is nothing that AWS owns`, catalogued},

		{"endpoints:\n  - service: s3\n", `2:5: an endpoint needs a "path" or a "name"`, ""},
		{"endpoints: [{path: ''}]\n", `1:20: the pattern is empty`, ""},
		{"endpoints: [{name: ''}]\n", `1:20: the pattern is empty`, ""},
		{"endpoints: [{path: '[', service: s3}]\n", `1:20: "[" is no valid pattern`, globbed},
		{"endpoints: [{path: a, service: s33}]\n", `1:32: "s33" is no endpoint service`, catalogued},
		{"endpoints: [{path: a, type: resource}]", `1:29: "resource" is no endpoint type: give gateway or interface`, ""},
		{"endpoints: [{path: a, type: interfac}]\n", `1:29: "interfac" is no endpoint type: give gateway or interface`, ""},
		{"endpoints: [{name: a, region: europe}]\n", `1:31: "europe" is no region: give one such as eu-west-1`, ""},
		{"endpoints: [{name: a, region: eu-west-1a}]\n", `1:31: "eu-west-1a" is no region: give one such as eu-west-1`, ""},
		{"endpoints: [{name: a, region: eu--1}]\n", `1:31: "eu--1" is no region: give one such as eu-west-1`, ""},
		{"exclude: [\"[\"]\n", `1:11: "[" is no valid pattern`, globbed},
		{"service-data: ''\n", `1:15: the name of a file is missing`, ""},
		{"fail-on: fatal\n", `1:10: "fatal" is none of error, warning, note, never`, ""},
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range parseCases() {
		_, err := config.Parse(source.NewFile("c.yaml", []byte(c.text)), checks())
		if c.want == "" {
			if err != nil {
				t.Errorf("%q gives %v", c.text, err)
			}
			continue
		}
		if e := (*config.Error)(nil); !errors.As(err, &e) || err.Error() != "c.yaml:"+c.want {
			t.Errorf("%q gives\n%v, want\nc.yaml:%s", c.text, err, c.want)
		}
	}
}

func TestParseRefusesWhatIsTooLarge(t *testing.T) {
	_, err := config.Parse(source.NewFile("c.yaml", bytes.Repeat([]byte("#\n"), 1<<20)), checks())
	if err == nil || err.Error() != "c.yaml:1:1: the file is too large for a configuration" {
		t.Errorf("error %v", err)
	}
}

// The schema that editors read says what Parse says, but for what a schema
// cannot say.
func TestSchemaAgreesWithParse(t *testing.T) {
	schema := configSchema(t)
	for _, c := range parseCases() {
		if c.beyond != "" && c.want == "" {
			t.Errorf("%q is good, and beyond the schema", c.text)
		}
		value, err := document([]byte(c.text))
		if err == nil {
			err = schema.Validate(value)
		}
		if taken := c.want == "" || c.beyond != ""; taken != (err == nil) {
			t.Errorf("%q is taken: %v, want %v (%v)", c.text, err == nil, taken, err)
		}
	}
}

// The keys of each object are the same in the schema and for Parse.
func TestSchemaHasTheKeysOfParse(t *testing.T) {
	text, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Properties map[string]json.RawMessage
		Items      struct {
			Properties map[string]json.RawMessage
			AnyOf      []struct{ Properties map[string]json.RawMessage }
		}
	}
	decode := func(text []byte) (o object) {
		if err := json.Unmarshal(text, &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	top := decode(text)
	perimeter := decode(top.Properties["perimeter"])
	for written, properties := range map[string]map[string]json.RawMessage{
		"%s: a":                                 top.Properties,
		"perimeter: {%s: a}":                    perimeter.Properties,
		"perimeter: {accounts: [{%s: a}]}":      decode(perimeter.Properties["accounts"]).Items.AnyOf[1].Properties,
		"perimeter: {third-parties: [{%s: a}]}": decode(perimeter.Properties["third-parties"]).Items.Properties,
		"endpoints: [{%s: a}]":                  decode(top.Properties["endpoints"]).Items.Properties,
	} {
		_, err := config.Parse(source.NewFile("c.yaml", fmt.Appendf(nil, written, "no-such-key-at-all")), checks())
		_, list, ok := strings.Cut(fmt.Sprint(err), "the keys here are ")
		if !ok {
			t.Fatalf("%s: %v", written, err)
		}
		want := map[string]bool{}
		for name := range properties {
			want[name] = true
		}
		got := map[string]bool{}
		for name := range strings.SplitSeq(list, ", ") {
			got[name] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-schema +Parse):\n%s", written, diff)
		}
	}
}

func configSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// document returns the first document of a YAML text as a JSON value; an empty
// object for none, since editors have nothing to say of one.
func document(text []byte) (any, error) {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	if value == nil {
		return map[string]any{}, nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
}

// FuzzParse: no configuration panics, every error has a place in the file, and
// what Parse takes the schema takes.
func FuzzParse(f *testing.F) {
	for _, c := range parseCases() {
		f.Add([]byte(c.text))
	}
	schema := configSchema(f)
	named := func(name string) error {
		if name == "" {
			return errors.New("no name")
		}
		return nil
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := config.Parse(source.NewFile("c.yaml", text), config.Checks{Service: named, ServiceOwned: named})
		if err != nil {
			if e := (*config.Error)(nil); !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Line > bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r"))+2 {
				t.Errorf("error without a place: %v", err)
			}
			return
		}
		value, err := document(text)
		if err == nil && len(c.Values) > 0 {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("Parse takes what the schema does not: %v", err)
		}
	})
}

func TestNearest(t *testing.T) {
	names := []string{"accounts", "organizations", "organization-paths", "id"}
	for name, want := range map[string][]string{
		"acounts":       {"accounts"},
		"Accounts":      {"accounts"},
		"accuonts":      {"accounts"},
		"organisations": {"organizations"},
		"ids":           {"id"},
		"path":          nil,
		"":              nil,
	} {
		if diff := cmp.Diff(want, config.Nearest(name, names, 2)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}
