package loader

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// sections are what the functions of the tests refer to.
const sections = `Parameters:
  Name: {Type: String}
  Fixed: {Type: String, Default: fixed}
  Names: {Type: CommaDelimitedList, Default: 'one, two'}
  Free: {Type: CommaDelimitedList}
  Env: {Type: String, AllowedValues: [prod, dev]}
  Six: {Type: String, AllowedValues: [a, b, c, d, e, f]}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /name}
  StoredName: {Type: 'AWS::SSM::Parameter::Name', Default: /name}
Mappings:
  Plain:
    prod: {Bucket: live, Same: all, List: [x, y]}
    dev: {Bucket: test, Same: all, List: [z]}
  Regional:
    us-east-1: {Id: one}
    eu-west-1: {Id: two}
    eu-west-2: {Id: two}
Conditions:
  Always: !Equals [!Ref Fixed, fixed]
  Never: !Not [!Condition Always]
  IsProd: !Equals [!Ref Env, prod]
  Loop: !Not [!Condition Loop]
`

// templateOf is a template with an endpoint that has the properties, and a
// bucket.
func templateOf(properties string) string {
	return sections + "Resources:\n  Bucket: {Type: AWS::S3::Bucket}\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n" + properties
}

func loadOne(t *testing.T, name, text string, o Options) Unit {
	t.Helper()
	unit := Load([]*source.File{source.NewFile(name, []byte(text))}, o)
	for _, f := range unit.Findings {
		t.Errorf("%s", f.Message)
	}
	return unit
}

// shown is a text, and what its span holds where that is not the same.
func shown(text policy.Text) string {
	out := text.String()
	if written := string(text.Span.Text()); written != out {
		out += " <- " + written
	}
	if len(text.Origin) > 0 {
		out += " (default)"
	}
	return out
}

// resources are the resources of an endpoint's first statement.
func resources(e *policy.Endpoint) []string {
	if e.Policy.State != policy.Known {
		return []string{e.Policy.Why}
	}
	var list []string
	st := e.Policy.Variants[0].Doc.Statements[0]
	for _, r := range st.Resources.Values {
		list = append(list, shown(r))
	}
	if st.Unread != "" {
		list = append(list, "unread: "+st.Unread)
	}
	return list
}

