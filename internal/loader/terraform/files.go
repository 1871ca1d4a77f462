package terraform

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"

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
	f, err := c.file(path.Join(c.rootDir, name))
	if err != nil || len(f.Text) > maxRead || !utf8.Valid(f.Text) {
		return nil, c.unknown()
	}
	return f, nil
}

// ofFile are the functions that read files.
func (c *call) ofFile() *syntax.Node {
	switch {
	case c.name == "fileset" && len(c.args) == 2:
		return c.fileset()
	case len(c.args) != 1 || c.name == "abspath":
		return c.unknown()
	case c.name == "fileexists":
		return c.fileexists()
	}
	f, why := c.fileOf(c.args[0])
	if f == nil {
		return why
	}
	if c.name == "file" {
		return &syntax.Node{Kind: syntax.String, Value: string(f.Text), Place: wholeFile{f}}
	}
	// filesha256 is sha256 of the file.
	name := strings.Replace(strings.TrimPrefix(c.name, "file"), "base64", "base64encode", 1)
	name = strings.Replace(name, "base64encodesha", "base64sha", 1)
	function, ok := library(name)
	if !ok {
		return c.unknown()
	}
	v, err := function.Call([]cty.Value{cty.StringVal(string(f.Text))})
	if err != nil {
		return c.refused()
	}
	return fromCty(v, c.at)
}

// fileexists says that there is no file only where the folder can be listed.
func (c *call) fileexists() *syntax.Node {
	name, ok := c.args[0].Literal()
	if !ok {
		return c.unlessHole(c.args[0])
	}
	dir, base := path.Split(path.Join(c.rootDir, name))
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || c.options.List == nil {
		return c.unknown()
	}
	names, err := c.options.List(path.Clean(dir))
	if err != nil {
		return c.unknown()
	}
	return booleanOf(slices.Contains(names, base), c.at)
}

// fileset finds the files of one folder; it looks into none below.
func (c *call) fileset() *syntax.Node {
	dir, ok := c.args[0].Literal()
	pattern, also := c.args[1].Literal()
	if !ok || !also || strings.HasPrefix(dir, "/") || strings.HasPrefix(dir, "~") || strings.Contains(pattern, "**") || strings.Contains(pattern, "{") || c.options.List == nil {
		return c.unknown()
	}
	folder, base := path.Split(pattern)
	if strings.ContainsAny(folder, `*?[\`) {
		return c.unknown()
	}
	names, err := c.options.List(path.Join(c.rootDir, dir, folder))
	if err != nil {
		return c.unknown()
	}
	out := listOf([]*syntax.Node{}, c.at)
	for _, name := range names {
		if matched, err := path.Match(base, name); err != nil {
			return c.refused()
		} else if matched && len(out.Items) < maxInstances {
			out.Items = append(out.Items, stringOf(path.Join(folder, name), c.at))
		}
	}
	return c.set(out)
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
