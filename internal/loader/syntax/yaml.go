package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/source"
)

// parseYAML parses every document of a YAML file; see ParseTemplate for matters.
func parseYAML(file *source.File, matters func(string) bool) ([]*Node, *Problem) {
	if p := invalidUTF8(file.Text); p != nil {
		return nil, p
	}
	p := &yamlParser{file: file, matters: matters, anchors: map[*yaml.Node]*Node{}, places: map[*yaml.Node]*yamlPlace{}}
	decoder := yaml.NewDecoder(bytes.NewReader(file.Text))
	var documents []*Node
	for {
		var root yaml.Node
		if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
			return documents, nil
		} else if err != nil {
			return nil, p.problem(err)
		}
		if len(documents) == MaxDocuments {
			return nil, &Problem{Message: "the file holds too many YAML documents"}
		}
		if len(root.Content) == 0 {
			continue
		}
		n, err := p.node(root.Content[0], 0)
		if err != nil {
			return nil, err
		}
		documents = append(documents, n)
	}
}

func invalidUTF8(text []byte) *Problem {
	if utf8.Valid(text) {
		return nil
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return &Problem{Message: "not UTF-8 text: save the file as UTF-8", Start: i, End: i + 1}
		}
		i += size
	}
}

type yamlParser struct {
	file  *source.File
	lines []int // the offset of each line, made when first needed
	marks map[int][]int
	nodes int
	// matters is as ParseTemplate takes it; nil when everything does.
	matters func(resourceType string) bool
	// anchors are the nodes that aliases stand for; nil while one is made.
	anchors map[*yaml.Node]*Node
	// places are those of nodes whose end was asked for from outside.
	places map[*yaml.Node]*yamlPlace
	// slab has room for nodes to come: one allocation for many.
	slab []yamlNode
}

// A yamlNode is a node with its place.
type yamlNode struct {
	node  Node
	place yamlPlace
}

// slabSize is how many nodes are allocated at a time.
const slabSize = 64

// made is an empty node of what the parser gives.
func (p *yamlParser) made(y *yaml.Node) *Node {
	if len(p.slab) == 0 {
		p.slab = make([]yamlNode, slabSize)
	}
	one := &p.slab[0]
	p.slab = p.slab[1:]
	one.place = yamlPlace{parser: p, yaml: y}
	one.node.Place = &one.place
	return &one.node
}

func (p *yamlParser) node(y *yaml.Node, depth int) (*Node, *Problem) {
	if p.nodes++; p.nodes > maxYAMLNodes {
		return nil, tooMany(maxYAMLNodes, p.offset(y.Line, y.Column))
	}
	if depth == MaxDepth {
		return nil, tooDeep(p.offset(y.Line, y.Column))
	}
	if y.Kind == yaml.AliasNode {
		return p.alias(y, depth)
	}
	if y.Anchor != "" {
		if n, ok := p.anchors[y]; ok && n != nil {
			return n, nil
		}
		p.anchors[y] = nil
	}
	n := p.made(y)
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		n.Tag = y.Tag
	}
	var err *Problem
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Object
		err = p.mapping(n, y, depth+1)
	case yaml.SequenceNode:
		n.Kind = Array
		n.Items = make([]*Node, 0, len(y.Content))
		for _, child := range y.Content {
			var item *Node
			if item, err = p.node(child, depth+1); err != nil {
				break
			}
			n.Items = append(n.Items, item)
		}
	default:
		n.Value = y.Value
		n.Kind = scalarKind(y)
	}
	if err != nil {
		return nil, err
	}
	if y.Anchor != "" {
		p.anchors[y] = n
	}
	return n, nil
}

func scalarKind(y *yaml.Node) Kind {
	switch y.Tag {
	case "!!null":
		return Null
	case "!!bool":
		return Boolean
	case "!!int", "!!float":
		return Number
	default:
		return String
	}
}

// mapping reads a mapping's fields; those of merge keys (<<) that it does not
// have itself come after its own.
func (p *yamlParser) mapping(n *Node, y *yaml.Node, depth int) *Problem {
	var merged []*Node
	n.Fields = make([]Field, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := p.node(y.Content[i], depth)
		if err != nil {
			return err
		}
		var value *Node
		if key.Value == "Properties" && p.leavesOut(y) {
			value = p.made(y.Content[i+1])
			value.Kind = Object
		} else if value, err = p.node(y.Content[i+1], depth); err != nil {
			return err
		}
		if y.Content[i].Tag == "!!merge" {
			if value.Kind == Array {
				merged = append(merged, value.Items...)
			} else {
				merged = append(merged, value)
			}
			continue
		}
		n.Fields = append(n.Fields, Field{key, value})
	}
	if len(merged) == 0 {
		return nil
	}
	own := map[string]bool{}
	for _, f := range n.Fields {
		own[f.Key.Value] = true
	}
	for _, m := range merged {
		for _, f := range m.Fields {
			if p.nodes++; p.nodes > maxYAMLNodes {
				return tooMany(maxYAMLNodes, p.offset(y.Line, y.Column))
			}
			if !own[f.Key.Value] {
				own[f.Key.Value] = true
				n.Fields = append(n.Fields, f)
			}
		}
	}
	return nil
}

