package terraform

import (
	"bytes"
	"path"
	"slices"
	"sync"

	"github.com/eplint/eplint/internal/source"
)

// A Scan tells which folders can hold an endpoint. It reads bytes and parses
// nothing, and each folder once. It is safe for concurrent use.
type Scan struct {
	folders sync.Map // path → *scanned
}

// scanned is what the bytes of a folder's configuration tell.
type scanned struct {
	once    sync.Once
	matters bool     // some file has the words
	calls   []string // the folders of the local modules that it may call
}

// Leads reports whether the configuration of a folder, of which some files are
// given, can hold an endpoint: a file of it has the words, or one of a module that
// it calls.
func (s *Scan) Leads(files []*source.File, dir string, o Options) bool {
	return s.leads(files, dir, o, map[string]bool{})
}

func (s *Scan) leads(files []*source.File, dir string, o Options, seen map[string]bool) bool {
	if len(seen) > maxExpanded {
		return true // whatever there is besides
	}
	seen[dir] = true
	v, _ := s.folders.LoadOrStore(dir, &scanned{})
	f := v.(*scanned)
	f.once.Do(func() { f.scan(files, dir, o) })
	return f.matters || slices.ContainsFunc(f.calls, func(called string) bool { return !seen[called] && s.leads(nil, called, o, seen) })
}

func (f *scanned) scan(files []*source.File, dir string, o Options) {
	given := map[string]bool{}
	for _, one := range files {
		given[one.Path] = true
		f.file(one, dir)
	}
	if f.matters || o.List == nil || o.Read == nil {
		return
	}
	// What the modules that were fetched hold, their names do not tell.
	if _, err := o.Read(path.Join(dir, installed)); err == nil {
		f.matters = true
		return
	}
	names, err := o.List(dir)
	if err != nil {
		return
	}
	for _, name := range names {
		p := path.Join(dir, name)
		if f.matters || !IsConfiguration(name) || given[p] {
			continue
		}
		if one, err := o.Read(p); err == nil {
			f.file(one, dir)
		}
	}
}

func (f *scanned) file(one *source.File, dir string) {
	f.matters = f.matters || bytes.Contains(one.Text, []byte(endpointType)) || bytes.Contains(one.Text, []byte("vpc-endpoints"))
	for _, from := range localSources(one.Text) {
		if called := path.Join(dir, from); called != dir && !slices.Contains(f.calls, called) {
			f.calls = append(f.calls, called)
		}
	}
}

// localSources are the paths that a text may call modules by: every string that
// starts as one does and stands after the word source.
func localSources(text []byte) []string {
	var list []string
	for i := 0; len(list) < maxExpanded; {
		n := bytes.Index(text[i:], []byte(`".`))
		if n < 0 {
			break
		}
		start := i + n + 1
		i = start
		before := bytes.TrimRight(text[max(0, start-maxSource):start-1], " \t\r\n=:\"")
		end := bytes.IndexAny(text[start:min(len(text), start+maxSource)], "\"\n")
		if end < 0 || !bytes.HasSuffix(before, []byte("source")) {
			continue
		}
		if from := string(text[start : start+end]); isLocal(from) {
			list = append(list, from)
		}
	}
	return list
}

// installed is where Terraform lists the modules that it fetched for a folder.
const installed = ".terraform/modules/modules.json"

// maxSource bounds the path of a module.
const maxSource = 1 << 10
