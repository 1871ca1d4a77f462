package query_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// subject loads a policy document for an endpoint of a service and type.
func subject(t testing.TB, service, kind, document string, perimeter config.Perimeter) *query.Subject {
	t.Helper()
	unit := loader.Load([]*source.File{source.NewFile("endpoint.json", []byte(document))}, loader.Options{
		Use: func(string) loader.Use { return loader.Use{Endpoint: true, Service: service, Type: kind} },
	})
	if len(unit.Endpoints) != 1 || len(unit.Findings) != 0 {
		t.Fatalf("%d endpoints, findings %v, in %s", len(unit.Endpoints), unit.Findings, document)
	}
	return query.NewAsker(perimeter).Subject(&unit.Endpoints[0])
}

// allow is a document with one Allow of everything to everybody but for the
// parts given, as JSON object fields.
func allow(parts string) string {
	fields := map[string]json.RawMessage{"Effect": []byte(`"Allow"`), "Principal": []byte(`"*"`), "Action": []byte(`"*"`), "Resource": []byte(`"*"`)}
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte("{"+parts+"}"), &given); err != nil {
		panic(err)
	}
	for k, v := range given {
		delete(fields, strings.TrimPrefix(k, "Not"))
		fields[k] = v
	}
	statement, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return `{"Version": "2012-10-17", "Statement": [` + string(statement) + `]}`
}

func and(document, statement string) string {
	return strings.TrimSuffix(document, "]}") + ", " + statement + "]}"
}

var (
	nobody = config.Perimeter{}
	org    = config.Perimeter{Organizations: []string{"o-exampleorg1"}}
	own    = config.Perimeter{Accounts: []string{"111122223333"}}
)

