package loader

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// step counts a value that is visited. It reports false when there were too
// many.
func (t *template) step() bool {
	*t.steps++
	return *t.steps <= maxSteps
}

// The names of what is not known because a limit is reached.
const (
	tooLargeToExpand = "a template that is too large to expand"
	tooDeepToExpand  = "values nested too deep"
)

// resolve returns the value with its intrinsic functions worked out as far as
// this can be done without an account. It returns nil for AWS::NoValue.
func (t *template) resolve(n *syntax.Node) *syntax.Node {
	if !t.step() {
		return unknown(n, tooLargeToExpand)
	}
	if t.depth == syntax.MaxDepth {
		return unknown(n, tooDeepToExpand)
	}
	t.depth++
	defer func() { t.depth-- }()
	if name, arg, ok := function(n); ok {
		return t.call(name, arg, n)
	}
	switch n.Kind {
	case syntax.Array:
		list := *n
		list.Items = nil
		for _, item := range n.Items {
			if value := t.resolve(item); value != nil {
				list.Items = append(list.Items, value)
			}
		}
		return &list
	case syntax.Object:
		return t.object(n)
	default:
		return t.looped(n)
	}
}

func (t *template) object(n *syntax.Node) *syntax.Node {
	resolved := *n
	resolved.Fields = nil
	entries, problem := t.entries(n)
	if problem != "" {
		return unknown(n, problem)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.name, "Fn::") {
			// A macro beside other keys, Fn::Transform for one, may add or
			// change any of them.
			return unknown(n, e.name)
		}
		if value := t.within(e.loops, func() *syntax.Node { return t.resolve(e.value) }); value != nil {
			resolved.Fields = append(resolved.Fields, syntax.Field{Key: e.key, Value: value})
		}
	}
	return &resolved
}

