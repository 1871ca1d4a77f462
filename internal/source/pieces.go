package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Pieces reads standard input as a file of that path, in pieces that hold what
// must be read together: each of several JSON objects that follow each other, and
// each object of a list of them. A piece of a list is itself a list. Any other
// text is one piece. A piece knows its place, and none is kept. An error is the
// last that is given.
func Pieces(name string, r io.Reader) iter.Seq2[*File, error] {
	return func(yield func(*File, error) bool) {
		s := &splitter{name: name, in: bufio.NewReaderSize(r, 1<<16), at: Point{Line: 1, Column: 1, UTF16: 1}}
		for {
			text, last, err := s.next()
			if err != nil && !errors.Is(err, io.EOF) {
				yield(nil, err)
				return
			}
			if len(text) > 0 && !yield(s.file(text), nil) || last {
				return
			}
		}
	}
}

// A splitter cuts a text into pieces. What is no JSON it need not notice: who
// parses the pieces will.
type splitter struct {
	name string
	in   *bufio.Reader
	list bool   // inside a list
	text []byte // read, and not given away
	at   Point  // where text starts
}

// read reads a byte.
func (s *splitter) read() (byte, error) {
	c, err := s.in.ReadByte()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("the file cannot be read: %w", cause(err))
		}
		return 0, err
	}
	if len(s.text) == maxBytes {
		return 0, fmt.Errorf("the file is too large: more than %d bytes", maxBytes)
	}
	s.text = append(s.text, c)
	return c, nil
}

// next returns the text of the next piece, and whether it is the last.
func (s *splitter) next() (text []byte, last bool, err error) {
	s.text = nil
	comma := -1
	for {
		c, err := s.read()
		switch {
		case err != nil && s.list && errors.Is(err, io.EOF):
			// The list has no end: whoever parses this will say so.
			return append([]byte("["), s.text...), true, err
		case err != nil:
			return nil, true, err
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		case c == '[' && !s.list:
			s.list = true
			comma = len(s.text) - 1
		case c == ',' && s.list && comma < 0:
			comma = len(s.text) - 1
		case c == ']' && s.list && (comma < 0 || s.text[comma] == '['):
			s.list, comma = false, -1
			s.skip()
		case c == '{' && (!s.list || comma >= 0):
			if err := s.object(); err != nil {
				return s.text, true, err
			}
			text = s.text
			if s.list {
				text[comma] = '['
				text = append(text, ']')
			}
			return text, false, nil
		default:
			if s.list && comma >= 0 && c != ']' {
				s.text[comma] = '['
			}
			for err == nil {
				_, err = s.read()
			}
			return s.text, true, err
		}
	}
}

// skip leaves out what was read: it is in no piece.
func (s *splitter) skip() {
	s.at = newMapper(s.text, s.at).Point(len(s.text))
	s.text = s.text[:0]
}

// object reads on to the end of an object.
func (s *splitter) object() error {
	for depth, quoted := 1, false; depth > 0; {
		c, err := s.read()
		switch {
		case err != nil:
			return err
		case quoted && c == '\\':
			if _, err := s.read(); err != nil {
				return err
			}
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// file is a piece as a file, at its place.
func (s *splitter) file(text []byte) *File {
	f := NewFile(s.name, slices.Clip(text))
	f.start = s.at
	s.at = newMapper(s.text, s.at).Point(len(s.text))
	return f
}
