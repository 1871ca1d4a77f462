package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenTofusFileTakesThePlaceOfTerraforms(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	for name, text := range map[string]string{"a.tf": "terraform", "a.tofu": "opentofu", "b.tf": "terraform", "a.tf.json": "{}"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyFolder(to, from); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.tf": "opentofu", "b.tf": "terraform", "a.tf.json": "{}"} {
		if got, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(to, "a.tofu")); err == nil {
		t.Error("a.tofu is still there")
	}
}

func TestPlanHasNoTimeAndNoPathOfThisMachine(t *testing.T) {
	got, err := settle([]byte(`{"timestamp": "2026-01-01T00:00:00Z", "b": "<&>", "a": 12345678901234567890, "relevant_attributes": [{"resource": "b"}, {"resource": "a"}]}`), "/work")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"a":12345678901234567890,"b":"<&>","relevant_attributes":[{"resource":"a"},{"resource":"b"}]}`
	if compact := strings.NewReplacer("\n", "", " ", "").Replace(string(got)); compact != want {
		t.Errorf("got %s, want %s", compact, want)
	}
	if _, err := settle([]byte(`{"a": "/home/ana/x"}`), "/home/ana"); err == nil {
		t.Error("a path of this machine is kept")
	}
}
