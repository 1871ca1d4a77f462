package terraform

import (
	"bytes"
	"path"
	"slices"

	"github.com/eplint/eplint/internal/source"
)

// Leads reports whether the configuration of a folder, of which some files are
// given, can hold an endpoint: a file of it has the words, or one of a module that
// it calls. It reads bytes and parses nothing.
func Leads(files []*source.File, dir string, o Options) bool {
	s := search{options: o, seen: map[string]bool{dir: true}}
	for _, f := range files {
		if s.matters(f.Text) {
			return true
		}
	}
	// The folder's other files are read only when some are not given.
	given := map[string]bool{}
	for _, f := range files {
		given[f.Path] = true
	}
	return s.folder(dir, given) || s.modules(files, dir, 0)
}

type search struct {
	options Options
	seen    map[string]bool // folders
}

func (s *search) matters(text []byte) bool {
	return bytes.Contains(text, []byte(endpointType)) || bytes.Contains(text, []byte("vpc-endpoints"))
}

// folder looks at the files of a folder that are not given.
func (s *search) folder(dir string, given map[string]bool) bool {
	files := s.read(dir, given)
	return slices.ContainsFunc(files, func(f *source.File) bool { return s.matters(f.Text) })
}

func (s *search) read(dir string, given map[string]bool) []*source.File {
	if s.options.List == nil || s.options.Read == nil {
		return nil
	}
	names, err := s.options.List(dir)
	if err != nil {
		return nil
	}
	var files []*source.File
	for _, name := range names {
		p := path.Join(dir, name)
		if !IsConfiguration(name) || given[p] {
			continue
		}
		if f, err := s.options.Read(p); err == nil {
			files = append(files, f)
		}
	}
	return files
}

// modules looks at the local modules that files call.
func (s *search) modules(files []*source.File, dir string, depth int) bool {
	if depth == maxModules {
		return true // whatever is deeper
	}
	for _, f := range files {
		for _, from := range localSources(f.Text) {
			called := path.Join(dir, from)
			if s.seen[called] {
				continue
			}
			s.seen[called] = true
			inner := s.read(called, nil)
			if slices.ContainsFunc(inner, func(f *source.File) bool { return s.matters(f.Text) }) || s.modules(inner, called, depth+1) {
				return true
			}
		}
	}
	return false
}

// localSources are the paths that a text may call modules by: every string that
// starts as one does and stands after the word source.
func localSources(text []byte) []string {
	var list []string
	for i := 0; ; {
		n := bytes.Index(text[i:], []byte(`".`))
		if n < 0 {
			return list
		}
		start := i + n + 1
		i = start
		before := bytes.TrimRight(text[:start-1], " \t\r\n=:\"")
		end := bytes.IndexAny(text[start:min(len(text), start+maxSource)], "\"\n")
		if end < 0 || !bytes.HasSuffix(before, []byte("source")) {
			continue
		}
		if from := string(text[start : start+end]); isLocal(from) {
			list = append(list, from)
		}
	}
}

// maxSource bounds the path of a module.
const maxSource = 1 << 10
