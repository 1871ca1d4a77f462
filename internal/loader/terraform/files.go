package terraform

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// maxRead bounds a file that is read as text.
const maxRead = 1 << 20

// fileOf returns the file at a path, from the root module on; nil, and what the
// call is then, when there is none that may be read.
func (c *call) fileOf(n *syntax.Node) (*source.File, *syntax.Node) {
	name, ok := n.Literal()
	if !ok {
		return nil, c.unlessHole(n)
	}
	if name == "" || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") {
		return nil, c.unknown()
	}
	f, err := c.evaluator.file(path.Join(c.rootDir, name))
	if err != nil || len(f.Text) > maxRead || !utf8.Valid(f.Text) {
		return nil, c.unknown()
	}
	return f, nil
}

// ofFile are the functions that read files.
func (c *call) ofFile() *syntax.Node {
	switch {
	case c.name != "file" && c.name != "fileexists" || len(c.args) != 1:
		return c.unknown()
	case c.name == "fileexists":
		f, why := c.fileOf(c.args[0])
		if f != nil {
			return booleanOf(true, c.at)
		}
		return why
	}
	f, why := c.fileOf(c.args[0])
	if f == nil {
		return why
	}
	return &syntax.Node{Kind: syntax.String, Value: string(f.Text), Place: wholeFile{f}}
}

// A wholeFile is the place of the text of a file.
type wholeFile struct{ file *source.File }

func (w wholeFile) Span() source.Span {
	return source.Span{File: w.file, Start: 0, End: len(w.file.Text)}
}

func (w wholeFile) Trace() source.Trace {
	t := source.NewTrace(w.file)
	t.Add(len(w.file.Text), 0, len(w.file.Text))
	return t
}

// yamlFile is a text as a file of YAML: the file that it is all of, where it is.
func (c *call) yamlFile(text string) *source.File {
	if w, ok := c.args[0].Place.(wholeFile); ok && !strings.HasSuffix(strings.ToLower(w.file.Path), ".json") {
		return w.file
	}
	return source.NewFile("value.yaml", []byte(text))
}
