package config

import (
	"path/filepath"
	"strings"
	"sync"
)

// A Tree finds the configuration that holds for the files of a folder: the
// nearest file called Name from the folder upwards, no further than the
// repository's root. It looks into a folder once, reads a file once, and is
// safe for concurrent use.
//
// Each method takes the folder and what the user named to get there: a folder,
// or the folder of a file. Where there is no repository the working directory
// bounds the search, and for a folder outside of it the one that was named.
type Tree struct {
	// Dir is the absolute working directory.
	Dir string
	// Exists reports whether there is something at an absolute path.
	Exists func(path string) bool
	// Read reads the configuration at an absolute path.
	Read func(path string) (*Config, error)
	// None is what holds where there is no file.
	None *Config

	mu      sync.Mutex
	folders map[string]*folder
}

// A folder is what the tree knows of one.
type folder struct {
	path       string
	above      *folder // nil for a repository's root, and for the topmost folder
	repository bool
	// config is nil where there is no file.
	config func() (*Config, error)
}

// For returns the configuration that holds for the files of a folder; None
// where there is no file.
func (t *Tree) For(path, named string) (*Config, error) {
	for _, f := range t.within(path, named) {
		if f.config != nil {
			return f.config()
		}
	}
	return t.None, nil
}

// Above returns the configurations from a folder upwards, as far as For goes,
// the nearest first.
func (t *Tree) Above(path, named string) ([]*Config, error) {
	var all []*Config
	for _, f := range t.within(path, named) {
		if f.config == nil {
			continue
		}
		c, err := f.config()
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// within is the folder and those above it up to the bound.
func (t *Tree) within(path, named string) []*folder {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*folder
	bound := named
	if below(t.Dir, path) {
		bound = t.Dir
	}
	bounded := 0 // how many there are up to the bound
	for f := t.folder(path); f != nil; f = f.above {
		all = append(all, f)
		if f.repository {
			return all
		}
		if f.path == bound {
			bounded = len(all)
		}
	}
	return all[:bounded]
}

func (t *Tree) folder(path string) *folder {
	if f := t.folders[path]; f != nil {
		return f
	}
	f := &folder{path: path, repository: t.Exists(filepath.Join(path, ".git"))}
	if file := filepath.Join(path, Name); t.Exists(file) {
		f.config = sync.OnceValues(func() (*Config, error) { return t.Read(file) })
	}
	if t.folders == nil {
		t.folders = map[string]*folder{}
	}
	t.folders[path] = f
	if parent := filepath.Dir(path); parent != path && !f.repository {
		f.above = t.folder(parent)
	}
	return f
}

func below(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