func TestFunctionsAreWorkedOutAsFarAsCanBeKnown(t *testing.T) {
	for _, c := range []struct {
		name, short, long string
		// want are the resources that the value stands for, of each variant, in
		// the short form; with the same values in the long one.
		want []string
	}{
		{"a plain string", "a", "", []string{"a"}},
		{"Ref without a value", "!Ref Name", "{Ref: Name}", []string{"${Name} <- Name"}},
		{"Ref of a default", "!Ref Fixed", "{Ref: Fixed}", []string{"fixed <- Fixed (default)"}},
		{"Ref of a list", "!Ref Names", "{Ref: Names}", []string{"one <- Names (default)", "two <- Names (default)"}},
		{"Ref of a stored value", "!Ref Stored", "{Ref: Stored}", []string{"${Stored} <- Stored"}},
		{"Ref of the name of a stored value", "!Ref StoredName", "{Ref: StoredName}", []string{"/name <- StoredName (default)"}},
		{"Ref of a few allowed values", "!Ref Env", "{Ref: Env}", []string{"prod <- Env", "when Env is \"dev\"", "dev <- Env"}},
		{"Ref of many allowed values", "!Ref Six", "{Ref: Six}", []string{"${Six} <- Six"}},
		{"Ref of a resource", "!Ref Bucket", "{Ref: Bucket}", []string{"${Bucket} <- Bucket"}},
		{"Ref of nothing", "[!Ref AWS::NoValue, a]", "[{Ref: 'AWS::NoValue'}, a]", []string{"a"}},
		{"GetAtt", "!GetAtt Bucket.Arn", "{'Fn::GetAtt': [Bucket, Arn]}", []string{"${Bucket.Arn} <- Bucket.Arn"}},
		{
			"Sub", "!Sub 'a-${Fixed}-${!Name}-${AWS::AccountId}'", "{'Fn::Sub': 'a-${Fixed}-${!Name}-${AWS::AccountId}'}",
			[]string{"a-fixed-${Name}-${AWS::AccountId} <- 'a-${Fixed}-${!Name}-${AWS::AccountId}' (default)"},
		},
		{
			"Sub with names", "!Sub ['${A}/${Name}', {A: !Join ['-', [x, !Ref Fixed]]}]", "{'Fn::Sub': ['${A}/${Name}', {A: {'Fn::Join': ['-', [x, {Ref: Fixed}]]}}]}",
			[]string{"x-fixed/${Name} <- '${A}/${Name}' (default)"},
		},
		{
			"Join", "!Join [':', [arn, !Ref 'AWS::Partition', s3]]", "{'Fn::Join': [':', [arn, {Ref: 'AWS::Partition'}, s3]]}",
			[]string{"arn:${AWS::Partition}:s3 <- [':', [arn, !Ref 'AWS::Partition', s3]]"},
		},
		{"Join of a list", "!Join ['/', !Ref Names]", "{'Fn::Join': ['/', {Ref: Names}]}", []string{"one/two <- ['/', !Ref Names] (default)"}},
		{"Join of a list that is not known", "!Join ['/', !Ref Free]", "{'Fn::Join': ['/', {Ref: Free}]}", []string{"${Fn::Join [/, Ref Free]} <- ['/', !Ref Free]"}},
		{"If of a decided condition", "!If [Always, a, b]", "{'Fn::If': [Always, a, b]}", []string{"a (default)"}},
		{"If of its negation", "!If [Never, a, b]", "{'Fn::If': [Never, a, b]}", []string{"b (default)"}},
		{"If of an undecided condition", "!If [IsProd, a, [b, c]]", "{'Fn::If': [IsProd, a, [b, c]]}", []string{"a", "when Env is \"dev\"", "b", "c"}},
		{"If that takes a value away", "[!If [IsProd, !Ref AWS::NoValue, a], b]", "[{'Fn::If': [IsProd, {Ref: 'AWS::NoValue'}, a]}, b]", []string{"b", "when Env is \"dev\"", "a", "b"}},
		{"If of the same twice", "!If [IsProd, !Ref Name, !Ref Name]", "", []string{"${Name} <- Name", "when Env is \"dev\"", "${Name} <- Name"}},
		{"If of a condition that hangs on itself", "!If [Loop, a, b]", "{'Fn::If': [Loop, a, b]}", []string{"${Fn::If [Loop, a, b]} <- [Loop, a, b]"}},
		{"If of a condition that is not there", "!If [Gone, a, b]", "{'Fn::If': [Gone, a, b]}", []string{"a", "when Gone is false", "b"}},
		{"FindInMap", "!FindInMap [Plain, prod, Bucket]", "{'Fn::FindInMap': [Plain, prod, Bucket]}", []string{"live <- [Plain, prod, Bucket]"}},
		{"FindInMap of a list", "!FindInMap [Plain, prod, List]", "{'Fn::FindInMap': [Plain, prod, List]}", []string{"x <- [Plain, prod, List]", "y <- [Plain, prod, List]"}},
		{
			"FindInMap by a parameter", "!FindInMap [Plain, !Ref Env, Bucket]", "{'Fn::FindInMap': [Plain, {Ref: Env}, Bucket]}",
			[]string{"live <- [Plain, !Ref Env, Bucket]", "when Env is \"dev\"", "test <- [Plain, !Ref Env, Bucket]"},
		},
		{"FindInMap where all keys lead to the same", "!FindInMap [Plain, !Ref Name, Same]", "{'Fn::FindInMap': [Plain, {Ref: Name}, Same]}", []string{"all <- [Plain, !Ref Name, Same]"}},
		{
			"FindInMap by the region", "!FindInMap [Regional, !Ref 'AWS::Region', Id]", "{'Fn::FindInMap': [Regional, {Ref: 'AWS::Region'}, Id]}",
			[]string{"one <- [Regional, !Ref 'AWS::Region', Id]", "when AWS::Region is \"eu-west-1\" or \"eu-west-2\"", "two <- [Regional, !Ref 'AWS::Region', Id]"},
		},
		{
			"FindInMap with a default", "!FindInMap [Regional, mars, Id, {DefaultValue: !Ref Fixed}]", "{'Fn::FindInMap': [Regional, mars, Id, {DefaultValue: {Ref: Fixed}}]}",
			[]string{"fixed <- [Regional, mars, Id, {DefaultValue: !Ref Fixed}] (default)"},
		},
		{
			"FindInMap of another region with a default", "!FindInMap [Plain, !Ref Name, Bucket, {DefaultValue: none}]", "",
			[]string{
				"live <- [Plain, !Ref Name, Bucket, {DefaultValue: none}]", "when Name is \"dev\"", "test <- [Plain, !Ref Name, Bucket, {DefaultValue: none}]",
				"when Name is none of \"prod\" and \"dev\"", "none <- [Plain, !Ref Name, Bucket, {DefaultValue: none}]",
			},
		},
		{"FindInMap where no key is allowed", "!FindInMap [Regional, !Ref Six, Id]", "", []string{"${Fn::FindInMap [Regional, Ref Six, Id]} <- [Regional, !Ref Six, Id]"}},
		{"FindInMap of a map that is not there", "!FindInMap [Gone, a, b]", "{'Fn::FindInMap': [Gone, a, b]}", []string{"${Fn::FindInMap [Gone, a, b]} <- [Gone, a, b]"}},
		{"Select", "!Select [1, [a, !Ref Fixed]]", "{'Fn::Select': ['1', [a, {Ref: Fixed}]]}", []string{"fixed <- Fixed (default)"}},
		{"Select of a split", "!Select [2, !Split ['/', 'a/b/c/${d}']]", "{'Fn::Select': [2, {'Fn::Split': ['/', 'a/b/c/${d}']}]}", []string{"c"}},
		{"Select before a hole", "!Select [0, !Split ['/', !Sub 'a/${Name}']]", "{'Fn::Select': [0, {'Fn::Split': ['/', {'Fn::Sub': 'a/${Name}'}]}]}", []string{"a"}},
		{
			"Select behind a hole", "!Select [1, !Split ['/', !Sub 'a/${Name}']]", "{'Fn::Select': [1, {'Fn::Split': ['/', {'Fn::Sub': 'a/${Name}'}]}]}",
			[]string{"${Fn::Select [1, Fn::Split [/, Fn::Sub a/${Name}]]} <- [1, !Split ['/', !Sub 'a/${Name}']]"},
		},
		{"Select behind a hole that holds no slash", "!Select [1, !Split ['/', !Sub '${AWS::AccountId}/b']]", "{'Fn::Select': [1, {'Fn::Split': ['/', {'Fn::Sub': '${AWS::AccountId}/b'}]}]}", []string{"b"}},
		{"Split", "!Split [',', 'a,b']", "{'Fn::Split': [',', 'a,b']}", []string{"a", "b"}},
		{"ImportValue", "!ImportValue shared-bucket", "{'Fn::ImportValue': shared-bucket}", []string{"${export shared-bucket} <- shared-bucket"}},
		{"ImportValue by another value", "!ImportValue {'Fn::Sub': '${Fixed}-x'}", "{'Fn::ImportValue': {'Fn::Sub': '${Fixed}-x'}}", []string{"${export fixed-x} <- {'Fn::Sub': '${Fixed}-x'}"}},
		{"GetAZs", "!Select [0, !GetAZs '']", "{'Fn::Select': [0, {'Fn::GetAZs': ''}]}", []string{"${Fn::Select [0, Fn::GetAZs \"\"]} <- [0, !GetAZs '']"}},
		{"Base64", "!Base64 abc", "{'Fn::Base64': abc}", []string{"YWJj <- abc"}},
		{"Cidr", "!Cidr [10.0.254.0/23, 2, 8]", "{'Fn::Cidr': [10.0.254.0/23, 2, 8]}", []string{"10.0.254.0/24 <- [10.0.254.0/23, 2, 8]", "10.0.255.0/24 <- [10.0.254.0/23, 2, 8]"}},
		{"Cidr of too many", "!Cidr [10.0.254.0/23, 3, 8]", "{'Fn::Cidr': [10.0.254.0/23, 3, 8]}", []string{"${Fn::Cidr [10.0.254.0/23, 3, 8]} <- [10.0.254.0/23, 3, 8]"}},
		{"Cidr of small parts", "!Cidr [255.255.255.0/28, 3, '2']", "{'Fn::Cidr': [255.255.255.0/28, 3, '2']}", []string{"255.255.255.0/30 <- [255.255.255.0/28, 3, '2']", "255.255.255.4/30 <- [255.255.255.0/28, 3, '2']", "255.255.255.8/30 <- [255.255.255.0/28, 3, '2']"}},
		{"Cidr of IPv6", "!Select [1, !Cidr ['2001:db8::/56', 2, 64]]", "{'Fn::Select': [1, {'Fn::Cidr': ['2001:db8::/56', 2, 64]}]}", []string{"2001:db8:0:1::/64 <- ['2001:db8::/56', 2, 64]"}},
		{"GetAZs", "!GetAZs ''", "{'Fn::GetAZs': ''}", []string{"${Fn::GetAZs \"\"} <- ''"}},
		{"Length", "!Sub ['${N}', {N: !Length [a, b]}]", "{'Fn::Sub': ['${N}', {N: {'Fn::Length': [a, b]}}]}", []string{"2 <- '${N}'"}},
		{"a dynamic reference", "'arn:{{resolve:ssm:/x}}/*'", "", []string{"arn:${resolve:ssm:/x}/* <- 'arn:{{resolve:ssm:/x}}/*'"}},
		{
			"a dynamic reference by a name", "!Sub '{{resolve:ssm:/${Fixed}/${Name}}}-{{resolve:ssm:b}}'", "",
			[]string{"${resolve:ssm:/fixed/${Name}}-${resolve:ssm:b} <- '{{resolve:ssm:/${Fixed}/${Name}}}-{{resolve:ssm:b}}' (default)"},
		},
		{"half a dynamic reference", "'{{resolve:ssm:/x'", "", []string{"{{resolve:ssm:/x <- '{{resolve:ssm:/x'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := func(value string) []string {
				unit := loadOne(t, "t.yaml", templateOf("      ServiceName: s\n      PolicyDocument:\n        Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: "+value+"}]\n"), Options{})
				var list []string
				for i := range unit.Endpoints {
					if i > 0 {
						list = append(list, "when "+unit.Endpoints[i].When)
					}
					list = append(list, resources(&unit.Endpoints[i])...)
				}
				return list
			}
			if diff := cmp.Diff(c.want, got(c.short)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c.long == "" {
				return
			}
			if diff := cmp.Diff(values(c.want), values(got(c.long))); diff != "" {
				t.Errorf("in the long form (-want +got):\n%s", diff)
			}
		})
	}
}

