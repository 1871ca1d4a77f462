package loader

import (
	"github.com/eplint/eplint/internal/loader/syntax"
)

// isChanges reports whether a value is the changes of a change set.
func isChanges(n *syntax.Node) bool {
	list := items(n)
	return len(list) > 0 && list[0].Get("ResourceChange") != nil
}

// changeSet reads the changes of `aws cloudformation describe-change-set
// --include-property-values` (CloudFormation API Reference, "ResourceChange"):
// each endpoint as it will be.
func (l *load) changeSet(changes *syntax.Node) {
	for _, change := range items(changes) {
		resource := change.Get("ResourceChange")
		kind, _ := resource.Get("ResourceType").Literal()
		action, _ := resource.Get("Action").Literal()
		id := resource.Get("LogicalResourceId")
		if kind != endpointResource || action == "Remove" || id == nil {
			continue
		}
		after := resource.Get("AfterContext")
		if after == nil || after.Kind != syntax.String {
			l.unreadable("the change set does not hold the endpoint as it will be: describe it with --include-property-values", id.Span())
			continue
		}
		values, why, problem := syntax.ParseString(after)
		switch {
		case problem != nil:
			l.unreadable(notJSON("the endpoint in the string", problem.Message), problem.Span)
		case why != "" || len(values) != 1 || values[0].Kind != syntax.Object:
			l.unreadable("the endpoint in the string is no JSON object", after.Span())
		default:
			l.changed(id, values[0])
		}
	}
}

func (l *load) changed(id, value *syntax.Node) {
	name, _ := id.Literal()
	typed := *value
	typed.Fields = append([]syntax.Field{{
		Key:   &syntax.Node{Kind: syntax.String, Value: "Type", Place: id.Place},
		Value: &syntax.Node{Kind: syntax.String, Value: endpointResource, Place: id.Place},
	}}, value.Fields...)
	l.template(&syntax.Node{Kind: syntax.Object, Place: id.Place, Fields: []syntax.Field{{
		Key: &syntax.Node{Kind: syntax.String, Value: "Resources", Place: id.Place},
		Value: &syntax.Node{Kind: syntax.Object, Place: id.Place, Fields: []syntax.Field{{
			Key: &syntax.Node{Kind: syntax.String, Value: name, Place: id.Place}, Value: &typed,
		}}},
	}}})
}
