package config_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/source"
)

func anyService(name string) error {
	if name == "s33" {
		return fmt.Errorf("%q is no endpoint service", name)
	}
	return nil
}

func TestParseReadsEveryKey(t *testing.T) {
	got, err := config.Parse(source.NewFile(".eplint.yaml", []byte(`
perimeter:
  accounts: [012345678901, "111122223333"]
  organizations:
    - o-exampleorg1
endpoints:
  - path: policies/*.json
    service: s3
    type: gateway
exclude: ["**/fixtures/**"]
fail-on: note
`)), anyService)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Perimeter: config.Perimeter{Accounts: []string{"012345678901", "111122223333"}, Organizations: []string{"o-exampleorg1"}},
		Endpoints: []config.Endpoint{{Path: "policies/*.json", Service: "s3", Type: "gateway"}},
		Exclude:   []string{"**/fixtures/**"},
		FailOn:    "note",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for text, want := range map[string]string{
		"perimeters: {}\n":                         `c.yaml:1:1: unknown key "perimeters": the keys here are endpoints, exclude, fail-on, perimeter`,
		"perimeter:\n  accounts: [1]\n":            `c.yaml:2:14: "1" is no account id: give its twelve digits`,
		"perimeter:\n  organizations: [o-X]\n":     `c.yaml:2:19: "o-X" is no organization id: give o- and 10 to 32 lower-case letters or digits`,
		"perimeter:\n  accounts: 111122223333\n":   `c.yaml:2:13: this must be a list`,
		"exclude: [a]\nexclude: [b]\n":             `c.yaml:2:1: the key "exclude" is given twice`,
		"exclude: [\"[\"]\n":                       `c.yaml:1:11: "[" is no valid pattern`,
		"fail-on: fatal\n":                         `c.yaml:1:10: "fatal" is none of error, warning, note, never`,
		"endpoints:\n  - service: s3\n":            `c.yaml:2:5: an endpoint needs a "path"`,
		"endpoints: [{path: a, service: s33}]\n":   `c.yaml:1:32: "s33" is no endpoint service`,
		"endpoints: [{path: a, type: resource}]":   `c.yaml:1:29: "resource" is no endpoint type: give gateway or interface`,
		"- a\n":                                    `c.yaml:1:1: this must be an object with the keys endpoints, exclude, fail-on, perimeter`,
		"exclude: [a\nfail-on: note\n":             `c.yaml:2:8: not valid YAML: did not find expected ',' or ']'`,
		"perimeter: {accounts: [{a: b}]}\n":        `c.yaml:1:24: this must be a single value`,
		"perimeter: {accounts: &a [*a]}\n":         `c.yaml:1:27: this must be a single value`,
		"endpoints: [{path: a, type: interfac}]\n": `c.yaml:1:29: "interfac" is no endpoint type: give gateway or interface`,
	} {
		_, err := config.Parse(source.NewFile("c.yaml", []byte(text)), anyService)
		if e := (*config.Error)(nil); !errors.As(err, &e) || err.Error() != want {
			t.Errorf("%q gives\n%v, want\n%s", text, err, want)
		}
	}
}

// FuzzParse: no configuration panics, and every error has a place.
func FuzzParse(f *testing.F) {
	f.Add([]byte("perimeter: {accounts: [a]}\n"))
	f.Add([]byte("endpoints:\n- path: [\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := config.Parse(source.NewFile("c.yaml", text), anyService)
		if e := (*config.Error)(nil); err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Column < 1) {
			t.Errorf("error without a place: %v", err)
		}
	})
}
