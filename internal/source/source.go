// Package source holds the files that eplint reads, places in them, and the
// ways between a byte, a line and a column. It reads and walks; what a file
// means is the loader's job.
package source

import (
	"sync"
)

// A File is one input and the bytes that places in it count.
type File struct {
	// Path is how the user names the file: relative to the working directory
	// where it lies below it, with forward slashes.
	Path string
	// Text is the file as it was read, byte order mark included. It must not
	// change once a Span or a Mapper of the file exists.
	Text []byte
	// start is the place of the text's first byte, for a piece of a file.
	start Point

	once   sync.Once
	mapper *Mapper
}

// NewFile returns a file of that path and content. The file owns text from
// then on.
func NewFile(path string, text []byte) *File {
	return &File{Path: path, Text: text}
}

// Continues reports whether the file is a piece that follows another one: it must
// be what that was, since a listing that breaks off is none that ends.
func (f *File) Continues() bool { return f.start.Line > 1 || f.start.Column > 1 }

// Mapper returns the file's mapper, made at the first call. It is safe for
// concurrent use.
func (f *File) Mapper() *Mapper {
	f.once.Do(func() { f.mapper = newMapper(f.Text, f.start) })
	return f.mapper
}

// A Span is a run of bytes of a file, from Start up to but not including End.
// The zero Span is no place at all.
type Span struct {
	File       *File
	Start, End int
}

// Text returns the bytes of the span; nil for the zero Span.
func (s Span) Text() []byte {
	if s.File == nil {
		return nil
	}
	return s.File.Text[s.Start:s.End]
}

// Bounds returns both ends of the span; zero Points for the zero Span.
func (s Span) Bounds() (start, end Point) {
	if s.File == nil {
		return Point{}, Point{}
	}
	m := s.File.Mapper()
	return m.Point(s.Start), m.Point(s.End)
}

// A Reader returns the file at a path, as the user names it. It returns an
// error that a person can read when there is none, or when it may not be read.
type Reader func(path string) (*File, error)

// Beside gives what lies around a file, all of it by paths as they are shown. The
// zero Beside gives nothing.
type Beside struct {
	// Read returns a file. It refuses what lies outside of the folder that may be
	// read, and what is no regular file. Nil reads nothing.
	Read Reader
	// List returns the names of the files of a folder, sorted. Nil lists nothing.
	List func(folder string) ([]string, error)
	// LeftOut reports whether the user leaves a file out: it is read where others
	// refer to it, and nothing is said about it. Nil leaves out none.
	LeftOut func(path string) bool
}
