package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eplint/eplint/internal/source"
)

// A frame is a text that JSON is parsed from and the way from its offsets to
// places in a file: the file itself, or a string of it.
type frame interface {
	span(start, end int) source.Span
	// string returns the node of the string literal at [start, end), whose
	// decoded text is value.
	string(start, end int, value string) *Node
}

// fileFrame is a whole file.
type fileFrame struct{ file *source.File }

func (f fileFrame) span(start, end int) source.Span {
	return source.Span{File: f.file, Start: start, End: end}
}

func (f fileFrame) string(start, end int, value string) *Node {
	return &Node{Kind: String, Value: value, Place: jsonString{f.file, start, end}}
}

// jsonString is the place of a string literal of a JSON file.
type jsonString struct {
	file       *source.File
	start, end int
}

func (s jsonString) Span() source.Span {
	return source.Span{File: s.file, Start: s.start, End: s.end}
}

func (s jsonString) Trace() source.Trace {
	t := source.NewTrace(s.file)
	traceJSON(s.file.Text[s.start:s.end], func(n, start, end int) {
		t.Add(n, s.start+start, s.start+end)
	})
	return t
}

// traceJSON calls add for each piece of a valid JSON string literal: the
// number of bytes that it decodes to and the bytes that it is written with.
func traceJSON(literal []byte, add func(n, start, end int)) {
	for i := 1; i < len(literal)-1; {
		if literal[i] != '\\' {
			n := bytes.IndexByte(literal[i:len(literal)-1], '\\')
			if n < 0 {
				n = len(literal) - 1 - i
			}
			add(n, i, i+n)
			i += n
			continue
		}
		width := 2
		if literal[i+1] == 'u' {
			width = 6
			// A surrogate pair is two escapes that stand for one character.
			if i+12 < len(literal) && isSurrogate(literal[i+2:]) && literal[i+6] == '\\' && literal[i+7] == 'u' {
				width = 12
			}
		}
		decoded, _ := jsontext.AppendUnquote(nil, append(append([]byte{'"'}, literal[i:i+width]...), '"'))
		add(len(decoded), i, i+width)
		i += width
	}
}

// isSurrogate reports whether four hex digits are the first half of a pair.
func isSurrogate(hex []byte) bool {
	return (hex[0] == 'd' || hex[0] == 'D') && strings.IndexByte("89abAB", hex[1]) >= 0
}

// parseJSON parses every JSON value of a text: usually one. A byte order mark
// must have been cut off; base is added to every offset.
func parseJSON(text []byte, base int, in frame) ([]*Node, *Problem) {
	p := &jsonParser{
		decoder: jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true)),
		base:    base,
		in:      in,
	}
	var values []*Node
	for {
		kind := p.decoder.PeekKind()
		if kind == 0 {
			// The decoder gives its error to the next read alone.
			if _, err := p.decoder.ReadToken(); errors.Is(err, io.EOF) {
				return values, nil
			} else if err != nil {
				return nil, p.problem(err, text)
			}
		}
		if len(values) == MaxDocuments {
			return nil, &Problem{Message: "the file holds too many JSON documents", Start: p.offset(), End: p.offset()}
		}
		n, err := p.value(0)
		if err != nil {
			return nil, p.problem(err, text)
		}
		values = append(values, n)
	}
}

type jsonParser struct {
	decoder *jsontext.Decoder
	base    int
	in      frame
	nodes   int
}

func (p *jsonParser) offset() int { return p.base + int(p.decoder.InputOffset()) }

func (p *jsonParser) value(depth int) (*Node, error) {
	if p.nodes++; p.nodes > maxJSONNodes {
		return nil, tooMany(maxJSONNodes, p.offset())
	}
	switch kind := p.decoder.PeekKind(); kind {
	case '{', '[':
		if depth == MaxDepth {
			return nil, tooDeep(p.offset())
		}
		if _, err := p.decoder.ReadToken(); err != nil {
			return nil, err
		}
		start := p.offset() - 1
		n := &Node{Kind: Array}
		if kind == '{' {
			n.Kind = Object
		}
		if err := p.children(n, depth+1); err != nil {
			return nil, err
		}
		if _, err := p.decoder.ReadToken(); err != nil {
			return nil, err
		}
		n.Place = At(p.in.span(start, p.offset()))
		return n, nil
	default:
		raw, err := p.decoder.ReadValue()
		if err != nil {
			return nil, err
		}
		end := p.offset()
		start := end - len(raw)
		if kind == '"' {
			return p.text(raw, start, end)
		}
		n := &Node{Value: string(raw), Place: At(p.in.span(start, end))}
		switch kind {
		case 't', 'f':
			n.Kind = Boolean
		case '0':
			n.Kind = Number
		}
		return n, nil
	}
}

func (p *jsonParser) text(raw []byte, start, end int) (*Node, error) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return p.in.string(start, end, string(raw[1:len(raw)-1])), nil
	}
	value, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return nil, err
	}
	return p.in.string(start, end, string(value)), nil
}

func (p *jsonParser) children(n *Node, depth int) error {
	for {
		switch p.decoder.PeekKind() {
		case '}', ']':
			return nil
		case 0:
			if _, err := p.decoder.ReadToken(); err != nil {
				return err
			}
		}
		child, err := p.value(depth)
		if err != nil {
			return err
		}
		if n.Kind == Array {
			n.Items = append(n.Items, child)
			continue
		}
		value, err := p.value(depth)
		if err != nil {
			return err
		}
		n.Fields = append(n.Fields, Field{child, value})
	}
}

// problem turns an error of the decoder into one with a place.
func (p *jsonParser) problem(err error, text []byte) *Problem {
	if own := (*Problem)(nil); errors.As(err, &own) {
		return own
	}
	offset := int(p.decoder.InputOffset())
	message := err.Error()
	if syntactic := (*jsontext.SyntacticError)(nil); errors.As(err, &syntactic) {
		offset = int(syntactic.ByteOffset)
		message = syntactic.Err.Error()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		offset = len(text)
		message = "the text ends in the middle of a value"
	}
	offset = min(offset, len(text))
	if rest := bytes.TrimLeft(text[offset:], ", \t\r\n"); bytes.HasPrefix(text[offset:], []byte(",")) && len(rest) > 0 && (rest[0] == '}' || rest[0] == ']') {
		message = fmt.Sprintf("a comma before %q", rest[0])
	}
	end := offset
	if offset < len(text) {
		_, size := utf8.DecodeRune(text[offset:])
		end += size
	}
	return &Problem{Message: "not valid JSON: " + message, Start: p.base + offset, End: p.base + end}
}