// function recognises a call in its short form, a tag, or its long form, an
// object of one key.
func function(n *syntax.Node) (name string, arg *syntax.Node, ok bool) {
	switch {
	case len(n.Tag) > 1:
		untagged := *n
		untagged.Tag = ""
		name = strings.TrimPrefix(n.Tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return name, &untagged, true
	case n.Kind == syntax.Object && len(n.Fields) == 1:
		name = n.Fields[0].Key.Value
		return name, n.Fields[0].Value, name == "Ref" || strings.HasPrefix(name, "Fn::") && !isLoop(name)
	}
	return "", nil, false
}

// call works out a function (CloudFormation Template Reference, "Intrinsic
// function reference"). What it cannot be worked out for is a hole that is named
// as the call is written, so that two calls are one hole only when they are the
// same.
func (t *template) call(name string, arg, whole *syntax.Node) *syntax.Node {
	switch name {
	case "Ref":
		if ref, ok := t.resolve(arg).Literal(); ok {
			return t.ref(ref, arg)
		}
	case "Fn::GetAtt":
		if ref, ok := attribute(t.resolve(arg)); ok {
			return t.getAtt(ref, arg)
		}
	case "Fn::Sub":
		return t.sub(arg, whole)
	case "Fn::Join":
		return t.join(arg, whole)
	case "Fn::If":
		return t.choose(arg, whole)
	case "Fn::FindInMap":
		return t.findInMap(arg, whole)
	case "Fn::Select":
		return t.pick(arg, whole)
	case "Fn::Split":
		if items, complete := t.split(arg); complete {
			return &syntax.Node{Kind: syntax.Array, Items: items, Place: arg.Place}
		}
	case "Fn::ImportValue":
		if export := t.resolve(arg); export != nil && (export.Kind == syntax.String || export.Kind == syntax.Hole) {
			return unknown(whole, "export "+syntax.Name(export.String()))
		}
	case "Fn::ToJsonString":
		return t.toJSON(arg, whole)
	case "Fn::Length":
		if list := t.resolve(arg); list != nil && list.Kind == syntax.Array {
			return &syntax.Node{Kind: syntax.Number, Value: strconv.Itoa(len(list.Items)), Place: whole.Place}
		}
	case "Fn::Base64":
		if text, ok := t.resolve(arg).Literal(); ok && len(text) < syntax.MaxText {
			return &syntax.Node{Kind: syntax.String, Value: base64.StdEncoding.EncodeToString([]byte(text)), Place: whole.Place}
		}
	case "Fn::Cidr":
		return t.cidr(arg, whole)
	case "Fn::Transform":
		return unknown(whole, name)
	}
	return t.unresolved(whole)
}

// cidr works out Fn::Cidr of a block, how many of its parts, and how many bits
// each of them leaves.
func (t *template) cidr(arg, whole *syntax.Node) *syntax.Node {
	const most = 256
	resolved := t.resolve(arg)
	list := items(resolved)
	if len(list) != 3 {
		return t.unresolved(whole)
	}
	text, _ := list[0].Literal()
	block, err := netip.ParsePrefix(text)
	count, bits := number(list[1]), number(list[2])
	if err != nil || count < 1 || count > most || bits < 1 || bits > block.Addr().BitLen()-block.Bits() {
		return t.unresolved(whole)
	}
	out := &syntax.Node{Kind: syntax.Array, Place: whole.Place}
	part := netip.PrefixFrom(block.Masked().Addr(), block.Addr().BitLen()-bits)
	for range count {
		if !part.IsValid() || !block.Contains(part.Addr()) {
			return t.unresolved(whole) // there are fewer parts
		}
		out.Items = append(out.Items, &syntax.Node{Kind: syntax.String, Value: part.String(), Place: whole.Place})
		part = netip.PrefixFrom(after(part), part.Bits())
	}
	return out
}

// after is the address that follows a block; invalid after the last.
func after(block netip.Prefix) netip.Addr {
	bytes := block.Addr().AsSlice()
	host := block.Addr().BitLen() - block.Bits()
	carry := 1 << (host % 8)
	for i := len(bytes) - 1 - host/8; i >= 0 && carry > 0; i-- {
		sum := int(bytes[i]) + carry
		bytes[i], carry = byte(sum&0xFF), sum>>8
	}
	if carry > 0 {
		return netip.Addr{}
	}
	next, _ := netip.AddrFromSlice(bytes)
	return next
}

// number is a small number that a value gives; zero for any other.
func number(n *syntax.Node) int {
	text, _ := n.Literal()
	value, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return value
}

func unknown(at *syntax.Node, ref string) *syntax.Node {
	return &syntax.Node{Kind: syntax.Hole, Hole: policy.Hole{Kind: policy.Unknown, Ref: ref}, Place: at.Place}
}

func known(at *syntax.Node, kind policy.HoleKind, ref string) *syntax.Node {
	return &syntax.Node{Kind: syntax.Hole, Hole: policy.Hole{Kind: kind, Ref: ref}, Place: at.Place}
}

// unresolved is the hole of a call that cannot be worked out, or the limit that
// one of its arguments reaches.
func (t *template) unresolved(whole *syntax.Node, arguments ...*syntax.Node) *syntax.Node {
	for _, a := range arguments {
		if a != nil && a.Kind == syntax.Hole && (a.Hole.Ref == tooLargeToExpand || a.Hole.Ref == tooDeepToExpand) {
			return unknown(whole, a.Hole.Ref)
		}
	}
	return unknown(whole, t.render(whole))
}

func (t *template) render(n *syntax.Node) string {
	if *t.steps > maxSteps {
		return tooLargeToExpand
	}
	return render(n, t.looped)
}

// stamped adds the places of defaults that decided for a value to its strings.
func (t *template) stamped(n *syntax.Node, origins []source.Span) *syntax.Node {
	if n == nil || len(origins) == 0 {
		return n
	}
	if !t.step() {
		return unknown(n, tooLargeToExpand)
	}
	out := n.With(func(inner *syntax.Node) *syntax.Node { return t.stamped(inner, origins) })
	if n.Kind != syntax.Array && n.Kind != syntax.Object {
		out.Origin = appendNew(n.Origin, origins...)
	}
	return out
}

func appendNew(list []source.Span, more ...source.Span) []source.Span {
	out := slices.Clip(list)
	for _, s := range more {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// ref resolves a name as Ref does (CloudFormation Template Reference, "Pseudo
// parameters reference"): the variable of a loop, a pseudo parameter, a
// parameter, a resource.
func (t *template) ref(name string, at *syntax.Node) *syntax.Node {
	if value, ok := t.loops[name]; ok {
		return t.moved(value, at)
	}
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::AccountId":
		return known(at, policy.OwnAccount, name)
	case "AWS::Region":
		return known(at, policy.Region, name)
	case "AWS::Partition":
		return known(at, policy.Partition, name)
	}
	if parameter, ok := t.parameters[name]; ok {
		return t.parameter(name, parameter, at)
	}
	if kind, ok := t.resources[name]; ok && isOwn(kind) {
		return known(at, policy.OwnResource, name)
	}
	return unknown(at, name)
}

// moved is a value that is written elsewhere, at the place where it is used.
// Its text keeps the way to where it is written.
func (t *template) moved(value, at *syntax.Node) *syntax.Node {
	if !t.step() {
		return unknown(at, tooLargeToExpand)
	}
	out := value.With(func(inner *syntax.Node) *syntax.Node { return t.moved(inner, at) })
	out.Place = at.Place
	if value.Kind == syntax.String {
		out.Parts, out.Value = value.Pieces(), ""
	}
	return out
}

// manyBranches is how many values or ways a function may have that a variant is
// made for each.
const manyBranches = 4

// parameter is the value of a parameter: the one that was given, the default, or
// one of a few allowed values. Of an SSM parameter type all these are the name
// of the value, and not the value.
func (t *template) parameter(name string, parameter, at *syntax.Node) *syntax.Node {
	kind, _ := parameter.Get("Type").Literal()
	if isSSMValue(kind) {
		return unknown(at, name)
	}
	if value, ok := t.given[name]; ok {
		return t.passed(kind, value, at)
	}
	if value := t.defaultOf(name, parameter); value != nil {
		if _, ok := value.Literal(); !ok {
			return unknown(at, name)
		}
		return listed(kind, &syntax.Node{Kind: syntax.String, Parts: value.Pieces(), Place: at.Place, Origin: []source.Span{value.Span()}}, at)
	}
	if isList(kind) {
		return unknown(at, name)
	}
	v, initial := t.variableOf(name, parameter)
	k := t.course.known(v, initial)
	if !k.not && len(k.values) > 1 && len(k.values) <= manyBranches {
		q := question{variable: v}
		for _, value := range k.values {
			q.options = append(q.options, knowledge{values: []string{value}})
		}
		t.course.ask(q)
		k = t.course.known(v, initial)
	}
	value, ok := k.only()
	if !ok {
		return unknown(at, name)
	}
	pieces := []syntax.Part{{Text: value}}
	if allowed := parameter.Get("AllowedValues"); allowed != nil {
		for _, one := range allowed.Items {
			if text, ok := one.Literal(); ok && text == value {
				pieces = one.Pieces()
				break
			}
		}
	}
	return &syntax.Node{Kind: syntax.String, Parts: pieces, Place: at.Place}
}

// passed is a value that a parameter of a kind is given.
func (t *template) passed(kind string, value, at *syntax.Node) *syntax.Node {
	switch value.Kind {
	case syntax.Array, syntax.Object, syntax.Hole, syntax.Null:
		return t.moved(value, at)
	}
	return listed(kind, &syntax.Node{Kind: syntax.String, Parts: value.Pieces(), Place: at.Place, Origin: value.Origin}, at)
}

func isSSMValue(kind string) bool { return strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") }

func isList(kind string) bool {
	return kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
}

// listed is the value of a parameter of a kind: a list where the kind says so.
func listed(kind string, value, at *syntax.Node) *syntax.Node {
	if !isList(kind) {
		return value
	}
	r := syntax.NewRun(value.Pieces())
	list := &syntax.Node{Kind: syntax.Array, Place: at.Place, Origin: value.Origin}
	for start := 0; ; {
		length := strings.IndexByte(r.Text[start:], ',')
		end := start + length
		if length < 0 {
			end = len(r.Text)
		}
		item := r.Text[start:end]
		from := start + len(item) - len(strings.TrimLeft(item, " \t\r\n"))
		to := from + len(strings.TrimSpace(item))
		pieces := r.Slice(from, to)
		if pieces == nil {
			pieces = []syntax.Part{}
		}
		list.Items = append(list.Items, &syntax.Node{Kind: syntax.String, Parts: pieces, Place: at.Place, Origin: value.Origin})
		if length < 0 {
			return list
		}
		start = end + 1
	}
}

// variableOf is the variable of a parameter that nothing gives a value, and what
// is known of it at all times.
func (t *template) variableOf(name string, parameter *syntax.Node) (variable, knowledge) {
	allowed := parameter.Get("AllowedValues")
	if allowed == nil || allowed.Kind != syntax.Array || len(allowed.Items) == 0 {
		// CloudFormation takes no empty value for the id of something.
		if kind, _ := parameter.Get("Type").Literal(); strings.HasPrefix(kind, "AWS::") {
			return variable{name: name, label: name}, anything().without("")
		}
		return variable{name: name, label: name}, anything()
	}
	var k knowledge
	for _, item := range allowed.Items {
		text, ok := item.Literal()
		if !ok {
			return variable{name: name, label: name}, anything()
		}
		if !k.holds(text) {
			k.values = append(k.values, text)
		}
	}
	return variable{name: name, label: name}, k
}

// free returns the variable that a call of Ref stands for, and what is known of
// it. It reports false for anything else, and for what has a value.
func (t *template) free(n *syntax.Node) (variable, knowledge, bool) {
	name, arg, ok := function(n)
	if !ok || name != "Ref" {
		return variable{}, knowledge{}, false
	}
	ref, ok := arg.Literal()
	if _, loop := t.loops[ref]; !ok || loop {
		return variable{}, knowledge{}, false
	}
	v, initial := variable{name: ref, label: ref}, anything()
	if parameter, ok := t.parameters[ref]; ok {
		kind, _ := parameter.Get("Type").Literal()
		if _, given := t.given[ref]; given || t.defaultOf(ref, parameter) != nil || isList(kind) || isSSMValue(kind) {
			return v, initial, false
		}
		v, initial = t.variableOf(ref, parameter)
	} else if !strings.HasPrefix(ref, "AWS::") || ref == "AWS::NoValue" {
		return v, initial, false
	}
	k := t.course.known(v, initial)
	_, fixed := k.only()
	return v, k, !fixed
}

// isOwn reports whether the references to a resource of that type are names of
// things that the deployment makes, as opposed to values that anybody chose: the
// attributes of a custom resource, a nested stack or a product can be anything.
func isOwn(kind string) bool {
	return strings.HasPrefix(kind, "AWS::") && !strings.HasPrefix(kind, "AWS::CloudFormation::") && !strings.HasPrefix(kind, "AWS::ServiceCatalog::")
}

// attribute reads the argument of GetAtt: "Resource.Attribute" or a list of
// the two.
func attribute(arg *syntax.Node) (string, bool) {
	if arg == nil || arg.Kind != syntax.Array {
		return arg.Literal()
	}
	var names []string
	for _, item := range arg.Items {
		name, ok := item.Literal()
		if !ok {
			return "", false
		}
		names = append(names, name)
	}
	return strings.Join(names, "."), len(names) == 2
}

func (t *template) getAtt(ref string, at *syntax.Node) *syntax.Node {
	resource, name, _ := strings.Cut(ref, ".")
	kind, ok := t.resources[resource]
	// An SSM parameter's value is whatever it was given.
	if !ok || !isOwn(kind) || kind == "AWS::SSM::Parameter" && name == "Value" {
		return unknown(at, ref)
	}
	return known(at, policy.OwnResource, ref)
}

// sub resolves Fn::Sub: a string, or a list of a string and names of its own.
func (t *template) sub(arg, whole *syntax.Node) *syntax.Node {
	var names *syntax.Node
	if arg.Kind == syntax.Array && len(arg.Items) == 2 {
		arg, names = arg.Items[0], arg.Items[1]
	}
	if _, _, call := function(arg); call || arg.Kind == syntax.Array || arg.Kind == syntax.Object || arg.Kind == syntax.Null {
		return t.unresolved(whole)
	}
	r := syntax.NewRun(t.looped(arg).Pieces())
	out := &syntax.Node{Kind: syntax.String, Place: arg.Place, Parts: []syntax.Part{}}
	total := len(r.Text)
	for i := 0; ; {
		open := strings.Index(r.Text[i:], "${")
		length := -1
		if open >= 0 {
			open += i
			length = strings.IndexByte(r.Text[open:], '}')
		}
		if length < 0 {
			out.Parts = append(out.Parts, r.Slice(i, len(r.Text))...)
			return out
		}
		out.Parts = append(out.Parts, r.Slice(i, open)...)
		end := open + length
		name := strings.TrimSpace(r.Name(open+2, end))
		i = end + 1
		if strings.HasPrefix(name, "!") { // ${!Name} is the text ${Name}
			mark := open + 2 + strings.Index(r.Text[open+2:], "!")
			out.Parts = append(out.Parts, r.Slice(open, open+2)...)
			out.Parts = append(out.Parts, r.Slice(mark+1, end+1)...)
			continue
		}
		if !t.step() {
			return unknown(whole, tooLargeToExpand)
		}
		value := t.variable(name, names, arg)
		if value == nil || value.Kind == syntax.Array || value.Kind == syntax.Object {
			value = unknown(arg, syntax.Name(name))
		}
		out.Origin = appendNew(out.Origin, value.Origin...)
		// A few names can stand for gigabytes.
		if total += value.Length(); total > syntax.MaxText {
			return unknown(whole, "Fn::Sub of too long a text")
		}
		out.Parts = append(out.Parts, value.Pieces()...)
	}
}

// variable resolves a name inside Fn::Sub.
func (t *template) variable(name string, names, at *syntax.Node) *syntax.Node {
	if value := names.Get(name); value != nil {
		return t.resolve(value)
	}
	if strings.Contains(name, ".") {
		return t.getAtt(name, at)
	}
	return t.ref(name, at)
}

// join resolves Fn::Join of a delimiter and a list.
func (t *template) join(arg, whole *syntax.Node) *syntax.Node {
	if arg.Kind != syntax.Array || len(arg.Items) != 2 {
		return t.unresolved(whole)
	}
	delimiter, list := t.resolve(arg.Items[0]), t.resolve(arg.Items[1])
	if _, ok := delimiter.Literal(); !ok || list == nil || list.Kind != syntax.Array {
		return t.unresolved(whole, delimiter, list)
	}
	out := &syntax.Node{Kind: syntax.String, Place: whole.Place, Parts: []syntax.Part{}, Origin: list.Origin}
	length := 0
	for i, item := range list.Items {
		if item.Kind == syntax.Array || item.Kind == syntax.Object || item.Kind == syntax.Null {
			return t.unresolved(whole)
		}
		if length += delimiter.Length() + item.Length(); length > syntax.MaxText {
			return unknown(whole, "Fn::Join of too long a text")
		}
		if i > 0 {
			out.Parts = append(out.Parts, delimiter.Pieces()...)
		}
		out.Parts = append(out.Parts, item.Pieces()...)
		out.Origin = appendNew(out.Origin, item.Origin...)
	}
	return out
}

// choose resolves Fn::If. Where nothing may be decided, both ways must lead to
// the same.
func (t *template) choose(arg, whole *syntax.Node) *syntax.Node {
	if arg.Kind != syntax.Array || len(arg.Items) != 3 {
		return t.unresolved(whole)
	}
	name, ok := t.resolve(arg.Items[0]).Literal()
	if !ok {
		return t.unresolved(whole)
	}
	d := t.condition(name)
	switch d.truth {
	case yes:
		return t.stamped(t.resolve(arg.Items[1]), d.origins)
	case no:
		return t.stamped(t.resolve(arg.Items[2]), d.origins)
	}
	refused := t.course.refused
	a, b := t.resolve(arg.Items[1]), t.resolve(arg.Items[2])
	t.course.refused = refused
	if alike(a, b) {
		return a
	}
	return t.beyond(whole)
}

// beyond is the hole of a call that hangs on a question that is not asked.
func (t *template) beyond(whole *syntax.Node) *syntax.Node {
	if t.course.full {
		return unknown(whole, t.render(whole)+", of more variants than are read")
	}
	return t.unresolved(whole)
}

// pick resolves Fn::Select. Of a text that is split, a piece is known when the
// text before its end is.
func (t *template) pick(arg, whole *syntax.Node) *syntax.Node {
	if arg.Kind != syntax.Array || len(arg.Items) != 2 {
		return t.unresolved(whole)
	}
	index := t.resolve(arg.Items[0])
	text, ok := index.Literal()
	i, err := strconv.Atoi(text)
	if !ok || err != nil || i < 0 {
		return t.unresolved(whole, index)
	}
	var items []*syntax.Node
	var list *syntax.Node
	if name, inner, ok := function(arg.Items[1]); ok && name == "Fn::Split" {
		items, _ = t.split(inner)
	} else if list = t.resolve(arg.Items[1]); list != nil && list.Kind == syntax.Array {
		items = list.Items
	}
	if i >= len(items) {
		return t.unresolved(whole, list)
	}
	return t.stamped(items[i], index.Origin)
}

// split resolves Fn::Split of a delimiter and a text. A hole may hold the
// delimiter, and from there on the pieces are not known: then the split is not
// complete.
func (t *template) split(arg *syntax.Node) (items []*syntax.Node, complete bool) {
	if arg.Kind != syntax.Array || len(arg.Items) != 2 {
		return nil, false
	}
	delimiter, whole := t.resolve(arg.Items[0]), t.resolve(arg.Items[1])
	by, known := delimiter.Literal()
	if !known || by == "" || whole == nil || whole.Kind != syntax.String && whole.Kind != syntax.Hole {
		return nil, false
	}
	r := syntax.NewRun(whole.Pieces())
	end := len(r.Text)
	for i, p := range r.Pieces {
		if mayHold(p.Hole.Kind, by) {
			end = r.Starts[i]
			break
		}
	}
	complete = end == len(r.Text)
	for start := 0; ; {
		length := strings.Index(r.Text[start:end], by)
		stop := start + length
		if length < 0 {
			if !complete {
				return items, false
			}
			stop = end
		}
		if !t.step() {
			return nil, false
		}
		items = append(items, piece(r.Slice(start, stop), whole))
		if length < 0 {
			return items, true
		}
		start = stop + len(by)
	}
}

// mayHold reports whether the value of a hole can hold a text, or a part of it
// that a neighbour completes.
func mayHold(kind policy.HoleKind, text string) bool {
	switch kind {
	case policy.NotHole:
		return false
	case policy.OwnAccount:
		return strings.ContainsAny(text, "0123456789")
	case policy.Region, policy.Partition:
		return strings.ContainsFunc(text, func(r rune) bool {
			return r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z'
		})
	default:
		return true
	}
}

// piece is a part of a string, at its own place where it has one in the string.
func piece(pieces []syntax.Part, whole *syntax.Node) *syntax.Node {
	n := &syntax.Node{Kind: syntax.String, Parts: pieces, Place: whole.Place, Origin: whole.Origin}
	if pieces == nil {
		n.Parts = []syntax.Part{}
	}
	if len(pieces) == 1 && pieces[0].Hole.Kind == policy.NotHole {
		outer, inner := whole.Span(), pieces[0].Trace.Span(0, len(pieces[0].Text))
		if inner.File != nil && inner.File == outer.File && inner.Start >= outer.Start && inner.End <= outer.End {
			n.Place = syntax.At(inner)
		}
	}
	return n
}

// toJSON resolves Fn::ToJsonString: the value stays what it is for whoever reads
// it as one.
func (t *template) toJSON(arg, whole *syntax.Node) *syntax.Node {
	value := t.resolve(arg)
	if value == nil || value.Kind != syntax.Array && value.Kind != syntax.Object {
		return t.unresolved(whole)
	}
	out := syntax.Encode(value, whole)
	if out.Length() > syntax.MaxText {
		return unknown(whole, "Fn::ToJsonString of too long a text")
	}
	return out
}

// findInMap resolves Fn::FindInMap. A key that only the deployment knows can be
// any of the map's: where these lead to few values, each is a variant.
func (t *template) findInMap(arg, whole *syntax.Node) *syntax.Node {
	if arg.Kind != syntax.Array || len(arg.Items) != 3 && len(arg.Items) != 4 {
		return t.unresolved(whole)
	}
	name, ok := t.resolve(arg.Items[0]).Literal()
	mapping := t.mappings[name]
	if !ok || mapping == nil {
		return t.unresolved(whole)
	}
	top, second := t.mapKey(arg.Items[1]), t.mapKey(arg.Items[2])
	var ways []way
	add := func(value string, leaf *syntax.Node) {
		for i := range ways {
			if alike(ways[i].leaf, leaf) {
				ways[i].values = append(ways[i].values, value)
				return
			}
		}
		ways = append(ways, way{[]string{value}, leaf})
	}
	rows, more := top.among(mapping)
	for _, one := range rows {
		row := mapping.Get(one)
		columns, moreColumns := second.among(row)
		more = more || moreColumns
		for _, column := range columns {
			leaf := row.Get(column)
			if leaf == nil {
				more = true
				continue
			}
			// The key that is free is the one that the ways hang on.
			value := one
			if second.free {
				value = column
			}
			add(value, t.resolve(leaf))
		}
	}
	var fallback *syntax.Node
	if len(arg.Items) == 4 && more {
		if value := arg.Items[3].Get("DefaultValue"); value != nil {
			fallback = t.resolve(value)
		}
	}
	origins := appendNew(top.origins, second.origins...)
	result := func(leaf *syntax.Node) *syntax.Node {
		if leaf == nil {
			return nil
		}
		return t.stamped(t.moved(leaf, whole), origins)
	}
	switch {
	case len(ways) == 0 && fallback != nil:
		return result(fallback)
	case len(ways) == 0:
		return t.unresolved(whole)
	case len(ways) == 1 && (fallback == nil || alike(ways[0].leaf, fallback)):
		return result(ways[0].leaf)
	case top.free == second.free || !top.free && !top.known || !second.free && !second.known || len(ways) > manyBranches:
		return t.unresolved(whole)
	}
	free := top
	if second.free {
		free = second
	}
	q := question{variable: free.variable}
	for i := range ways {
		q.options = append(q.options, knowledge{values: ways[i].values})
	}
	if fallback != nil {
		rest := free.knowledge
		for i := range ways {
			rest = rest.without(ways[i].values...)
		}
		if rest.not || len(rest.values) > 0 {
			q.options = append(q.options, rest)
		}
	}
	if len(q.options) > 1 && !t.course.ask(q) {
		return t.beyond(whole)
	}
	k := t.course.known(free.variable, q.options[0])
	for i := range ways {
		if slices.ContainsFunc(ways[i].values, k.holds) && !k.not {
			return result(ways[i].leaf)
		}
	}
	return result(fallback)
}

// A way is a value of a mapping and the keys that lead to it.
type way struct {
	values []string
	leaf   *syntax.Node
}

// A mapKey is a key of a mapping: known, or that of a variable, or neither.
type mapKey struct {
	known, free bool
	text        string
	variable    variable
	knowledge   knowledge
	origins     []source.Span
}

func (t *template) mapKey(n *syntax.Node) mapKey {
	if v, k, free := t.free(n); free {
		return mapKey{free: true, variable: v, knowledge: k}
	}
	value := t.resolve(n)
	text, ok := value.Literal()
	if !ok {
		return mapKey{}
	}
	return mapKey{known: true, text: text, origins: value.Origin}
}

// among returns the keys of a mapping that the key may be, and whether it may be
// another.
func (k mapKey) among(mapping *syntax.Node) (keys []string, more bool) {
	if k.known {
		return []string{k.text}, false
	}
	if mapping == nil || mapping.Kind != syntax.Object {
		return nil, true
	}
	for _, f := range mapping.Fields {
		if !k.free || k.knowledge.holds(f.Key.Value) {
			keys = append(keys, f.Key.Value)
		}
	}
	more = !k.free || k.knowledge.not
	for _, value := range k.knowledge.values {
		more = more || !slices.Contains(keys, value)
	}
	return keys, more
}

// alike reports whether two values are the same but for their places.
func alike(a, b *syntax.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Items {
		if !alike(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Fields {
		if !alike(a.Fields[i].Key, b.Fields[i].Key) || !alike(a.Fields[i].Value, b.Fields[i].Value) {
			return false
		}
	}
	return a.Kind == syntax.Array || a.Kind == syntax.Object || slices.Equal(a.Text().Parts, b.Text().Parts)
}