// leavesOut reports whether the properties of a mapping do not matter: it is a
// resource of a type of which nobody asks for them.
func (p *yamlParser) leavesOut(y *yaml.Node) bool {
	if p.matters == nil {
		return false
	}
	kind := ""
	for i := 0; i+1 < len(y.Content); i += 2 {
		switch key, value := y.Content[i], y.Content[i+1]; {
		case key.Tag == "!!merge":
			return false // it may bring another type, or the properties elsewhere
		case key.Value == "Type" && (kind != "" || value.Kind != yaml.ScalarNode):
			return false
		case key.Value == "Type":
			kind = value.Value
		}
	}
	return strings.Contains(kind, "::") && !p.matters(kind)
}

// alias returns the node that an alias stands for: the very same node, so
// that a bomb of aliases stays small until somebody walks it (maxSteps).
func (p *yamlParser) alias(y *yaml.Node, depth int) (*Node, *Problem) {
	if n, ok := p.anchors[y.Alias]; ok {
		if n == nil {
			start := p.offset(y.Line, y.Column)
			return nil, &Problem{Message: "the alias *" + y.Value + " stands inside its own anchor", Start: start, End: start + 1 + len(y.Value)}
		}
		return n, nil
	}
	return p.node(y.Alias, depth)
}

func (p *yamlParser) problem(err error) *Problem {
	message, start := err.Error(), 0
	if load := (*yaml.LoadError)(nil); errors.As(err, &load) {
		message = load.Message
		if load.ContextMsg != "" {
			message = load.ContextMsg + ": " + load.Message
		}
		if load.Mark.Line > 0 {
			start = p.offset(load.Mark.Line, max(load.Mark.Column, 1))
		} else if i := bytes.IndexFunc(p.file.Text, notYAML); i >= 0 {
			start, message = i, fmt.Sprintf("the character %U is not allowed", p.file.Text[i])
		}
	}
	end := start
	if start < len(p.file.Text) && p.file.Text[start] != '\n' && p.file.Text[start] != '\r' {
		_, size := utf8.DecodeRune(p.file.Text[start:])
		end += size
	}
	return &Problem{Message: "not valid YAML: " + message, Start: start, End: end}
}

// notYAML reports whether a character may not stand in a YAML file at all (YAML
// 1.2.2 §5.1). The parser refuses it without saying where it is.
func notYAML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7F
}