func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		document        string
		perimeter       config.Perimeter
		stranger, owner query.Verdict // StrangerToStranger, WildcardResource
	}{
		"everything":                        {allow(``), org, query.Yes, query.Yes},
		"everything, AWS principals":        {allow(`"Principal": {"AWS": "*"}`), org, query.Yes, query.Yes},
		"own organization asks":             {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), org, query.No, query.Yes},
		"key in other letters":              {allow(`"Condition": {"StringEquals": {"AWS:principalorgid": "o-exampleorg1"}}`), org, query.No, query.Yes},
		"own organization owns":             {allow(`"Condition": {"StringEquals": {"aws:ResourceOrgID": ["o-exampleorg1"]}}`), org, query.No, query.No},
		"part of the own organization":      {allow(`"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg1/r-ab12/*"}}`), org, query.No, query.Yes},
		"a foreign organization":            {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}`), org, query.Yes, query.Yes},
		"named organization, nothing said":  {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}`), nobody, query.No, query.Yes},
		"organization, accounts configured": {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), own, query.Yes, query.Yes},
		"any organization":                  {allow(`"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}`), org, query.Yes, query.Yes},
		"own account asks":                  {allow(`"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`), own, query.No, query.Yes},
		"a foreign account asks":            {allow(`"Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}`), own, query.Yes, query.Yes},
		"account asks, organization said":   {allow(`"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`), org, query.Yes, query.Yes},
		"own account owns":                  {allow(`"Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}`), own, query.No, query.No},
		"own account owns, S3's key":        {allow(`"Condition": {"StringEquals": {"s3:ResourceAccount": "111122223333"}}`), own, query.No, query.No},
		"absent key passes":                 {allow(`"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), org, query.Yes, query.Yes},
		"all values of an absent key":       {allow(`"Condition": {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), org, query.Yes, query.Yes},
		"everybody but the own":             {allow(`"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), org, query.Yes, query.Yes},
		"stranger to the stranger's own":    {allow(`"Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}`), org, query.Yes, query.Yes},
		"AWS services":                      {allow(`"Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}`), org, query.No, query.No},
		"not AWS services":                  {allow(`"Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}`), org, query.Yes, query.Yes},
		"own role by ARN key":               {allow(`"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}`), own, query.No, query.Yes},
		"network":                           {allow(`"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}`), org, query.Unknown, query.Yes},
		"own principal":                     {allow(`"Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}`), own, query.No, query.Unknown},
		"not a principal":                   {allow(`"NotPrincipal": {"AWS": "111122223333"}`), own, query.Yes, query.Yes},
		"one bucket by name":                {allow(`"Resource": "arn:aws:s3:::reports/*"`), org, query.Unknown, query.No},
		"buckets by prefix":                 {allow(`"Resource": "arn:aws:s3:::reports-*/*"`), org, query.Yes, query.Yes},
		"a bucket reserved to a stranger":   {allow(`"Resource": "arn:aws:s3:::reports-444455556666-eu-west-1-an/*"`), own, query.Yes, query.No},
		"buckets reserved to the own":       {allow(`"Resource": "arn:aws:s3:::reports-111122223333-eu-west-1-an/*"`), own, query.No, query.No},
		"not a resource":                    {allow(`"NotResource": "arn:aws:s3:::reports/*"`), org, query.Yes, query.No},
		"reading only":                      {allow(`"Action": "s3:GetObject"`), org, query.Yes, query.Yes},
		"no resource types":                 {allow(`"Action": "s3:ListAllMyBuckets"`), org, query.Yes, query.No},
		"a bucket behind a wildcard":        {allow(`"Resource": "arn:aws:s3:::*-111122223333-eu-west-1-an/*"`), own, query.Yes, query.No},
		"an own account behind a wildcard":  {allow(`"Resource": "arn:aws:s3:*:111122223333:accesspoint/*"`), own, query.Yes, query.No},
		"an ARN key behind a wildcard":      {allow(`"Condition": {"StringLike": {"aws:PrincipalArn": "arn:*:iam::111122223333:role/x"}}`), own, query.Yes, query.Yes},
		"open, undecided and unread":        {and(and(allow(`"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`), `{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}`), `"?"`), org, query.Unknown, query.Unknown},
		"another service's action":          {allow(`"Action": "dynamodb:*"`), org, query.No, query.No},
		"all but an action":                 {allow(`"NotAction": "s3:PutObject"`), org, query.Yes, query.Yes},
		"deny of another action":            {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "*"}`), org, query.Yes, query.Yes},
		"deny without an encrypted channel": {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`), org, query.Yes, query.Yes},
		"deny of strangers' resources":      {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:ResourceOrgID": "o-exampleorg1"}}}`), org, query.No, query.No},
		"an unread statement":               {and(allow(``), `{"Effect": "deny", "Principal": "*", "Action": "*", "Resource": "*"}`), org, query.Unknown, query.Unknown},
		"an effect given twice":             {`{"Statement": {"Effect": "Deny", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`, org, query.Unknown, query.Unknown},
		"not any resource":                  {allow(`"NotResource": "*"`), org, query.No, query.No},
		"not what a stranger may have":      {allow(`"NotResource": "arn:aws:s3:::secret-*"`), org, query.Yes, query.No},
		"deny of everything":                {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}`), org, query.No, query.No},
		"deny of all of the service":        {and(allow(`"Action": "s3:*"`), `{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:*"}`), org, query.Yes, query.No},
		"deny by a key of the service":      {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"kms:CallerAccount": "111122223333"}}}`), org, query.Unknown, query.Unknown},
		"deny of other networks":            {and(allow(``), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}}`), org, query.Unknown, query.Yes},
		"another partition":                 {allow(`"Resource": "arn:aws-cn:s3:::*"`), org, query.No, query.No},
		"only over an encrypted channel":    {allow(`"Condition": {"Bool": {"aws:SecureTransport": "true"}}`), org, query.Yes, query.Yes},
		"tags that must agree":              {allow(`"Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}", "aws:PrincipalTag/team": "a"}, "StringNotEquals": {"aws:ResourceTag/team": "a"}}`), org, query.No, query.No},
		"tags that may agree":               {allow(`"Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}", "aws:PrincipalTag/team": "a"}}`), org, query.Yes, query.Yes},
		"an organization by default":        {allow(`"Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID, 'o-partnerorg22'}"}, "Null": {"aws:PrincipalOrgID": "true"}}`), org, query.Yes, query.Yes},
		"an account by default":             {allow(`"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalTag/account, '444455556666'}:role/app"}, "Null": {"aws:PrincipalTag/account": "true"}}`), org, query.Yes, query.Yes},
		"a folder of one's own":             {allow(`"Resource": "arn:aws:s3:::*/home/${aws:username}/*"`), org, query.Yes, query.No},
		"only a deny":                       {`{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}`, org, query.No, query.No},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject(t, "s3", "Gateway", c.document, c.perimeter)
			if a := s.Ask(query.StrangerToStranger); a.Verdict != c.stranger {
				t.Errorf("stranger to stranger is %v because %s, want %v: %+v", a.Verdict, a.Because, c.stranger, a.Witness)
			}
			if a := s.WildcardResource(0); a.Verdict != c.owner {
				t.Errorf("wildcard resource is %v because %s, want %v: %+v", a.Verdict, a.Because, c.owner, a.Witness)
			}
		})
	}
}

