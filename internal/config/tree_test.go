package config_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/config"
)

// tree returns a tree over files that are there by name alone. A configuration
// is known by its path, which stands in its Base. Looked collects what was
// asked for.
func tree(dir string, files ...string) (t *config.Tree, looked map[string]int, read map[string]int) {
	looked, read = map[string]int{}, map[string]int{}
	return &config.Tree{
		Dir: dir,
		Exists: func(path string) bool {
			looked[path]++
			return slices.Contains(files, path)
		},
		Read: func(path string) (*config.Config, error) {
			read[path]++
			if strings.Contains(path, "broken") {
				return nil, errors.New("broken")
			}
			return &config.Config{Base: path}, nil
		},
		None: &config.Config{Base: "none"},
	}, looked, read
}

func TestTheNearestConfigurationHolds(t *testing.T) {
	t.Parallel()
	files := []string{
		"/w/.eplint.yaml", "/w/a/.eplint.yaml", "/.eplint.yaml",
		"/w/repo/.git", "/w/repo/inner/.eplint.yaml", "/w/repo/inner/deep/.eplint.yaml",
		"/out/.eplint.yaml", "/out/deep/.eplint.yaml", "/broken/.eplint.yaml",
		"/other/.git", "/other/.eplint.yaml",
	}
	for _, c := range []struct {
		dir, folder, named string
		want               string   // For's
		above              []string // Above's
	}{
		{"/w", "/w", "/w", "/w/.eplint.yaml", []string{"/w/.eplint.yaml"}},
		{"/w", "/w/a/b/c", "/w", "/w/a/.eplint.yaml", []string{"/w/a/.eplint.yaml", "/w/.eplint.yaml"}},
		{"/w", "/w/b", "/w/b", "/w/.eplint.yaml", []string{"/w/.eplint.yaml"}},
		// The working directory bounds what lies below it, whatever was named.
		{"/w/a/b", "/w/a/b/c", "/w/a/b/c", "none", nil},
		{"/w/a/b", "/w/a/b/c", "/w", "none", nil},
		// A repository bounds the search, and widens it beyond the working
		// directory.
		{"/w", "/w/repo/b", "/w", "none", nil},
		{"/w", "/w/repo", "/w", "none", nil},
		{"/w/repo/inner/x", "/w/repo/inner/x/y", "/w/repo/inner/x/y", "/w/repo/inner/.eplint.yaml", []string{"/w/repo/inner/.eplint.yaml"}},
		{"/w", "/w/repo/inner/deep", "/w", "/w/repo/inner/deep/.eplint.yaml", []string{"/w/repo/inner/deep/.eplint.yaml", "/w/repo/inner/.eplint.yaml"}},
		{"/w", "/other/deep", "/other/deep", "/other/.eplint.yaml", []string{"/other/.eplint.yaml"}},
		// Outside of the working directory, what was named does.
		{"/w", "/out/deep/er", "/out/deep/er", "none", nil},
		{"/w", "/out/deep/er", "/out/deep", "/out/deep/.eplint.yaml", []string{"/out/deep/.eplint.yaml"}},
		{"/w", "/out/deep/er", "/out", "/out/deep/.eplint.yaml", []string{"/out/deep/.eplint.yaml", "/out/.eplint.yaml"}},
		{"/w", "/out", "/elsewhere", "none", nil},
		{"/", "/w", "/w", "/w/.eplint.yaml", []string{"/w/.eplint.yaml", "/.eplint.yaml"}},
	} {
		tree, _, read := tree(c.dir, files...)
		one, err := tree.For(c.folder, c.named)
		if err != nil {
			t.Fatal(err)
		}
		if one.Base != c.want {
			t.Errorf("%+v: %s holds", c, one.Base)
		}
		all, err := tree.Above(c.folder, c.named)
		if err != nil {
			t.Fatal(err)
		}
		var bases []string
		for _, one := range all {
			bases = append(bases, one.Base)
		}
		if diff := cmp.Diff(c.above, bases); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c, diff)
		}
		for path := range read {
			if !slices.Contains(bases, path) {
				t.Errorf("%+v: %s is read and holds for nothing", c, path)
			}
		}
	}
	broken, _, _ := tree("/broken", files...)
	if _, err := broken.For("/broken/a", "/broken"); err == nil {
		t.Error("a configuration that cannot be read is no error")
	}
	if _, err := broken.Above("/broken/a", "/broken"); err == nil {
		t.Error("a configuration that cannot be read is no error")
	}
}

func TestATreeLooksIntoAFolderOnce(t *testing.T) {
	t.Parallel()
	tree, looked, read := tree("/w", "/w/.eplint.yaml")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i := range 10_000 {
				if _, err := tree.For(fmt.Sprintf("/w/%d/b/c/d", i%100), "/w"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for path, n := range looked {
		if n != 1 {
			t.Errorf("%s was looked for %d times", path, n)
		}
	}
	if want := 2 * (100*4 + 2); len(looked) != want {
		t.Errorf("%d paths were looked for, want %d", len(looked), want)
	}
	if diff := cmp.Diff(map[string]int{"/w/.eplint.yaml": 1}, read); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}
