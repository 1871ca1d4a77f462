package terraform

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// The limits keep a hostile file from taking all time or memory. The parser of
// HCL is recursive: what is nested deep enough ends the process, and long before
// that takes it minutes.
const (
	maxBytes = 10 << 20
	// maxDepth bounds brackets, blocks, templates and directives inside one
	// another.
	maxDepth = 256
	// maxUnary bounds a run of ! and -, maxChoices the conditionals in a row, and
	// maxOperators the operators between the same brackets.
	maxUnary     = 256
	maxChoices   = 256
	maxOperators = 1_000
	// maxBrackets bounds brackets inside one another as a reader counts them who
	// knows of no strings and comments: whatever the text is, the parser sees no
	// deeper nesting.
	maxBrackets = 2_000
	// maxTokens bounds the words and signs of a text. maxCopied bounds what the
	// parser copies to put the lines of templates together: each time all that it
	// has so far.
	maxTokens = 1_000_000
	maxCopied = 4 << 30
)

// A mode is what a guard reads: the configuration language, or the text of a
// template in quotes, in a heredoc or on its own.
type mode uint8

const (
	code mode = iota
	quoted
	heredoc
	bare
)

// A level is what stands between a bracket and its end.
type level struct {
	mode      mode
	bracket   byte   // what opened code: {, (, [, or $ for a template sequence
	marker    []byte // that ends a heredoc
	choices   int
	operators int
	open      int // directives that are not ended
	start     int // of a template
	pieces    int // of a template, as the lexer gives them
}

// A guard counts what is nested in a text before the parser sees it. It follows
// the lexer of HCL (HCL Native Syntax Specification, "Lexical Elements"); where
// the two could differ it counts more.
type guard struct {
	text   []byte
	at     int
	levels []level
	unary  int
	tokens int
	copied int
	// unended says that no comment ends in the rest of the text.
	unended bool
	broken  *syntax.Problem
}

// guarded returns what keeps a text from being parsed; nil when nothing does.
// A template is text with sequences in it, as opposed to configuration.
func guarded(text []byte, template bool) *syntax.Problem {
	if len(text) > maxBytes {
		return &syntax.Problem{Message: fmt.Sprintf("the file is too large: %d bytes, where Terraform's language of at most %d is read", len(text), maxBytes)}
	}
	if !utf8.Valid(text) {
		i := invalid(text)
		return &syntax.Problem{Message: "not UTF-8 text: save the file as UTF-8", Start: i, End: i + 1}
	}
	g := &guard{text: text, levels: []level{{}}}
	if template {
		g.levels[0].mode = bare
	}
	for g.at < len(text) && g.broken == nil {
		if g.tokens++; g.tokens > maxTokens {
			g.fail("the file holds more than %d words and signs", maxTokens)
		}
		if g.top().mode == code {
			g.code()
		} else {
			g.template()
		}
	}
	if g.broken != nil {
		return g.broken
	}
	return bracketed(text)
}

