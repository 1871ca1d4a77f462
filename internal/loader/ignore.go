package loader

import (
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// ignores reads the ignores of a resource's metadata: Metadata: {eplint: {ignore:
// [{rule, reason, until}]}}.
func ignores(n *syntax.Node) []policy.Ignore {
	var list []policy.Ignore
	for _, item := range items(n) {
		one := policy.Ignore{Span: item.Span()}
		if rule, ok := item.Get("rule").Literal(); ok {
			one.Rules = append(one.Rules, rule)
		}
		for _, rule := range items(item.Get("rules")) {
			one.Rules = append(one.Rules, rule.String())
		}
		one.Reason, _ = item.Get("reason").Literal()
		one.Until, _ = item.Get("until").Literal()
		list = append(list, one)
	}
	return list
}
