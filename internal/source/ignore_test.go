package source_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/source"
)

// A walk leaves out what git ignores: every pair of patterns, asked of git.
func TestWalkLeavesOutWhatGitIgnores(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("git is not installed")
		}
		t.Skip("git is not installed, and it is what the walk is compared with")
	}
	patterns := []string{
		"foo", "foo/", "/foo", "a/foo", "a/**/foo", "**/foo", "foo/**", "*.json", "!b.json", "/a/*", "!/a/b", "a/*.json",
		"?oo", "[ab].json", `\!x`, "#c", `\#c`, "a b", "foo ", "!foo/bar", "**/a/*.json", "/*", "!/a", "a/", "*/b.json",
		"[!a].json", "a**b", "{a,b}.json", `a\ `, "**", "[", "/", "!",
	}
	files := []string{
		"foo/bar", "a/foo/x.json", "b.json", "a/b/c.json", "x/b.json", "!x", "#c", "a b", "fo", "a.json", "c.json", "axb",
		"a/a/b.json", "a/b/foo", "{a,b}.json", "zoo",
	}
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	for _, name := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	walk := source.Walk{Dir: dir, Wanted: func(name string) bool { return name != ".gitignore" }}
	for _, outer := range patterns {
		for _, inner := range patterns {
			write(t, filepath.Join(dir, ".gitignore"), outer+"\n"+inner+"\n")
			var want []string
			for _, path := range strings.Split(git(t, dir, "ls-files", "-z", "--others", "--exclude-standard"), "\x00") {
				if path != "" && path != ".gitignore" {
					want = append(want, path)
				}
			}
			found, err := walk.Find([]string{"."})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Path)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("with %q and %q (-git +eplint):\n%s", outer, inner, diff)
			}
		}
	}
}

func TestIgnoreFilesOfInnerFoldersDecideFirst(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		".git/HEAD": "", ".git/info/exclude": "excluded.json\n", ".gitignore": "*.json\n!keep.json\n",
		"keep.json": "", "drop.json": "", "excluded.json": "",
		"in/.gitignore": "!drop.json\nkeep.json\n", "in/keep.json": "", "in/drop.json": "", "in/deep/drop.json": "",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, text)
	}
	wanted := func(name string) bool { return strings.HasSuffix(name, ".json") }
	for _, c := range []struct {
		dir  string
		want []string
	}{
		{".", []string{"in/deep/drop.json", "in/drop.json", "keep.json"}},
		{"in/deep", []string{"in/deep/drop.json"}},
	} {
		found, err := source.Walk{Dir: dir, Wanted: wanted}.Find([]string{c.dir})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found {
			got = append(got, f.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.dir, diff)
		}
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = dir
	out, err := command.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
