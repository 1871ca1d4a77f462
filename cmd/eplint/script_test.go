package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"eplint": main,
		"places": places,
	})
}

// TestScripts runs the program as a user does. Besides the commands of
// testscript the scripts have those below, and places, which shows where
// findings stand.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		ContinueOnError:     true,
		Deadline:            time.Now().Add(5 * time.Minute),
		Setup: func(env *testscript.Env) error {
			// What these say about the machine must not show.
			for _, name := range []string{"NO_COLOR", "FORCE_COLOR", "TERM", "SOURCE_DATE_EPOCH"} {
				env.Setenv(name, "")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      exits,
			"closedpipe": closedPipe,
			"repeat":     repeat,
			"named":      named,
		},
	})
}

// exits CODE COMMAND… runs a command that must end with that very exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		ts.Fatalf("%s: %v", args[1], err)
	} else if got := exitCodeOf(failed); got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

func exitCodeOf(err *exec.ExitError) int {
	if err == nil {
		return 0
	}
	return err.ExitCode()
}

// closedpipe COMMAND… runs a command whose standard output nobody reads: it
// must end soon, by itself, and without a word.
func closedPipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: closedpipe COMMAND…")
	}
	path, err := lookPath(ts, args[0])
	ts.Check(err)
	r, w, err := os.Pipe()
	ts.Check(err)
	ts.Check(r.Close())
	var stderr strings.Builder
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME")}
	cmd.Stdout, cmd.Stderr = w, &stderr
	ts.Check(cmd.Start())
	ts.Check(w.Close())
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err = cmd.Wait()
	failed := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &failed) {
		ts.Fatalf("%v", err)
	}
	if code := exitCodeOf(failed); code != exitClean && code != exitFindings {
		ts.Fatalf("exit code %d after the pipe was closed: %v\n%s", code, err, stderr.String())
	}
	_, err = io.WriteString(ts.Stderr(), stderr.String())
	ts.Check(err)
}

func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for dir := range strings.SplitSeq(ts.Getenv("PATH"), string(filepath.ListSeparator)) {
		if path := filepath.Join(dir, name); isExecutable(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, exec.ErrNotFound)
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// repeat FILE N TEXT appends a text to a file N times; the text has the
// escapes of a Go string.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat FILE N TEXT")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = io.WriteString(file, strings.Repeat(unescape(ts, args[2]), n))
	ts.Check(errors.Join(err, file.Close()))
}

// named NAME FILE copies a file to a name that a script cannot write; the name
// has the escapes of a Go string.
func named(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: named NAME FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(unescape(ts, args[0])), []byte(ts.ReadFile(args[1])), 0o644))
}

func unescape(ts *testscript.TestScript, text string) string {
	decoded, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	ts.Check(err)
	return decoded
}

// places reads a JSON report from standard input and prints each finding on a
// line, then the text of the file between its start and its end, "|" before
// each line. It finds the text by its own way, from the report's numbers
// alone, so that scripts show what a person would see underlined.
func places() {
	var report struct {
		Findings []struct {
			Rule, Severity, Path, Endpoint, Service, Statement string
			Start, End                                         struct{ Line, Column int }
		}
	}
	if err := json.NewDecoder(os.Stdin).Decode(&report); err != nil {
		fmt.Fprintln(os.Stderr, "places:", err)
		os.Exit(1)
	}
	for _, f := range report.Findings {
		fmt.Printf("%s %s %s:%d:%d-%d:%d", f.Rule, f.Severity, f.Path, f.Start.Line, f.Start.Column, f.End.Line, f.End.Column)
		for _, one := range []struct{ label, value string }{{"endpoint", f.Endpoint}, {"service", f.Service}, {"statement", f.Statement}} {
			if one.value != "" {
				fmt.Printf(" %s=%s", one.label, one.value)
			}
		}
		fmt.Println()
		text, err := between(f.Path, f.Start.Line, f.Start.Column, f.End.Line, f.End.Column)
		if err != nil {
			fmt.Fprintf(os.Stderr, "places: %s: %v\n", f.Path, err)
			os.Exit(1)
		}
		for _, line := range text {
			fmt.Println("  |" + line)
		}
	}
}

// between returns the lines from one place of a file up to another, columns
// counted in UTF-16 units.
func between(path string, fromLine, fromColumn, toLine, toColumn int) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
	var out []string
	for n := fromLine; n <= toLine; n++ {
		if n < 1 || n > len(all) {
			return nil, fmt.Errorf("there is no line %d", n)
		}
		units := utf16.Encode([]rune(strings.TrimSuffix(all[n-1], "\r")))
		from, to := 0, len(units)
		if n == fromLine {
			from = fromColumn - 1
		}
		if n == toLine {
			to = toColumn - 1
		}
		if from < 0 || to > len(units) || from > to {
			return nil, fmt.Errorf("line %d has no columns %d to %d", n, from+1, to+1)
		}
		out = append(out, string(utf16.Decode(units[from:to])))
	}
	return out, nil
}
