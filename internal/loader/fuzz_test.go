package loader

import (
	"reflect"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/source"
)

// FuzzLoad: no file makes the loader panic or work for long, every place of an
// endpoint lies in its file, and the same file gives the same once more.
func FuzzLoad(f *testing.F) {
	f.Add("t.yaml", []byte("Resources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3\n      PolicyDocument: !Sub |\n        {\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"${B.Arn}/*\"}]}\n"))
	f.Add("p.json", []byte(`{"planned_values": {"root_module": {"resources": [{"address": "aws_vpc_endpoint.a", "type": "aws_vpc_endpoint", "name": "a", "values": {"policy": "{\"Statement\":[]}"}}]}}}`))
	f.Add("q.json", []byte(`{"planned_values": {"root_module": {"resources": [{"address": "aws_vpc_endpoint.a", "type": "aws_vpc_endpoint", "name": "a", "values": {}}, {"address": "aws_vpc_endpoint_policy.p[\"x\"]", "type": "aws_vpc_endpoint_policy", "name": "p", "values": {}}]}}, "resource_changes": [{"address": "data.aws_iam_policy_document.d[0]", "type": "aws_iam_policy_document", "change": {"after": {"statement": [{"actions": [null], "condition": [{"test": "Bool", "variable": "a", "values": ["&{x}"]}], "principals": [{"type": "*", "identifiers": ["*"]}]}], "source_policy_documents": [null, "{}"]}, "after_unknown": {"statement": [{"actions": [true]}], "source_policy_documents": [true]}}}, {"address": "aws_vpc_endpoint.a", "type": "aws_vpc_endpoint", "change": {"actions": ["delete", "create"], "before": {"policy": "{"}, "after": {}, "after_unknown": {"policy": true}}}], "configuration": {"root_module": {"resources": [{"address": "data.aws_iam_policy_document.d", "count_expression": {}, "expressions": {"source_policy_documents": {"references": ["data.aws_iam_policy_document.d[0].json"]}, "statement": [{"actions": {"references": ["each.value", "var.x", "module.m[\"k\"].o"]}}]}}, {"address": "aws_vpc_endpoint.a", "expressions": {"policy": {"references": ["data.aws_iam_policy_document.d[0].json"]}, "service_name": {"references": ["module.m.o"]}}}], "module_calls": {"m": {"module": {"outputs": {"o": {"expression": {"references": ["module.m.o", "aws_s3_bucket.b.arn"]}}}}}}}}}`))
	f.Add("s.json", []byte(`{"version": 4, "terraform_version": "1.9", "resources": [{"mode": "managed", "type": "aws_vpc_endpoint", "name": "a", "instances": [{"index_key": "k", "attributes": {"policy": "{\"Statement\":[]}"}}]}]}`))
	f.Add("m.tf.json", []byte(`{"resource": {"aws_vpc_endpoint": {"a": {"service_name": "com.amazonaws.${data.aws_region.x.name}.s3", "policy": "{\"Statement\": \"${var.x}\"}"}}}}`))
	f.Add("d.json", []byte(`{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "PolicyDocument": "{\"Statement\":[{\"Effect\":\"Deny\"}]}"}]}`))
	f.Add("endpoint.json", []byte(`{"Statement": {"Effect": "Allow", "Effect": "Deny", "Condition": {"Bool": {"a": true}}}}`))
	f.Add("f.yaml", []byte(templateOf("      ServiceName: !FindInMap [Regional, !Ref AWS::Region, Id, {DefaultValue: !Ref Fixed}]\n      VpcId: !If [IsProd, !Ref Bucket, !GetAtt Bucket.Arn]\n      PolicyDocument:\n        Fn::ToJsonString:\n          Statement:\n            - !If [IsProd, {Effect: Allow, Principal: '*', Action: !Split [',', 'a,b'], Resource: !Select [0, !Split ['/', !Sub '${Name}/${!x}']]}, !Ref AWS::NoValue]\n            - {Fn::ForEach::A: [A, [x, y], {'${A}': '{{resolve:ssm:${A}}}'}]}\n")))
	f.Add("g.yaml", []byte("Conditions: {A: !And [!Condition B, !Equals [!Ref P, !Ref Q]], B: !Or [!Not [!Condition A], !Equals [!Sub 'x${P}', xy]]}\nParameters: {P: {Type: String, AllowedValues: [a, b]}, Q: {Type: String}}\nResources:\n  Fn::ForEach::L: [I, !Ref P, {'E${I}': {Type: AWS::EC2::VPCEndpoint, Condition: A, Properties: {ServiceName: !Ref P, PolicyDocument: !Join ['', ['{\"Statement\":', !ImportValue x, '}']]}}}]\n"))
	f.Add("c.json", []byte(`{"Changes": [{"ResourceChange": {"LogicalResourceId": "E", "ResourceType": "AWS::EC2::VPCEndpoint", "AfterContext": "{\"Properties\": {\"PolicyDocument\": {\"Statement\": [{\"Effect\": \"Allow\", \"Effect\": \"{{changeSet:KNOWN_AFTER_APPLY}}\"}]}}}"}}]}`))
	f.Add("network-config.yaml", []byte("endpointPolicies: [{name: D, document: d.json}]\nvpcs: [{name: V, region: '{{ R }}', gatewayEndpoints: {defaultPolicy: D, endpoints: [{service: s3}, {service: ${X}}]}}]\n"))
	f.Add("u.yaml", []byte("Resources:\n  E: {Type: AWS::EC2::VPCEndpoint, type: x}\n  E: {Type: AWS::EC2::VPCEndpoint}\n  T: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Image: !Sub '${R.RepositoryUri}:1'}]}}\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: u.yaml}}\n  R: {Type: AWS::ECR::Repository}\n"))
	f.Add("b.json", []byte(`{"TemplateBody": "{\"Resources\":{\"E\":{\"Type\":\"AWS::EC2::VPCEndpoint\",\"Properties\":{\"PolicyDocument\":{\"Fn::Sub\":\"{\\\"Statement\\\":[]}\"}}}}}"}`))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		file := source.NewFile(name, text)
		start := time.Now()
		defer func() {
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%d bytes took %v", len(text), d)
			}
		}()
		unit := Load([]*source.File{file}, Options{Use: func(string) Use { return Use{Endpoint: true, Service: "s3"} }})
		again := Load([]*source.File{file}, Options{Use: func(string) Use { return Use{Endpoint: true, Service: "s3"} }})
		if !reflect.DeepEqual(unit, again) {
			t.Error("the same file gives something else the second time")
		}
		inside := func(what string, s source.Span) {
			if s.File == nil {
				return
			}
			if s.Start < 0 || s.Start > s.End || s.End > len(text) {
				t.Fatalf("%s at [%d, %d) of %d bytes", what, s.Start, s.End, len(text))
			}
		}
		for _, found := range unit.Findings {
			inside(found.Message, found.Span)
		}
		for i := range unit.Endpoints {
			e := &unit.Endpoints[i]
			inside("endpoint", e.Span)
			inside("service", e.Service.Span)
			inside("policy", e.Policy.Span)
			for _, v := range e.Policy.Variants {
				for _, s := range v.Doc.Statements {
					inside("statement", s.Span)
					inside("effect", s.EffectSpan)
					for _, set := range [][]source.Span{{s.Principals.Span, s.Actions.Span, s.Resources.Span}} {
						for _, span := range set {
							inside("element", span)
						}
					}
					for _, r := range s.Resources.Values {
						inside("resource", r.Span)
					}
				}
			}
		}
	})
}