func TestWitnesses(t *testing.T) {
	for name, c := range map[string]struct {
		service, kind, document string
		perimeter               config.Perimeter
		want                    policy.Request
	}{
		"s3": {"com.amazonaws.eu-west-1.s3", "Gateway", allow(``), org, policy.Request{
			Principal: "arn:aws:iam::999999999999:role/attacker", PrincipalAccount: "999999999999",
			Action: "s3:PutObject", Resource: "arn:aws:s3:::strangers-bucket/strangers-object", ResourceAccount: "999999999999",
		}},
		"a bucket of the prefix": {"s3", "Gateway", allow(`"Resource": "arn:aws:s3:::reports-*/in/*"`), org, policy.Request{
			Principal: "arn:aws:iam::999999999999:role/attacker", PrincipalAccount: "999999999999",
			Action: "s3:PutObject", Resource: "arn:aws:s3:::reports-strangers/in/strangers", ResourceAccount: "999999999999",
		}},
		"sqs in China": {"com.amazonaws.cn-north-1.sqs", "Interface", allow(``), org, policy.Request{
			Principal: "arn:aws-cn:iam::999999999999:role/attacker", PrincipalAccount: "999999999999",
			Action: "sqs:SendMessage", Resource: "arn:aws-cn:sqs:cn-north-1:999999999999:strangers-queue", ResourceAccount: "999999999999",
		}},
		"the usual stranger is own": {"dynamodb", "Gateway", allow(``), config.Perimeter{Accounts: []string{"999999999999"}}, policy.Request{
			Principal: "arn:aws:iam::888888888888:role/attacker", PrincipalAccount: "888888888888",
			Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:us-east-1:888888888888:table/strangers-table", ResourceAccount: "888888888888",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := subject(t, c.service, c.kind, c.document, c.perimeter).Ask(query.StrangerToStranger)
			if a.Verdict != query.Yes {
				t.Fatalf("%v because %s", a.Verdict, a.Because)
			}
			if diff := cmp.Diff(c.want, *a.Witness); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnCredentialsNeedACrossAccountPath(t *testing.T) {
	document := allow(`"Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}`)
	a := subject(t, "sqs", "Interface", document, own).WildcardResource(0)
	if a.Verdict != query.Yes || a.Witness.Principal != "arn:aws:iam::111122223333:role/app" || a.Witness.ResourceAccount != "999999999999" {
		t.Errorf("sqs: %v because %s, with %+v", a.Verdict, a.Because, a.Witness)
	}
	if a := subject(t, "monitoring", "Interface", document, own).WildcardResource(0); a.Verdict != query.No {
		t.Errorf("monitoring: %v because %s", a.Verdict, a.Because)
	}
	if a := subject(t, "s3", "Gateway", document, own).WildcardResource(0); a.Verdict != query.Unknown {
		t.Errorf("a gateway endpoint: %v because %s", a.Verdict, a.Because)
	}
}

// A witness carries the context keys that the policy tests, so that whoever
// holds it against the policy again gets the same decision.
func TestWitnessesCarryTheKeysThatThePolicyTests(t *testing.T) {
	document := allow(`"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}, "Bool": {"aws:SecureTransport": "true"}}`)
	text, err := json.Marshal(map[string]any{"VpcEndpoints": []any{map[string]any{
		"VpcEndpointId": "vpce-0f1e2d3c4b5a69788", "VpcEndpointType": "Gateway", "VpcId": "vpc-0123456789abcdef0",
		"ServiceName": "com.amazonaws.eu-west-1.s3", "PolicyDocument": document,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	unit := loader.Load([]*source.File{source.NewFile("endpoints.json", text)}, loader.Options{})
	s := query.NewAsker(org).Subject(&unit.Endpoints[0])
	a := s.Ask(query.StrangerToStranger)
	if a.Verdict != query.Yes {
		t.Fatalf("%v because %s", a.Verdict, a.Because)
	}
	want := map[string][]string{"aws:SourceVpc": {"vpc-0123456789abcdef0"}, "aws:SecureTransport": {"true"}}
	if diff := cmp.Diff(want, a.Witness.Context); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d := policy.Decide(unit.Endpoints[0].Policy.Variants[0].Doc, *a.Witness, policy.Setting{Type: policy.Gateway}, policy.Plain); d.Outcome != policy.Allowed {
		t.Errorf("the witness is %s", d.Outcome)
	}
}
