package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Beside reads what lies inside the root of a file that was found, and nothing
// else: no link that leads out, no pipe, and no path with too many dots.
func TestBesideStaysInside(t *testing.T) {
	top := t.TempDir()
	inside := filepath.Join(top, "project")
	write := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(path), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(top, "secret"))
	write(filepath.Join(top, "other", "main.tf"))
	write(filepath.Join(inside, "infra", "main.tf"))
	write(filepath.Join(inside, "modules", "m", "main.tf"))
	for name, target := range map[string]string{"link": "../secret", "out": "../other", "in": "modules", "here": "infra/main.tf"} {
		if err := os.Symlink(target, filepath.Join(inside, name)); err != nil {
			t.Skip(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(inside, "pipe"), 0o644); err != nil {
		t.Skip(err)
	}
	w := Walk{Dir: inside, Wanted: func(string) bool { return true }, Exclude: []Exclusion{{Pattern: "modules", Base: inside}}}
	found, err := w.Find([]string{"."})
	if err != nil {
		t.Fatal(err)
	}
	b := w.Beside(found[0])
	for path, readable := range map[string]bool{
		"infra/main.tf": true, "modules/m/main.tf": true, "in/m/main.tf": true, "here": true, "infra/../infra/main.tf": true,
		"link": false, "out/main.tf": false, "../secret": false, "pipe": false, "infra": false, "none": false, filepath.Join(top, "secret"): false,
	} {
		if f, err := b.Read(path); (err == nil) != readable {
			t.Errorf("%s: %v, %v", path, f, err)
		}
	}
	for path, listed := range map[string]bool{".": true, "infra": true, "in": true, "out": false, "..": false, "pipe": false, "here": false, "none": false} {
		if names, err := b.List(path); (err == nil) != listed {
			t.Errorf("%s: %v, %v", path, names, err)
		}
	}
	if names, _ := b.List("modules/m"); len(names) != 1 || names[0] != "main.tf" {
		t.Errorf("modules/m holds %v", names)
	}
	if !b.LeftOut("modules/m/main.tf") || b.LeftOut("infra/main.tf") {
		t.Error("what is excluded is not what is left out")
	}
}