// invalid is where text stops being UTF-8.
func invalid(text []byte) int {
	i := 0
	for i < len(text) {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

// bracketed counts brackets, whatever they stand in.
func bracketed(text []byte) *syntax.Problem {
	depth := 0
	for i, c := range text {
		switch c {
		case '{', '[', '(':
			if depth++; depth > maxBrackets {
				return &syntax.Problem{Message: fmt.Sprintf("more than %d brackets are open", maxBrackets), Start: i, End: i + 1}
			}
		case '}', ']', ')':
			depth = max(depth-1, 0)
		}
	}
	return nil
}

func (g *guard) top() *level { return &g.levels[len(g.levels)-1] }

func (g *guard) fail(format string, args ...any) {
	if g.broken == nil {
		g.broken = &syntax.Problem{Message: fmt.Sprintf(format, args...), Start: g.at, End: min(g.at+1, len(g.text))}
	}
}

func (g *guard) push(l level) {
	depth := len(g.levels)
	for _, l := range g.levels {
		depth += l.open
	}
	if depth > maxDepth {
		g.fail("blocks, brackets and templates are nested more than %d deep", maxDepth)
	}
	g.levels = append(g.levels, l)
	g.unary = 0
}

// pop ends the innermost bracket that a closing one can end. One that ends
// nothing is an error that the parser tells.
func (g *guard) pop(opened ...byte) {
	if l := g.top(); l.mode == code && len(g.levels) > 1 && bytes.IndexByte(opened, l.bracket) >= 0 {
		g.levels = g.levels[:len(g.levels)-1]
	}
	g.unary = 0
}

// code reads one token of the configuration language.
func (g *guard) code() {
	c, rest := g.text[g.at], g.text[g.at:]
	switch {
	case c == ' ' || c == '\t' || c == '\r':
		for g.at < len(g.text) && (g.text[g.at] == ' ' || g.text[g.at] == '\t' || g.text[g.at] == '\r') {
			g.at++
		}
	case c == '\n':
		g.at++
		// In brackets other than braces an expression goes on.
		if b := g.top().bracket; b == 0 || b == '{' {
			g.next()
		}
	case c == '#' || bytes.HasPrefix(rest, []byte("//")):
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		g.at += end
	case !g.unended && bytes.HasPrefix(rest, []byte("/*")):
		end := bytes.Index(rest[2:], []byte("*/"))
		g.unended = end < 0
		g.at += max(4+end, 2)
	case c == '"':
		g.push(level{mode: quoted, start: g.at})
		g.at++
	case bytes.HasPrefix(rest, []byte("<<")) && heredocMarker(rest) != nil:
		g.push(level{mode: heredoc, marker: heredocMarker(rest), start: g.at})
		g.at += bytes.IndexByte(rest, '\n') + 1
	case c == '{' || c == '(' || c == '[':
		if c == '[' {
			g.operator(c) // an index, or a splat, which the parser takes for nesting
		}
		g.push(level{bracket: c})
		g.at++
	case c == '}':
		g.pop('{', '$')
		g.at++
	case c == ')':
		g.pop('(')
		g.at++
	case c == ']':
		g.pop('[')
		g.at++
	case c == ',':
		g.next()
		g.at++
	case isWord(c):
		for g.at < len(g.text) && (isWord(g.text[g.at]) || g.text[g.at] == '-') {
			g.at++
		}
		g.unary = 0
	default:
		g.operator(c)
		g.at++
	}
}

// next begins another expression.
func (g *guard) next() {
	g.top().choices, g.top().operators, g.unary = 0, 0, 0
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func (g *guard) operator(c byte) {
	l := g.top()
	switch c {
	case '?':
		if l.choices++; l.choices > maxChoices {
			g.fail("more than %d conditionals follow one another", maxChoices)
		}
	case '!', '-':
		if g.unary++; g.unary > maxUnary {
			g.fail("more than %d operators stand before a value", maxUnary)
		}
	}
	if c != '.' && c != ':' && c != '=' {
		if l.operators++; l.operators > maxOperators {
			g.fail("more than %d operators follow one another", maxOperators)
		}
	}
}

// heredocMarker is the word that ends the heredoc whose start the text begins
// with; nil when it begins none.
func heredocMarker(text []byte) []byte {
	line, _, ok := bytes.Cut(text[2:min(len(text), 1<<10)], []byte("\n"))
	if !ok {
		return nil
	}
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("-")), []byte("\r"))
	for i, r := range string(line) {
		start := r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
		goesOn := i > 0 && (r == '-' || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Continue))
		if !start && !goesOn {
			return nil
		}
	}
	if len(line) == 0 {
		return nil
	}
	return line
}

// template reads up to the next sequence of a template, or its end.
func (g *guard) template() {
	l := g.top()
	if l.mode == heredoc && (g.at == 0 || g.text[g.at-1] == '\n') {
		line, _, _ := bytes.Cut(g.text[g.at:], []byte("\n"))
		if bytes.Equal(bytes.TrimSpace(line), l.marker) {
			g.levels = g.levels[:len(g.levels)-1]
			g.at += len(line)
			return
		}
	}
	// A piece is put to all before it.
	piece := func() {
		l.pieces++
		if g.copied += g.at - l.start + 16*l.pieces; g.copied > maxCopied {
			g.fail("the texts of the file have too many lines")
		}
	}
	piece()
	for g.broken == nil && g.at < len(g.text) {
		c, rest := g.text[g.at], g.text[g.at:]
		switch {
		case l.mode == quoted && c == '\\':
			g.at += 2
		case l.mode == quoted && c == '"':
			g.levels = g.levels[:len(g.levels)-1]
			g.at++
			return
		case bytes.HasPrefix(rest, []byte("$${")) || bytes.HasPrefix(rest, []byte("%%{")):
			g.at += 3
			piece()
		case bytes.HasPrefix(rest, []byte("${")) || bytes.HasPrefix(rest, []byte("%{")):
			if c == '%' {
				g.directive(bytes.TrimLeft(bytes.TrimPrefix(rest[2:], []byte("~")), " \t\r\n"))
			}
			g.push(level{bracket: '$'})
			g.at += 2
			return
		case c == '\n':
			g.at++
			if l.mode == heredoc {
				return
			}
			piece()
		case c == '$' || c == '%':
			g.at++
			piece()
		default:
			g.at++
		}
	}
}

// directive counts the directives that are open in a template.
func (g *guard) directive(text []byte) {
	l := g.top()
	switch {
	case bytes.HasPrefix(text, []byte("if")), bytes.HasPrefix(text, []byte("for")):
		l.open++
	case bytes.HasPrefix(text, []byte("endif")), bytes.HasPrefix(text, []byte("endfor")):
		l.open = max(l.open-1, 0)
	}
}
