package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// corpusList is made as tools/corpus/README.md says.
const corpusList = "../../testdata/corpus.tsv"

const corpusHeader = "path\toutcome\tendpoints\tindependent\tplace\twhy"

// A corpusRow is what the list says of one file. The independent count is not
// the loader's: nothing here may write it.
type corpusRow struct {
	path, outcome, endpoints, independent, place, why string
}

func (r corpusRow) String() string {
	return strings.Join([]string{r.path, r.outcome, r.endpoints, r.independent, r.place, r.why}, "\t")
}

func TestCorpusGivesWhatItsListSays(t *testing.T) {
	corpus := os.Getenv("EPLINT_CORPUS")
	switch {
	case corpus == "" && os.Getenv("CI") != "":
		t.Fatal("EPLINT_CORPUS is not set: it names the folder of foreign files, which CI must have")
	case corpus == "":
		t.Skip("EPLINT_CORPUS is not set: it names a folder of foreign files to lint (tools/corpus/README.md)")
	}
	list, err := filepath.Abs(corpusList)
	if err != nil {
		t.Fatal(err)
	}
	want := readCorpusList(t, list)
	// A policy's use is told by the segments of its path, which must be the
	// same on every machine.
	t.Chdir(corpus)

	var got []corpusRow
	for _, path := range corpusFiles(t) {
		row := lintForeign(t, path)
		if i := slices.IndexFunc(want, func(r corpusRow) bool { return r.path == path }); i >= 0 {
			row.independent, row.why = want[i].independent, want[i].why
		}
		got = append(got, row)
	}
	if *update {
		if err := os.WriteFile(list, formatCorpusList(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
		t.Errorf("the files do not give what the list says (-list +files); -update rewrites it:\n%s", diff)
	}
	for _, row := range got {
		switch differ := row.endpoints != row.independent; {
		case row.independent == "":
			t.Errorf("%s: no independent count: run tools/corpus/count.py", row.path)
		case differ && row.why == "":
			t.Errorf("%s: %s endpoints, where the independent count is %s, and no reason in the list", row.path, row.endpoints, row.independent)
		case !differ && row.why != "":
			t.Errorf("%s: both counts are %s: the reason %q is not needed", row.path, row.endpoints, row.why)
		}
	}
}

func lines(rows []corpusRow) []string {
	var list []string
	for _, r := range rows {
		list = append(list, r.String())
	}
	return list
}

func readCorpusList(t *testing.T, file string) []corpusRow {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []corpusRow
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 && line == corpusHeader {
			continue
		}
		if len(f) != 6 || i == 0 {
			t.Fatalf("%s:%d: not a row of six columns below their names", corpusList, i+1)
		}
		rows = append(rows, corpusRow{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return rows
}

func formatCorpusList(rows []corpusRow) []byte {
	var b bytes.Buffer
	b.WriteString(corpusHeader + "\n")
	for _, r := range rows {
		b.WriteString(r.String() + "\n")
	}
	return b.Bytes()
}

// corpusFiles returns the files in the folders of the working directory,
// sorted. Those beside the folders are about the corpus.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && e.Type().IsRegular() && filepath.Dir(path) != "." {
			paths = append(paths, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// lintForeign runs lint over one file and says what came of it. Whatever is in
// the file, eplint itself must not fail, and every place must lie in it.
func lintForeign(t *testing.T, path string) corpusRow {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"lint", "--no-config", "--format", "json", "--", path}, strings.NewReader(""), &stdout, &stderr)
	if code == exitFailure {
		t.Fatalf("%s: eplint failed: %s", path, stderr.String())
	}
	var report struct {
		Findings []struct {
			Rule, Path string
			Start, End struct{ Line, Column int }
		}
		Summary struct {
			Files, Endpoints, Unreadable int
			UnknownUse                   int `json:"unknown_use"`
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("%s: exit code %d and no JSON: %v\n%s", path, code, err, stderr.String())
	}
	row := corpusRow{path: path, outcome: "linted", endpoints: strconv.Itoa(report.Summary.Endpoints)}
	s := report.Summary
	switch {
	case s.Unreadable > 0:
		row.outcome = "unreadable"
	case s.UnknownUse > 0 && s.Endpoints == 0:
		row.outcome = "unknown-use"
	case s.Files == 0:
		row.outcome = "skipped"
	}
	if (row.outcome == "unreadable") != (code == exitUsage) {
		t.Errorf("%s: %s and exit code %d", path, row.outcome, code)
	}
	for _, f := range report.Findings {
		start, end := f.Start, f.End
		if f.Path != path || start.Line < 1 || start.Column < 1 || end.Line < start.Line || end.Line == start.Line && end.Column < start.Column {
			t.Errorf("%s: the finding of %s is at %s %v-%v", path, f.Rule, f.Path, start, end)
		}
		if f.Rule == "unreadable-file" && row.place == "" {
			row.place = fmt.Sprintf("%d:%d", start.Line, start.Column)
		}
	}
	return row
}
