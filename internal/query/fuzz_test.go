package query_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// FuzzAsk: whatever an endpoint's policy says, every question has an answer and
// a reason, and the evaluator lets the witness of a yes through.
func FuzzAsk(f *testing.F) {
	examples, err := filepath.Glob("../../examples/policies/*.json")
	if err != nil || len(examples) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("endpoint.json", text, uint8(0))
		f.Add("endpoint.json", text, uint8(7))
	}
	f.Add("endpoint.json", []byte(allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}, "ForAllValues:StringLike": {"aws:TagKeys": ["a*", "*b"]}}`)), uint8(2))
	f.Add("endpoint.json", []byte(and(allow(`"Resource": "arn:aws:s3:::b-${aws:RequestedRegion}/*"`), `{"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "NotAction": "s3:Get*", "NotResource": "arn:aws:s3:::*a", "Condition": {"NumericLessThanIfExists": {"s3:max-keys": "1.5"}, "NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}}`)), uint8(1))
	f.Add("endpoint.json", []byte(allow(`"Principal": {"AWS": ["arn:aws-cn:sts::111122223333:assumed-role/a/b", "arn:aws:iam::111122223333:user/x"]}, "Condition": {"Null": {"aws:username": "false"}, "DateGreaterThan": {"aws:EpochTime": "253402300800"}}`)), uint8(4))
	f.Add("t.yaml", []byte(`{"Parameters": {"V": {"Type": "String"}}, "Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}, "VpcId": {"Ref": "V"}, "PolicyDocument": {"Version": {"Ref": "V"}, "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": {"Fn::Sub": "arn:aws:s3:::${V}/${!aws:PrincipalAccount}"}, "Condition": {"StringEquals": {"aws:SourceVpc": {"Ref": "V"}}}}, {"Effect": {"Ref": "V"}, "Principal": {"AWS": {"Ref": "AWS::AccountId"}}, "Action": {"Ref": "V"}, "Resource": "*"}]}}}}}`), uint8(3))
	perimeters := []config.Perimeter{nobody, org, own, {Accounts: own.Accounts, Organizations: org.Organizations}}
	services := []string{"s3", "", "sqs", "sts", "com.amazonaws.eu-west-1.dynamodb", "logs"}
	types := []string{"Gateway", "Interface", ""}
	f.Fuzz(func(t *testing.T, name string, text []byte, choice uint8) {
		n := int(choice)
		use := loader.Use{Endpoint: true, Service: services[n%len(services)], Type: types[n/len(services)%len(types)]}
		unit := loader.Load([]*source.File{source.NewFile(name, text)}, loader.Options{Use: func(string) loader.Use { return use }})
		for i := range unit.Endpoints[:min(len(unit.Endpoints), 4)] {
			s := query.NewAsker(perimeters[(n+i)%len(perimeters)]).Subject(&unit.Endpoints[i])
			ask := func(what string, a query.Answer) {
				if a.Because == "" {
					t.Errorf("%s: %v without a reason", what, a.Verdict)
				}
				if (a.Verdict == query.Yes) != (a.Witness != nil) {
					t.Errorf("%s: %v with the witness %v", what, a.Verdict, a.Witness)
				}
			}
			for _, q := range query.Questions() {
				ask(string(q), s.Ask(q))
			}
			if p := s.Endpoint.Policy; p.State == policy.Known {
				for j := range p.Variants[0].Doc.Statements {
					ask("wildcard-resource", s.WildcardResource(j))
				}
			}
		}
	})
}