// offset turns the parser's line and column, both from 1 and the column in
// characters, into an offset of the file.
func (p *yamlParser) offset(line, column int) int {
	text := p.file.Text
	if p.lines == nil {
		p.lines = yamlLines(text)
	}
	if line < 1 || line > len(p.lines) {
		return len(text)
	}
	i, skipped := p.mark(line, column-1)
	for column -= skipped; column > 1 && i < len(text); column-- {
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	return i
}

// markEvery is the number of characters between the marks of a long line.
const markEvery = 1024

// mark returns the offset of a place on a line that is at most so many
// characters after its start, and how many it is after it: a file of one long
// line is not counted from its start for every value.
func (p *yamlParser) mark(line, characters int) (offset, skipped int) {
	start := p.lines[line-1]
	if characters < markEvery {
		return start, 0
	}
	if p.marks == nil {
		p.marks = map[int][]int{}
	}
	marks := p.marks[line]
	if marks == nil {
		marks = []int{start}
	}
	for len(marks) <= characters/markEvery && marks[len(marks)-1] < len(p.file.Text) {
		i := marks[len(marks)-1]
		for n := 0; n < markEvery && i < len(p.file.Text); n++ {
			_, size := utf8.DecodeRune(p.file.Text[i:])
			i += size
		}
		marks = append(marks, i)
	}
	p.marks[line] = marks
	n := min(characters/markEvery, len(marks)-1)
	return marks[n], n * markEvery
}

// yamlLines returns the offset of each line as the YAML parser counts them:
// besides "\n" and "\r\n" a lone "\r" ends a line, and so do NEL, LS and PS
// (YAML 1.1 §5.4).
func yamlLines(text []byte) []int {
	first := 0
	if bytes.HasPrefix(text, []byte("\uFEFF")) {
		first = 3
	}
	lines := []int{first}
	if bytes.IndexByte(text, '\r') < 0 && !bytes.Contains(text, []byte("\u0085")) && !bytes.Contains(text, []byte("\u2028")) && !bytes.Contains(text, []byte("\u2029")) {
		// As nearly every file is.
		for i := first; ; {
			n := bytes.IndexByte(text[i:], '\n')
			if n < 0 {
				return lines
			}
			i += n + 1
			lines = append(lines, i)
		}
	}
	for i := first; i < len(text); {
		n := breakLength(text[i:])
		if n == 0 {
			i++
			continue
		}
		i += n
		lines = append(lines, i)
	}
	return lines
}

// breakLength is the length of the line break that text begins with; 0 when it
// begins with none.
func breakLength(text []byte) int {
	switch {
	case len(text) == 0:
		return 0
	case text[0] == '\n':
		return 1
	case text[0] == '\r':
		if len(text) > 1 && text[1] == '\n' {
			return 2
		}
		return 1
	case bytes.HasPrefix(text, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(text, []byte("\u2028")), bytes.HasPrefix(text, []byte("\u2029")):
		return 3
	default:
		return 0
	}
}

// yamlPlace is the place of a YAML node. The parser gives only where a node
// starts, so its end and the way into its text are read from the file again.
type yamlPlace struct {
	parser *yamlParser
	yaml   *yaml.Node
	found  *found // once it was asked for
}

// A found place is the bytes of a node and the way into its text.
type found struct {
	at      source.Span
	decoded source.Trace
}

func (l *yamlPlace) Span() source.Span { return l.locate().at }

func (l *yamlPlace) Trace() source.Trace { return l.locate().decoded }

func (l *yamlPlace) locate() *found {
	if l.found != nil {
		return l.found
	}
	l.found = &found{}
	text := l.parser.file.Text
	start := l.parser.offset(l.yaml.Line, l.yaml.Column)
	// No text of a scalar starts like a tag or an anchor without quotes. What
	// stands where a value is left out could.
	written := l.yaml.Kind == yaml.ScalarNode && l.yaml.Value != ""
	if written || l.yaml.Anchor != "" || l.yaml.Style&yaml.TaggedStyle != 0 {
		start = skipProperties(text, start, l.yaml.Anchor)
	}
	s := scalarScanner{text: text, value: l.yaml.Value, at: start, trace: source.NewTrace(l.parser.file)}
	var end int
	switch {
	case l.yaml.Kind == yaml.ScalarNode:
		end = s.scan(l.yaml)
		if trace, ok := s.traced(); ok {
			l.found.decoded = trace
		}
	case l.yaml.Style&yaml.FlowStyle != 0:
		end = l.flowEnd(start)
	default:
		end = l.lastChildEnd(start)
	}
	l.found.at = source.Span{File: l.parser.file, Start: start, End: max(min(end, len(text)), start)}
	return l.found
}

// lastChildEnd is where the last key or value that is written inside the node
// ends.
func (l *yamlPlace) lastChildEnd(start int) int {
	end := start
	for _, child := range l.yaml.Content {
		if child.Kind == yaml.AliasNode {
			at := l.parser.offset(child.Line, child.Column)
			end = max(end, at+1+len(child.Value))
			continue
		}
		inner := l.parser.places[child]
		if inner == nil { // the key of a merge, or another node that was not kept
			inner = &yamlPlace{parser: l.parser, yaml: child}
			l.parser.places[child] = inner
		}
		end = max(end, inner.Span().End)
	}
	return end
}

// flowEnd is the end of a list or object in brackets.
func (l *yamlPlace) flowEnd(start int) int {
	text := l.parser.file.Text
	i := start + 1
	if len(l.yaml.Content) > 0 {
		i = max(i, l.lastChildEnd(start))
	}
	for i < len(text) {
		switch text[i] {
		case ']', '}':
			return i + 1
		case '#':
			i = endOfLine(text, i)
		default:
			i++
		}
	}
	return i
}

// skipProperties skips the tag, the anchor of that name, and what stands
// between them and the value.
func skipProperties(text []byte, i int, anchor string) int {
	for i < len(text) {
		switch c := text[i]; {
		case c == '&':
			i += 1 + len(anchor)
		case c == '!':
			for i < len(text) && !isBlank(text[i]) && breakLength(text[i:]) == 0 && strings.IndexByte(",[]{}", text[i]) < 0 {
				i++
			}
		case isBlank(c):
			i++
		case c == '#':
			i = endOfLine(text, i)
		case breakLength(text[i:]) > 0:
			i += breakLength(text[i:])
		default:
			return i
		}
	}
	return min(i, len(text))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func endOfLine(text []byte, i int) int {
	for i < len(text) && breakLength(text[i:]) == 0 {
		i++
	}
	return i
}