// values leaves out where texts are written.
func values(list []string) []string {
	var out []string
	for _, one := range list {
		text, _, _ := strings.Cut(one, " <- ")
		out = append(out, strings.TrimSuffix(text, " (default)"))
	}
	return out
}

func TestAPolicyMayComeFromAFunction(t *testing.T) {
	const statement = `{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "R"}`
	for _, c := range []struct {
		name, value string
		want        []string
	}{
		{"If of objects", "!If [IsProd, {Statement: [" + statement + "]}, !Ref AWS::NoValue]", []string{`R <- "R"`, "", `Env is "dev"`}},
		{"an undecided If of texts", `!If [IsProd, '{"Statement": [` + statement + `]}', !Ref Name]`, []string{`R <- "R"`, `it comes from Name`}},
		{"ToJsonString", "{'Fn::ToJsonString': {Statement: [" + statement + "]}}", []string{`R <- "R"`}},
		{"ToJsonString in a Sub", "!Sub ['${P}', {P: {'Fn::ToJsonString': {Statement: [" + statement + "]}}}]", []string{"R"}},
		{"ToJsonString, short", "!ToJsonString {Statement: [" + strings.Replace(statement, `"R"`, "!Sub '${Fixed}\"'", 1) + "]}", []string{`fixed" <- '${Fixed}"' (default)`}},
		{"Join of JSON text", `!Join ['', ['{"Statement": [', '` + strings.Replace(statement, `"R"`, `"', !Ref Name, '"`, 1) + `', ']}']]`, []string{"${Name} <- \"', !Ref Name, '\""}},
		{"Join of many lines", "!Join [\"\\n\", ['{\"Statement\": ', '" + statement + "', '}']]", []string{`R <- "R"`}},
		{"Select of texts", `!Select [0, ['{"Statement": [` + statement + `]}']]`, []string{`R <- "R"`}},
		{"FindInMap", "!FindInMap [Plain, prod, Bucket]", []string{"finding"}},
		{"a dynamic reference", "'{{resolve:ssm:policy}}'", []string{"the part of its text outside of strings comes from resolve:ssm:policy"}},
		{"a dynamic reference in JSON text", `'{"Statement": [` + strings.Replace(statement, `"R"`, `"{{resolve:ssm:x}}/*"`, 1) + `]}'`, []string{`${resolve:ssm:x}/* <- "{{resolve:ssm:x}}/*"`}},
		{"an import", "!ImportValue shared", []string{"it comes from export shared"}},
		{"a call in JSON text is none", `'{"Statement": [` + strings.Replace(statement, `"R"`, `{"Ref": "Name"}`, 1) + `]}'`, []string{"unread: a value of its Resource is an object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			unit := Load([]*source.File{source.NewFile("t.yaml", []byte(templateOf("      ServiceName: s\n      PolicyDocument: "+c.value+"\n")))}, Options{})
			var got []string
			for i := range unit.Endpoints {
				e := &unit.Endpoints[i]
				switch e.Policy.State {
				case policy.Default:
					got = append(got, e.Policy.Why, e.When)
				case policy.Undetermined:
					if e.Policy.Reported {
						got = append(got, "finding")
						continue
					}
					fallthrough
				default:
					got = append(got, resources(e)...)
				}
			}
			// Text that is put together has no place of its own.
			for i := range got {
				if !strings.Contains(got[i], " <- \"") && !strings.HasSuffix(got[i], "(default)") {
					got[i] = values(got[i : i+1])[0]
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoopsMakeAnEndpointForEachValue(t *testing.T) {
	unit := loadOne(t, "t.yaml", `Parameters:
  Services: {Type: CommaDelimitedList, Default: 'sqs, sns'}
  Unknown: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Each:
    - Id
    - !Ref Services
    - Endpoint${Id}:
        Type: AWS::EC2::VPCEndpoint
        Properties:
          ServiceName: !Sub com.amazonaws.${AWS::Region}.${Id}
          PolicyDocument:
            Statement: [{Effect: Allow, Principal: '*', Action: '${Id}:*', Resource: !Sub 'arn:aws:${Id}:*'}]
      Fn::ForEach::Inner:
        - Zone
        - [a.b, c]
        - ${Id}In&{Zone}:
            Type: AWS::EC2::VPCEndpoint
            Properties:
              ServiceName: {Ref: Id}
              VpcId: !Ref Endpoint${Id}
  Fn::ForEach::Open:
    - Id
    - !Ref Unknown
    - Open${Id}:
        Type: AWS::EC2::VPCEndpoint
        Properties: {ServiceName: !Ref Id}
`, Options{})
	var got []string
	for _, e := range unit.Endpoints {
		statement := ""
		if e.Policy.State == policy.Known {
			st := e.Policy.Variants[0].Doc.Statements[0]
			statement = fmt.Sprintf("%s %s", st.Actions.Values[0], st.Resources.Values[0])
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", e.Name, e.Span.Text(), e.Service, e.Vpc, statement)))
	}
	want := []string{
		"Endpointsqs Endpoint${Id} com.amazonaws.${AWS::Region}.sqs  sqs:* arn:aws:sqs:*",
		"sqsInab ${Id}In&{Zone} sqs ${Endpointsqs}",
		"sqsInc ${Id}In&{Zone} sqs ${Endpointsqs}",
		"Endpointsns Endpoint${Id} com.amazonaws.${AWS::Region}.sns  sns:* arn:aws:sns:*",
		"snsInab ${Id}In&{Zone} sns ${Endpointsns}",
		"snsInc ${Id}In&{Zone} sns ${Endpointsns}",
		"Open${Id} Open${Id} ${Id}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoopsInAPolicyMakeItsFields(t *testing.T) {
	unit := loadOne(t, "t.yaml", templateOf(`      ServiceName: s
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: '*'
            Action: '*'
            Resource: '*'
            Condition:
              StringEquals:
                Fn::ForEach::Tags:
                  - Tag
                  - [team, cost]
                  - aws:PrincipalTag/${Tag}: !Sub x-${Tag}
                aws:PrincipalOrgID: o-1
`), Options{})
	var got []string
	for _, c := range unit.Endpoints[0].Policy.Variants[0].Doc.Statements[0].Conditions {
		got = append(got, fmt.Sprintf("%s %s", c.Key, c.Values[0]))
	}
	want := []string{"aws:PrincipalTag/team x-team", "aws:PrincipalTag/cost x-cost", "aws:PrincipalOrgID o-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTemplatesAreReadInEveryDocumentAndThroughAnchors(t *testing.T) {
	unit := loadOne(t, "t.yaml", `--- # of SAM, whose globals say nothing about endpoints
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Globals: {Function: {Timeout: 3}}
x-allow: &allow
  Effect: Allow
  Principal: '*'
  Action: &actions ['s3:GetObject', !Sub 's3:${Verb}Object']
Parameters: {Verb: {Type: String, Default: Put}}
Resources:
  First:
    Type: AWS::EC2::VPCEndpoint
    Properties: &properties
      ServiceName: s
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - <<: *allow
            Resource: one
  Second:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      <<: *properties
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{<<: [*allow, {Resource: two}]}]
---
Resources:
  Third:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      PolicyDocument:
        Version: !Sub 2008-10-17
        Statement: [{Effect: Allow, Effect: Deny, Principal: '*', Action: [012, 1e3, ~], Resource: three}]
`, Options{})
	var got []string
	for i := range unit.Endpoints {
		doc := unit.Endpoints[i].Policy.Variants[0].Doc
		var actions []string
		for _, a := range doc.Statements[0].Actions.Values {
			actions = append(actions, a.String())
		}
		got = append(got, fmt.Sprintf("%s %s %s %v %v", unit.Endpoints[i].Name, doc.Version, unit.Endpoints[i].Service, actions, resources(&unit.Endpoints[i])))
	}
	want := []string{
		"First 2012-10-17 s [s3:GetObject s3:PutObject] [one]",
		"Second 2012-10-17 s [s3:GetObject s3:PutObject] [two]",
		`Third 2008-10-17  [012 1e3] [three unread: it gives "Effect" twice]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
