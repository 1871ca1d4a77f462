package loader_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// attached lists the endpoints of a file with the Sid of their policy, or with
// what is known of it otherwise.
func attached(t *testing.T, name, text string) []string {
	t.Helper()
	unit := loader.Load([]*source.File{source.NewFile(name, []byte(text))}, loader.Options{})
	if len(unit.Findings) > 0 {
		t.Fatalf("findings %v", unit.Findings)
	}
	var list []string
	for _, e := range unit.Endpoints {
		switch e.Policy.State {
		case policy.Default:
			list = append(list, e.Name+": none")
		case policy.Undetermined:
			list = append(list, e.Name+": "+e.Policy.Why)
		default:
			list = append(list, e.Name+": "+e.Policy.Variants[0].Doc.Statements[0].Sid.String())
		}
	}
	return list
}

// plan writes a plan's resources of one module and their configuration.
func plan(resources, configuration string) string {
	return fmt.Sprintf(`{"planned_values": {"root_module": {"resources": [%s]}}, "configuration": {"root_module": {"resources": [%s]}}}`, resources, configuration)
}

func planned(address, values string) string {
	kind, rest, _ := strings.Cut(address, ".")
	name, _, _ := strings.Cut(rest, "[")
	return fmt.Sprintf(`{"address": %q, "mode": "managed", "type": %q, "name": %q, "values": {%s}}`, address, kind, name, values)
}

func sid(sid string) string {
	return fmt.Sprintf(`"policy": %q`, `{"Statement":[{"Sid":"`+sid+`","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)
}

func TestPoliciesOfAPlanFindTheirEndpoints(t *testing.T) {
	const endpoint = `{"address": "aws_vpc_endpoint.a", "expressions": {}}`
	policies := func(references string) string {
		return `{"address": "aws_vpc_endpoint_policy.p", "expressions": {"policy": {}, "vpc_endpoint_id": {"references": [` + references + `]}}}`
	}
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"none": {
			plan(planned("aws_vpc_endpoint.a", ``), endpoint),
			[]string{"aws_vpc_endpoint.a: none"},
		},
		"inline": {
			plan(planned("aws_vpc_endpoint.a", sid("In")), `{"address": "aws_vpc_endpoint.a", "expressions": {"policy": {}}}`),
			[]string{"aws_vpc_endpoint.a: In"},
		},
		"known after apply": {
			plan(planned("aws_vpc_endpoint.a", ``), `{"address": "aws_vpc_endpoint.a", "expressions": {"policy": {}}}`),
			[]string{"aws_vpc_endpoint.a: it is known only after apply"},
		},
		"by reference": {
			plan(planned("aws_vpc_endpoint.a", ``)+","+planned("aws_vpc_endpoint_policy.p", sid("P")), endpoint+","+policies(`"aws_vpc_endpoint.a.id", "aws_vpc_endpoint.a"`)),
			[]string{"aws_vpc_endpoint.a: P"},
		},
		"by id": {
			plan(planned("aws_vpc_endpoint.a", `"id": "vpce-1"`)+","+planned("aws_vpc_endpoint.b", `"id": "vpce-2"`)+","+planned("aws_vpc_endpoint_policy.p", `"vpc_endpoint_id": "vpce-2", `+sid("P")), endpoint+`, {"address": "aws_vpc_endpoint.b", "expressions": {}}`),
			[]string{"aws_vpc_endpoint.a: none", "aws_vpc_endpoint.b: P"},
		},
		"for each": {
			plan(planned(`aws_vpc_endpoint.a["x"]`, ``)+","+planned(`aws_vpc_endpoint.a["y"]`, ``)+","+planned(`aws_vpc_endpoint_policy.p["x"]`, sid("X"))+","+planned(`aws_vpc_endpoint_policy.p["y"]`, sid("Y")), endpoint+","+policies(`"aws_vpc_endpoint.a", "each.key"`)),
			[]string{`aws_vpc_endpoint.a["x"]: X`, `aws_vpc_endpoint.a["y"]: Y`},
		},
		"one index of two": {
			plan(planned("aws_vpc_endpoint.a[0]", ``)+","+planned("aws_vpc_endpoint.a[1]", ``)+","+planned("aws_vpc_endpoint_policy.p", sid("P")), endpoint+","+policies(`"aws_vpc_endpoint.a[1].id", "aws_vpc_endpoint.a[1]", "aws_vpc_endpoint.a"`)),
			[]string{"aws_vpc_endpoint.a[0]: none", "aws_vpc_endpoint.a[1]: P"},
		},
		"twice": {
			plan(planned("aws_vpc_endpoint.a", sid("In"))+","+planned("aws_vpc_endpoint_policy.p", sid("P")), `{"address": "aws_vpc_endpoint.a", "expressions": {"policy": {}}},`+policies(`"aws_vpc_endpoint.a.id", "aws_vpc_endpoint.a"`)),
			[]string{"aws_vpc_endpoint.a: it is set twice: see aws_vpc_endpoint_policy.p"},
		},
		"of another module": {
			plan(planned("aws_vpc_endpoint.a", ``)+","+planned("aws_vpc_endpoint_policy.p", sid("P")), endpoint+","+policies(`"module.vpc.endpoint_id", "module.vpc"`)),
			[]string{"aws_vpc_endpoint.a: it may be aws_vpc_endpoint_policy.p, whose endpoint is not known", "aws_vpc_endpoint_policy.p: P"},
		},
		"alone": {
			plan(planned("aws_vpc_endpoint_policy.p", `"vpc_endpoint_id": "vpce-9", `+sid("P")), ``),
			[]string{"aws_vpc_endpoint_policy.p: P"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, attached(t, "plan.json", c.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPoliciesOfConfigurationFindTheirEndpoints(t *testing.T) {
	got := attached(t, "main.tf.json", `{"resource": [
		{"aws_vpc_endpoint": {"a": {"service_name": "x"}, "b": [{"count": 2}]}},
		{"aws_vpc_endpoint_policy": {"p": {"vpc_endpoint_id": "${aws_vpc_endpoint.a.id}", `+sid("A")+`},
			"q": {"count": 2, "vpc_endpoint_id": "${aws_vpc_endpoint.b[count.index].id}", `+sid("B")+`},
			"r": {"vpc_endpoint_id": "${var.endpoint}", `+sid("R")+`}}}]}`)
	want := []string{"aws_vpc_endpoint.a: A", "aws_vpc_endpoint.b[0]: B", "aws_vpc_endpoint.b[1]: B", "aws_vpc_endpoint_policy.r: R"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMacrosAndLoopsAreNotReadAsNothing(t *testing.T) {
	const document = "{Statement: [{Sid: S, Effect: Allow, Principal: '*', Action: '*', Resource: '*'}]"
	got := attached(t, "t.yaml", `Resources:
  Fn::ForEach::Zones:
    - Zone
    - [a, b]
    - Endpoint${Zone}:
        Type: AWS::EC2::VPCEndpoint
        Properties: {ServiceName: x, PolicyDocument: `+document+`}}
  Macro:
    Type: AWS::EC2::VPCEndpoint
    Properties: {ServiceName: x, PolicyDocument: `+document+`, Fn::Transform: {Name: AWS::Include}}}
  Wide:
    Type: AWS::EC2::VPCEndpoint
    Properties: {ServiceName: x, Fn::Transform: {Name: AWS::Include}}
`)
	want := []string{"Endpointa: S", "Endpointb: S", "Macro: it comes from Fn::Transform", "Wide: it comes from Fn::Transform"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
