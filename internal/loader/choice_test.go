package loader

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// variantsOf are the variants of the endpoints of a template, each with when it
// holds and its resources.
func variantsOf(unit Unit) []string {
	var list []string
	for i := range unit.Endpoints {
		e := &unit.Endpoints[i]
		line := strings.Join(resources(e), " ")
		if e.Policy.State == policy.Default {
			line = "default"
		}
		if e.When != "" {
			line += ", when " + e.When
		}
		list = append(list, line)
	}
	return list
}

func TestUndecidedConditionsMakeVariants(t *testing.T) {
	for _, c := range []struct {
		name, parameters, conditions, condition, resource string
		want                                              []string
	}{
		{
			"a negation", "Env: {Type: String}", "Prod: !Equals [!Ref Env, prod], Other: !Not [!Condition Prod]", "",
			"[!If [Prod, a, b], !If [Other, c, d]]",
			[]string{`a d, when Env is "prod"`, `b c, when Env is not "prod"`},
		}, {
			"one parameter in two conditions", "Env: {Type: String}", "Prod: !Equals [!Ref Env, prod], Test: !Equals [test, !Ref Env]", "",
			"[!If [Prod, a, b], !If [Test, c, d]]",
			[]string{`a d, when Env is "prod"`, `b c, when Env is "test"`, `b d, when Env is none of "prod" and "test"`},
		}, {
			"allowed values that are left", "Env: {Type: String, AllowedValues: [dev, test, prod]}", "Prod: !Equals [!Ref Env, prod]", "",
			"!If [Prod, a, !Ref Env]",
			[]string{`a, when Env is "prod"`, `dev <- Env, when Env is "dev"`, `test <- Env, when Env is "test"`},
		}, {
			"allowed values that hold none such", "Env: {Type: String, AllowedValues: [dev, test]}", "Prod: !Equals [!Ref Env, prod]", "",
			"!If [Prod, a, b]",
			[]string{"b"},
		}, {
			"a value that a condition tells", "Env: {Type: String}", "Prod: !Equals [!Ref Env, prod]", "",
			"!If [Prod, !Sub '${Env}', b]",
			[]string{`prod <- '${Env}', when Env is "prod"`, `b, when Env is not "prod"`},
		}, {
			"what is decided goes first", "A: {Type: String}, B: {Type: String, Default: b}", "Both: !And [!Equals [!Ref A, a], !Equals [!Ref B, x]]", "",
			"!If [Both, a, b]",
			[]string{"b (default)"},
		}, {
			"Or of two", "A: {Type: String}, B: {Type: String}", "Any: !Or [!Equals [!Ref A, '1'], !Equals [!Ref B, '2']]", "",
			"!If [Any, a, b]",
			[]string{`a, when A is "1" or A is not "1" and B is "2"`, `b, when A is not "1" and B is not "2"`},
		}, {
			"a value in a longer text", "Env: {Type: String}", "Prod: !Equals [!Sub 'x-${Env}', x-prod], Wrong: !Equals [!Sub 'x-${Env}', y-prod]", "",
			"[!If [Prod, !Ref Env, b], !If [Wrong, c, d]]",
			[]string{`prod <- Env d, when Env is "prod"`, `b d, when Env is not "prod"`},
		}, {
			"two values that are not known", "A: {Type: String}, B: {Type: String}", "Same: !Equals [!Ref A, !Ref B], Not: !Not [!Equals [!Ref A, !Ref B]]", "",
			"[!If [Same, a, b], !If [Not, c, d]]",
			[]string{"a d, when Same is true", "b c, when Same is false"},
		}, {
			"a list", "L: {Type: CommaDelimitedList}", "None: !Equals [!Join ['', !Ref L], '']", "",
			"!If [None, a, b]",
			[]string{`a, when Fn::Join ["", Ref L] is ""`, `b, when Fn::Join ["", Ref L] is not ""`},
		}, {
			"the region", "", "Home: !Equals [!Ref 'AWS::Region', eu-west-1]", "",
			"!If [Home, a, b]",
			[]string{`a, when AWS::Region is "eu-west-1"`, `b, when AWS::Region is not "eu-west-1"`},
		}, {
			"a map in a condition", "Env: {Type: String}", "Big: !Equals [!FindInMap [Size, !Ref Env, Kind], big]", "",
			"!If [Big, !Ref Env, b]",
			[]string{`prod <- Env, when Env is "prod"`, `live <- Env, when Env is "live"`, `b, when Env is "dev"`},
		}, {
			"a condition in a condition", "A: {Type: String}", "X: {'Fn::Equals': [{Ref: A}, '1']}, Y: {'Fn::Not': [{Condition: X}]}, Z: {'Fn::Or': [{Condition: Y}, {'Fn::And': [{Condition: X}, {'Fn::Equals': [a, a]}]}]}", "",
			"!If [Z, !If [Y, a, b], c]",
			[]string{`b, when A is "1"`, `a, when A is not "1"`},
		}, {
			"the endpoint's own condition", "A: {Type: String}", "X: !Equals [!Ref A, '1']", "X",
			"!If [X, a, b]",
			[]string{"a"},
		}, {
			"an own condition beside another", "A: {Type: String}, B: {Type: String}", "X: !Equals [!Ref A, '1'], Y: !Equals [!Ref B, '1']", "X",
			"!If [Y, a, b]",
			[]string{`a, when B is "1"`, `b, when B is not "1"`},
		}, {
			"an own condition that is false", "", "X: !Equals [a, b]", "X", "a", nil,
		}, {
			"an own condition that a default makes false", "A: {Type: String, Default: 'no'}, B: {Type: String, Default: x}", "X: !Equals [!Ref A, 'yes']", "X",
			"[!Ref A, !Ref B]",
			[]string{"yes <- A x <- B (default)"},
		}, {
			"decisions that change nothing", "A: {Type: String}", "X: !Equals [!Ref A, '1'], Y: !Equals [!Ref A, '2']", "",
			"!If [X, !Ref AWS::NoValue, !If [Y, !Ref AWS::NoValue, !Ref AWS::NoValue]]",
			[]string{"it has no Resource"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			condition := ""
			if c.condition != "" {
				condition = "\n    Condition: " + c.condition
			}
			unit := loadOne(t, "t.yaml", fmt.Sprintf(`Parameters: {%s}
Mappings: {Size: {prod: {Kind: big}, dev: {Kind: small}, live: {Kind: big}}}
Conditions: {%s}
Resources:
  E:
    Type: AWS::EC2::VPCEndpoint%s
    Properties:
      ServiceName: s
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: %s}]
`, c.parameters, c.conditions, condition, c.resource), Options{})
			got := variantsOf(unit)
			for i := range got {
				got[i] = strings.TrimPrefix(got[i], "unread: ")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestThereAreAtMostSixteenVariants(t *testing.T) {
	var parameters, conditions, values []string
	for i := range 6 {
		parameters = append(parameters, fmt.Sprintf("P%d: {Type: String}", i))
		conditions = append(conditions, fmt.Sprintf("C%d: !Equals [!Ref P%d, '1']", i, i))
		values = append(values, fmt.Sprintf("!If [C%d, a%d, b%d]", i, i, i))
	}
	unit := loadOne(t, "t.yaml", fmt.Sprintf(`Parameters: {%s}
Conditions: {%s}
Resources:
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      ServiceName: s
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: [%s]}]}
`, strings.Join(parameters, ", "), strings.Join(conditions, ", "), strings.Join(values, ", ")), Options{})
	if len(unit.Endpoints) != maxVariants {
		t.Errorf("%d variants", len(unit.Endpoints))
	}
	beyond := 0
	for i := range unit.Endpoints {
		line := strings.Join(resources(&unit.Endpoints[i]), " ")
		for n := range 6 {
			a, b := strings.Contains(line, fmt.Sprintf("a%d", n)), strings.Contains(line, fmt.Sprintf("b%d", n))
			if a && b {
				if !strings.Contains(line, fmt.Sprintf("${Fn::If [C%d, a%d, b%d], of more variants than are read}", n, n, n)) {
					t.Errorf("%s", line)
				}
				beyond++
				continue
			}
			// On each course a condition comes out one way.
			if want := fmt.Sprintf(`P%d is "1"`, n); a != strings.Contains(unit.Endpoints[i].When, want) {
				t.Errorf("%s, when %s", line, unit.Endpoints[i].When)
			}
		}
	}
	if beyond == 0 {
		t.Error("nothing is beyond the variants")
	}
}

func TestLimitsOfTemplatesAreSaid(t *testing.T) {
	head := "Parameters:\n  P: {Type: String}\nResources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      ServiceName: s\n"
	policyOf := func(resource string) string {
		return head + "      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: " + resource + "}]}\n"
	}
	loop := func(inner string) string {
		return "Resources:\n  Fn::ForEach::A:\n    - A\n    - [" + strings.TrimSuffix(strings.Repeat("x, ", 600), ", ") + "]\n    - E${A}:\n        Type: AWS::EC2::VPCEndpoint\n        Properties: {ServiceName: s" + inner + "}\n"
	}
	var chain, bomb strings.Builder
	chain.WriteString("a0: &a0 x\n")
	bomb.WriteString("b0: &b0 [x, x, x, x, x, x, x, x]\n")
	for i := range 300 {
		fmt.Fprintf(&chain, "a%d: &a%d !Join ['', [*a%d, x]]\n", i+1, i+1, i)
	}
	for i := range 7 {
		fmt.Fprintf(&bomb, "b%d: &b%d [%[3]s, %[3]s, %[3]s, %[3]s, %[3]s, %[3]s, %[3]s, %[3]s]\n", i+1, i+1, fmt.Sprintf("!Join ['', *b%d]", i))
	}
	for _, c := range []struct{ name, text, want string }{
		{"values of loops", loop(", PolicyDocument: {Fn::ForEach::B: [B, [" + strings.TrimSuffix(strings.Repeat("y, ", 600), ", ") + "], {'${B}': 1}]}"), "Fn::ForEach::B, which goes over more values than are read"},
		{"loops of resources", strings.Replace(loop(""), "[x", "["+strings.Repeat("z, ", 600)+"x", 1), "not all is read of Fn::ForEach::A, which goes over more values than are read"},
		{"text of Sub", policyOf("!Sub ['" + strings.Repeat("${A}", 2000) + "', {A: " + strings.Repeat("a", 1000) + "}]"), "Fn::Sub of too long a text"},
		{"text of Join", policyOf("!Join ['" + strings.Repeat("a", 1<<16) + "', [" + strings.TrimSuffix(strings.Repeat("x, ", 40), ", ") + "]]"), "Fn::Join of too long a text"},
		{"text of ToJsonString", policyOf("!Sub ['${A}', {A: {'Fn::ToJsonString': [" + strings.TrimSuffix(strings.Repeat("!Sub ['"+strings.Repeat("${B}", 1000)+"', {B: "+strings.Repeat("b", 100)+"}], ", 20), ", ") + "]}}]"), "Fn::ToJsonString of too long a text"},
		{"depth", chain.String() + policyOf("*a300"), tooDeepToExpand},
		{"values", bomb.String() + policyOf("!Join ['', *b7]"), tooLargeToExpand},
	} {
		t.Run(c.name, func(t *testing.T) {
			unit := Load([]*source.File{source.NewFile("t.yaml", []byte(c.text))}, Options{})
			var said []string
			for _, f := range unit.Findings {
				said = append(said, f.Message)
			}
			for i := range unit.Endpoints {
				said = append(said, unit.Endpoints[i].Policy.Why)
				said = append(said, resources(&unit.Endpoints[i])...)
			}
			if all := strings.Join(said, "\n"); !strings.Contains(all, c.want) {
				t.Errorf("%.500s", all)
			}
		})
	}
}
