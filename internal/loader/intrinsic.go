package loader

import (
	"slices"
	"strconv"
	"strings"

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
func (t *template) resolve(n *node) *node {
	if !t.step() {
		return unknown(n, tooLargeToExpand)
	}
	if t.depth == maxDepth {
		return unknown(n, tooDeepToExpand)
	}
	t.depth++
	defer func() { t.depth-- }()
	if name, arg, ok := function(n); ok {
		return t.call(name, arg, n)
	}
	switch n.kind {
	case array:
		list := *n
		list.items = nil
		for _, item := range n.items {
			if value := t.resolve(item); value != nil {
				list.items = append(list.items, value)
			}
		}
		return &list
	case object:
		return t.object(n)
	default:
		return t.looped(n)
	}
}

func (t *template) object(n *node) *node {
	resolved := *n
	resolved.fields = nil
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
		if value := t.within(e.loops, func() *node { return t.resolve(e.value) }); value != nil {
			resolved.fields = append(resolved.fields, field{e.key, value})
		}
	}
	return &resolved
}

// function recognises a call in its short form, a tag, or its long form, an
// object of one key.
func function(n *node) (name string, arg *node, ok bool) {
	switch {
	case len(n.tag) > 1:
		untagged := *n
		untagged.tag = ""
		name = strings.TrimPrefix(n.tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return name, &untagged, true
	case n.kind == object && len(n.fields) == 1:
		name = n.fields[0].key.value
		return name, n.fields[0].value, name == "Ref" || strings.HasPrefix(name, "Fn::") && !isLoop(name)
	}
	return "", nil, false
}

// call works out a function (CloudFormation Template Reference, "Intrinsic
// function reference"). What it cannot be worked out for is a hole that is named
// as the call is written, so that two calls are one hole only when they are the
// same.
func (t *template) call(name string, arg, whole *node) *node {
	switch name {
	case "Ref":
		if ref, ok := t.resolve(arg).literal(); ok {
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
			return &node{kind: array, items: items, place: arg.place}
		}
	case "Fn::ImportValue":
		if export := t.resolve(arg); export != nil && (export.kind == str || export.kind == hole) {
			return unknown(whole, "export "+clip(export.text().String()))
		}
	case "Fn::ToJsonString":
		return t.toJSON(arg, whole)
	case "Fn::Length":
		if list := t.resolve(arg); list != nil && list.kind == array {
			return &node{kind: number, value: strconv.Itoa(len(list.items)), place: whole.place}
		}
	case "Fn::Transform":
		return unknown(whole, name)
	}
	return t.unresolved(whole)
}

func unknown(at *node, ref string) *node {
	return &node{kind: hole, hole: policy.Hole{Kind: policy.Unknown, Ref: ref}, place: at.place}
}

func known(at *node, kind policy.HoleKind, ref string) *node {
	return &node{kind: hole, hole: policy.Hole{Kind: kind, Ref: ref}, place: at.place}
}

// unresolved is the hole of a call that cannot be worked out, or the limit that
// one of its arguments reaches.
func (t *template) unresolved(whole *node, arguments ...*node) *node {
	for _, a := range arguments {
		if a != nil && a.kind == hole && (a.hole.Ref == tooLargeToExpand || a.hole.Ref == tooDeepToExpand) {
			return unknown(whole, a.hole.Ref)
		}
	}
	return unknown(whole, t.render(whole))
}

func (t *template) render(n *node) string {
	if *t.steps > maxSteps {
		return tooLargeToExpand
	}
	return render(n, t.looped)
}

// stamped adds the places of defaults that decided for a value to its strings.
func (t *template) stamped(n *node, origins []source.Span) *node {
	if n == nil || len(origins) == 0 {
		return n
	}
	if !t.step() {
		return unknown(n, tooLargeToExpand)
	}
	out := *n
	switch n.kind {
	case array:
		out.items = make([]*node, len(n.items))
		for i, item := range n.items {
			out.items[i] = t.stamped(item, origins)
		}
	case object:
		out.fields = make([]field, len(n.fields))
		for i, f := range n.fields {
			out.fields[i] = field{f.key, t.stamped(f.value, origins)}
		}
	default:
		out.origin = appendNew(n.origin, origins...)
	}
	return &out
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
func (t *template) ref(name string, at *node) *node {
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
func (t *template) moved(value, at *node) *node {
	if !t.step() {
		return unknown(at, tooLargeToExpand)
	}
	out := *value
	out.place = at.place
	switch value.kind {
	case array:
		out.items = make([]*node, len(value.items))
		for i, item := range value.items {
			out.items[i] = t.moved(item, at)
		}
	case object:
		out.fields = make([]field, len(value.fields))
		for i, f := range value.fields {
			out.fields[i] = field{f.key, t.moved(f.value, at)}
		}
	case str:
		out.parts, out.value = value.pieces(), ""
	}
	return &out
}

// manyBranches is how many values or ways a function may have that a variant is
// made for each.
const manyBranches = 4

// parameter is the value of a parameter: the one that was given, the default, or
// one of a few allowed values. Of an SSM parameter type all these are the name
// of the value, and not the value.
func (t *template) parameter(name string, parameter, at *node) *node {
	kind, _ := parameter.get("Type").literal()
	if isSSMValue(kind) {
		return unknown(at, name)
	}
	if text, ok := t.given[name]; ok {
		return listed(kind, &node{kind: str, value: text, parts: []part{{text: text}}, place: at.place}, at)
	}
	if value := t.defaultOf(name, parameter); value != nil {
		if _, ok := value.literal(); !ok {
			return unknown(at, name)
		}
		return listed(kind, &node{kind: str, parts: value.pieces(), place: at.place, origin: []source.Span{value.span()}}, at)
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
	pieces := []part{{text: value}}
	if allowed := parameter.get("AllowedValues"); allowed != nil {
		for _, one := range allowed.items {
			if text, ok := one.literal(); ok && text == value {
				pieces = one.pieces()
				break
			}
		}
	}
	return &node{kind: str, parts: pieces, place: at.place}
}

func isSSMValue(kind string) bool { return strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") }

func isList(kind string) bool {
	return kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
}

// listed is the value of a parameter of a kind: a list where the kind says so.
func listed(kind string, value, at *node) *node {
	if !isList(kind) {
		return value
	}
	r := newRun(value.pieces())
	list := &node{kind: array, place: at.place, origin: value.origin}
	for start := 0; ; {
		length := strings.IndexByte(r.text[start:], ',')
		end := start + length
		if length < 0 {
			end = len(r.text)
		}
		item := r.text[start:end]
		from := start + len(item) - len(strings.TrimLeft(item, " \t\r\n"))
		to := from + len(strings.TrimSpace(item))
		pieces := r.slice(from, to)
		if pieces == nil {
			pieces = []part{}
		}
		list.items = append(list.items, &node{kind: str, parts: pieces, place: at.place, origin: value.origin})
		if length < 0 {
			return list
		}
		start = end + 1
	}
}

// variableOf is the variable of a parameter that nothing gives a value, and what
// is known of it at all times.
func (t *template) variableOf(name string, parameter *node) (variable, knowledge) {
	allowed := parameter.get("AllowedValues")
	if allowed == nil || allowed.kind != array || len(allowed.items) == 0 {
		return variable{name: name, label: name}, anything()
	}
	var k knowledge
	for _, item := range allowed.items {
		text, ok := item.literal()
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
func (t *template) free(n *node) (variable, knowledge, bool) {
	name, arg, ok := function(n)
	if !ok || name != "Ref" {
		return variable{}, knowledge{}, false
	}
	ref, ok := arg.literal()
	if _, loop := t.loops[ref]; !ok || loop {
		return variable{}, knowledge{}, false
	}
	v, initial := variable{name: ref, label: ref}, anything()
	if parameter, ok := t.parameters[ref]; ok {
		kind, _ := parameter.get("Type").literal()
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
func attribute(arg *node) (string, bool) {
	if arg == nil || arg.kind != array {
		return arg.literal()
	}
	var names []string
	for _, item := range arg.items {
		name, ok := item.literal()
		if !ok {
			return "", false
		}
		names = append(names, name)
	}
	return strings.Join(names, "."), len(names) == 2
}

func (t *template) getAtt(ref string, at *node) *node {
	resource, name, _ := strings.Cut(ref, ".")
	kind, ok := t.resources[resource]
	// An SSM parameter's value is whatever it was given.
	if !ok || !isOwn(kind) || kind == "AWS::SSM::Parameter" && name == "Value" {
		return unknown(at, ref)
	}
	return known(at, policy.OwnResource, ref)
}

// sub resolves Fn::Sub: a string, or a list of a string and names of its own.
func (t *template) sub(arg, whole *node) *node {
	var names *node
	if arg.kind == array && len(arg.items) == 2 {
		arg, names = arg.items[0], arg.items[1]
	}
	if _, _, call := function(arg); call || arg.kind == array || arg.kind == object || arg.kind == null {
		return t.unresolved(whole)
	}
	r := newRun(t.looped(arg).pieces())
	out := &node{kind: str, place: arg.place, parts: []part{}}
	total := len(r.text)
	for i := 0; ; {
		open := strings.Index(r.text[i:], "${")
		length := -1
		if open >= 0 {
			open += i
			length = strings.IndexByte(r.text[open:], '}')
		}
		if length < 0 {
			out.parts = append(out.parts, r.slice(i, len(r.text))...)
			return out
		}
		out.parts = append(out.parts, r.slice(i, open)...)
		end := open + length
		name := strings.TrimSpace(r.name(open+2, end))
		i = end + 1
		if strings.HasPrefix(name, "!") { // ${!Name} is the text ${Name}
			mark := open + 2 + strings.Index(r.text[open+2:], "!")
			out.parts = append(out.parts, r.slice(open, open+2)...)
			out.parts = append(out.parts, r.slice(mark+1, end+1)...)
			continue
		}
		if !t.step() {
			return unknown(whole, tooLargeToExpand)
		}
		value := t.variable(name, names, arg)
		if value == nil || value.kind == array || value.kind == object {
			value = unknown(arg, clip(name))
		}
		out.origin = appendNew(out.origin, value.origin...)
		// A few names can stand for gigabytes.
		if total += value.length(); total > maxText {
			return unknown(whole, "Fn::Sub of too long a text")
		}
		out.parts = append(out.parts, value.pieces()...)
	}
}

// variable resolves a name inside Fn::Sub.
func (t *template) variable(name string, names, at *node) *node {
	if value := names.get(name); value != nil {
		return t.resolve(value)
	}
	if strings.Contains(name, ".") {
		return t.getAtt(name, at)
	}
	return t.ref(name, at)
}

// join resolves Fn::Join of a delimiter and a list.
func (t *template) join(arg, whole *node) *node {
	if arg.kind != array || len(arg.items) != 2 {
		return t.unresolved(whole)
	}
	delimiter, list := t.resolve(arg.items[0]), t.resolve(arg.items[1])
	if _, ok := delimiter.literal(); !ok || list == nil || list.kind != array {
		return t.unresolved(whole, delimiter, list)
	}
	out := &node{kind: str, place: whole.place, parts: []part{}, origin: list.origin}
	length := 0
	for i, item := range list.items {
		if item.kind == array || item.kind == object || item.kind == null {
			return t.unresolved(whole)
		}
		if length += delimiter.length() + item.length(); length > maxText {
			return unknown(whole, "Fn::Join of too long a text")
		}
		if i > 0 {
			out.parts = append(out.parts, delimiter.pieces()...)
		}
		out.parts = append(out.parts, item.pieces()...)
		out.origin = appendNew(out.origin, item.origin...)
	}
	return out
}

// choose resolves Fn::If. Where nothing may be decided, both ways must lead to
// the same.
func (t *template) choose(arg, whole *node) *node {
	if arg.kind != array || len(arg.items) != 3 {
		return t.unresolved(whole)
	}
	name, ok := t.resolve(arg.items[0]).literal()
	if !ok {
		return t.unresolved(whole)
	}
	d := t.condition(name)
	switch d.truth {
	case yes:
		return t.stamped(t.resolve(arg.items[1]), d.origins)
	case no:
		return t.stamped(t.resolve(arg.items[2]), d.origins)
	}
	refused := t.course.refused
	a, b := t.resolve(arg.items[1]), t.resolve(arg.items[2])
	t.course.refused = refused
	if alike(a, b) {
		return a
	}
	return t.beyond(whole)
}

// beyond is the hole of a call that hangs on a question that is not asked.
func (t *template) beyond(whole *node) *node {
	if t.course.full {
		return unknown(whole, t.render(whole)+", of more variants than are read")
	}
	return t.unresolved(whole)
}

// pick resolves Fn::Select. Of a text that is split, a piece is known when the
// text before its end is.
func (t *template) pick(arg, whole *node) *node {
	if arg.kind != array || len(arg.items) != 2 {
		return t.unresolved(whole)
	}
	index := t.resolve(arg.items[0])
	text, ok := index.literal()
	i, err := strconv.Atoi(text)
	if !ok || err != nil || i < 0 {
		return t.unresolved(whole, index)
	}
	var items []*node
	var list *node
	if name, inner, ok := function(arg.items[1]); ok && name == "Fn::Split" {
		items, _ = t.split(inner)
	} else if list = t.resolve(arg.items[1]); list != nil && list.kind == array {
		items = list.items
	}
	if i >= len(items) {
		return t.unresolved(whole, list)
	}
	return t.stamped(items[i], index.origin)
}

// split resolves Fn::Split of a delimiter and a text. A hole may hold the
// delimiter, and from there on the pieces are not known: then the split is not
// complete.
func (t *template) split(arg *node) (items []*node, complete bool) {
	if arg.kind != array || len(arg.items) != 2 {
		return nil, false
	}
	delimiter, whole := t.resolve(arg.items[0]), t.resolve(arg.items[1])
	by, known := delimiter.literal()
	if !known || by == "" || whole == nil || whole.kind != str && whole.kind != hole {
		return nil, false
	}
	r := newRun(whole.pieces())
	end := len(r.text)
	for i, p := range r.pieces {
		if mayHold(p.hole.Kind, by) {
			end = r.starts[i]
			break
		}
	}
	complete = end == len(r.text)
	for start := 0; ; {
		length := strings.Index(r.text[start:end], by)
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
		items = append(items, piece(r.slice(start, stop), whole))
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
func piece(pieces []part, whole *node) *node {
	n := &node{kind: str, parts: pieces, place: whole.place, origin: whole.origin}
	if pieces == nil {
		n.parts = []part{}
	}
	if len(pieces) == 1 && pieces[0].hole.Kind == policy.NotHole {
		outer, inner := whole.span(), pieces[0].trace.Span(0, len(pieces[0].text))
		if inner.File != nil && inner.File == outer.File && inner.Start >= outer.Start && inner.End <= outer.End {
			n.place = at(inner)
		}
	}
	return n
}

// toJSON resolves Fn::ToJsonString: the value stays what it is for whoever reads
// it as one.
func (t *template) toJSON(arg, whole *node) *node {
	value := t.resolve(arg)
	if value == nil || value.kind != array && value.kind != object {
		return t.unresolved(whole)
	}
	out := encoded(value, whole)
	if out.length() > maxText {
		return unknown(whole, "Fn::ToJsonString of too long a text")
	}
	return out
}

// findInMap resolves Fn::FindInMap. A key that only the deployment knows can be
// any of the map's: where these lead to few values, each is a variant.
func (t *template) findInMap(arg, whole *node) *node {
	if arg.kind != array || len(arg.items) != 3 && len(arg.items) != 4 {
		return t.unresolved(whole)
	}
	name, ok := t.resolve(arg.items[0]).literal()
	mapping := t.mappings[name]
	if !ok || mapping == nil {
		return t.unresolved(whole)
	}
	top, second := t.mapKey(arg.items[1]), t.mapKey(arg.items[2])
	var ways []way
	add := func(value string, leaf *node) {
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
		row := mapping.get(one)
		columns, moreColumns := second.among(row)
		more = more || moreColumns
		for _, column := range columns {
			leaf := row.get(column)
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
	var fallback *node
	if len(arg.items) == 4 && more {
		if value := arg.items[3].get("DefaultValue"); value != nil {
			fallback = t.resolve(value)
		}
	}
	origins := appendNew(top.origins, second.origins...)
	result := func(leaf *node) *node {
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
	leaf   *node
}

// A mapKey is a key of a mapping: known, or that of a variable, or neither.
type mapKey struct {
	known, free bool
	text        string
	variable    variable
	knowledge   knowledge
	origins     []source.Span
}

func (t *template) mapKey(n *node) mapKey {
	if v, k, free := t.free(n); free {
		return mapKey{free: true, variable: v, knowledge: k}
	}
	value := t.resolve(n)
	text, ok := value.literal()
	if !ok {
		return mapKey{}
	}
	return mapKey{known: true, text: text, origins: value.origin}
}

// among returns the keys of a mapping that the key may be, and whether it may be
// another.
func (k mapKey) among(mapping *node) (keys []string, more bool) {
	if k.known {
		return []string{k.text}, false
	}
	if mapping == nil || mapping.kind != object {
		return nil, true
	}
	for _, f := range mapping.fields {
		if !k.free || k.knowledge.holds(f.key.value) {
			keys = append(keys, f.key.value)
		}
	}
	more = !k.free || k.knowledge.not
	for _, value := range k.knowledge.values {
		more = more || !slices.Contains(keys, value)
	}
	return keys, more
}

// alike reports whether two values are the same but for their places.
func alike(a, b *node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.kind != b.kind || len(a.items) != len(b.items) || len(a.fields) != len(b.fields) {
		return false
	}
	for i := range a.items {
		if !alike(a.items[i], b.items[i]) {
			return false
		}
	}
	for i := range a.fields {
		if !alike(a.fields[i].key, b.fields[i].key) || !alike(a.fields[i].value, b.fields[i].value) {
			return false
		}
	}
	return a.kind == array || a.kind == object || slices.Equal(a.text().Parts, b.text().Parts)
}
