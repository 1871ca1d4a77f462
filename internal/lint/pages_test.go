package lint_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

// sections are the headings of a rule's page, in their order.
var sections = []string{"What it reports", "Why it matters", "Bad", "Good", "How to fix", "What it does not see", "Sources"}

// A page is a rule's README.md, line by line.
type page struct {
	rule, path string
	lines      []string
}

// An example is a file on a page with the findings that the page says it has.
// The file stands in a fence whose info string is its language, its name and
// flags; the findings stand in the next fence, in the concise format.
type example struct {
	section string
	line    int // of the file's fence, from 1
	name    string
	flags   []string
	text    string
	want    string
	// start and end are the indexes of the lines of the findings.
	start, end int
}

func pages(t *testing.T) []page {
	t.Helper()
	paths, err := filepath.Glob("../../rules/*/README.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pages of rules: %v", err)
	}
	list := make([]page, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, page{
			rule:  filepath.Base(filepath.Dir(path)),
			path:  path,
			lines: strings.Split(string(text), "\n"),
		})
	}
	return list
}

// parse returns a page's headings and examples. Beside an example and its
// findings a page may hold fences of shell commands.
func (p page) parse() (headings []string, examples []example, err error) {
	fail := func(i int, format string, args ...any) error {
		return fmt.Errorf("line %d: %s", i+1, fmt.Sprintf(format, args...))
	}
	section := ""
	var open *example
	for i := 0; i < len(p.lines); i++ {
		line := p.lines[i]
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = heading
			headings = append(headings, heading)
			continue
		}
		info, ok := strings.CutPrefix(line, "```")
		if !ok {
			continue
		}
		start := i + 1
		length := slices.Index(p.lines[start:], "```")
		if length < 0 {
			return nil, nil, fail(start-1, "the fence does not end")
		}
		i = start + length
		text := strings.Join(p.lines[start:i], "\n") + "\n"
		if start == i {
			text = ""
		}
		words := strings.Fields(info)
		switch {
		case open != nil && info != "findings":
			return nil, nil, fail(open.line-1, "no fence with findings follows the example")
		case open != nil:
			open.want, open.start, open.end = text, start, i
			examples = append(examples, *open)
			open = nil
		case info == "findings":
			return nil, nil, fail(start-1, "the findings follow no example")
		case info == "sh":
		case len(words) < 2:
			return nil, nil, fail(start-1, "the example has no file name")
		default:
			open = &example{section: section, line: start, name: words[1], flags: words[2:], text: text}
		}
	}
	if open != nil {
		return nil, nil, fail(open.line-1, "no fence with findings follows the example")
	}
	return headings, examples, nil
}

// options are those of a run over the example's file, as the command line
// makes them from the flags.
func (e example) options() (lint.Options, error) {
	o := lint.Options{
		Today: "2026-11-24",
		Paths: []string{e.name},
		Read: func(path string) (*source.File, error) {
			return source.NewFile(path, []byte(e.text)), nil
		},
		Dir:  "/",
		Jobs: 1,
	}
	if len(e.flags)%2 != 0 {
		return o, fmt.Errorf("the flags are no pairs: %q", e.flags)
	}
	for pair := range slices.Chunk(e.flags, 2) {
		var err error
		switch value := pair[1]; pair[0] {
		case "--account":
			o.Config.Perimeter.Accounts = append(o.Config.Perimeter.Accounts, value)
			err = config.CheckAccount(value)
		case "--org":
			o.Config.Perimeter.Organizations = append(o.Config.Perimeter.Organizations, value)
			err = config.CheckOrganization(value)
		case "--service":
			o.Defaults.Service = value
		case "--type":
			o.Defaults.Type = value
			err = config.CheckType(value)
		default:
			err = fmt.Errorf("a page cannot have the flag %s", pair[0])
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

func (e example) run(t *testing.T) (result lint.Result, concise string) {
	t.Helper()
	options, err := e.options()
	if err != nil {
		t.Fatal(err)
	}
	result, err = lint.Run(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.Write(&out, report.Concise, report.Report{Findings: result.Findings}, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return result, out.String()
}

// TestPages runs the examples on the rules' pages and compares what is found
// with what the page says, so that a page cannot promise what eplint does not
// do.
func TestPages(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.rule, func(t *testing.T) {
			headings, examples, err := p.parse()
			if err != nil {
				t.Fatalf("%s: %s", p.path, err)
			}
			if p.lines[0] != "# "+p.rule {
				t.Errorf("%s: its title is %q", p.path, p.lines[0])
			}
			if diff := cmp.Diff(sections, headings); diff != "" {
				t.Errorf("%s: wrong sections (-want +got):\n%s", p.path, diff)
			}
			bad, good := 0, 0
			for _, e := range slices.Backward(examples) {
				result, got := e.run(t)
				if result.Files == 0 && result.Unreadable == 0 {
					t.Errorf("%s:%d: nothing is read from %s", p.path, e.line, e.name)
				}
				if *update {
					p.lines = slices.Replace(p.lines, e.start, e.end, strings.Split(strings.TrimSuffix(got, "\n"), "\n")...)
					if got == "" {
						p.lines = slices.Delete(p.lines, e.start, e.start+1)
					}
				} else if diff := cmp.Diff(e.want, got); diff != "" {
					t.Errorf("%s:%d: wrong findings (-page +run):\n%s", p.path, e.line, diff)
				}
				own := slices.ContainsFunc(result.Findings, func(f finding.Finding) bool { return f.Rule == p.rule })
				switch e.section {
				case "Bad":
					bad++
					if !own {
						t.Errorf("%s:%d: %s does not report this bad example", p.path, e.line, p.rule)
					}
				case "Good":
					good++
					if own {
						t.Errorf("%s:%d: %s reports this good example", p.path, e.line, p.rule)
					}
					for _, f := range result.Findings {
						if f.Severity > finding.Note {
							t.Errorf("%s:%d: a good example has the %s of %s: %s", p.path, e.line, f.Severity, f.Rule, f.Message)
						}
					}
				}
			}
			if bad == 0 || good == 0 {
				t.Errorf("%s: %d bad and %d good examples, where each needs one", p.path, bad, good)
			}
			if *update {
				if err := os.WriteFile(p.path, []byte(strings.Join(p.lines, "\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if *update {
		writeIndex(t) // the index holds the pages
	}
}

func TestPageThatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no findings":        {"```json a.json\n{}\n```\ntext", "line 1: no fence with findings follows the example"},
		"two examples":       {"```json a.json\n{}\n```\n```json b.json\n{}\n```\n```findings\n```", "line 1: no fence with findings follows the example"},
		"findings alone":     {"text\n```findings\n```", "line 2: the findings follow no example"},
		"no file name":       {"```json\n{}\n```\n```findings\n```", "line 1: the example has no file name"},
		"fence without end":  {"```json a.json\n{}\n", "line 1: the fence does not end"},
		"shell is no sample": {"```sh\neplint\n```\n```findings\n```", "line 4: the findings follow no example"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := page{lines: strings.Split(test.text, "\n")}.parse()
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
