package policy

import "testing"

func BenchmarkGrammar(b *testing.B) {
	own := func(key string) Condition {
		return Condition{Operator: literal("StringEquals"), Key: literal(key), Values: []Text{literal("o-exampleorg1")}}
	}
	st := Statement{
		Effect:     Allow,
		Principals: Principals{Values: []Principal{{Value: literal("*")}}},
		Actions:    Set{Values: []Text{literal("s3:GetObject"), literal("s3:PutObject")}},
		Resources:  Set{Values: []Text{literal("arn:aws:s3:::bucket/*")}},
		Conditions: []Condition{own("aws:PrincipalOrgID"), own("aws:ResourceOrgID")},
	}
	doc := &Document{Version: literal("2012-10-17"), Statements: []Statement{st, st}}
	e := &Endpoint{Policy: Attached{State: Known, Variants: []Variant{{Doc: doc}}}}
	b.ReportAllocs()
	for b.Loop() {
		if e.Grammar() != nil {
			b.Fatal("faults in a policy without any")
		}
	}
}
