package report

import (
	"bytes"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/source"
)

// polynomial is the hash of a window by its definition: the sum of each unit
// times 37 to the power of how many units follow it in the window.
func polynomial(units ...uint16) string {
	var sum uint64
	for i, u := range units {
		term := uint64(u)
		for range 99 - i {
			term *= 37
		}
		sum += term
	}
	return strconv.FormatUint(sum, 16)
}

func TestLineHashesFollowTheirDefinition(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{polynomial(0xFFFF) + ":1"}},
		{"ab", []string{polynomial('a', 'b', 0xFFFF) + ":1"}},
		{" a\t b ", []string{polynomial('a', 'b', 0xFFFF) + ":1"}},
		{"a\n", []string{polynomial('a', '\n', 0xFFFF) + ":1", polynomial(0xFFFF) + ":1"}},
		{"a\n  ", []string{polynomial('a', '\n', 0xFFFF) + ":1", polynomial(0xFFFF) + ":1"}},
		{"\n\n", []string{polynomial('\n', '\n', 0xFFFF) + ":1", polynomial('\n', 0xFFFF) + ":1", polynomial(0xFFFF) + ":1"}},
		{"😀é", []string{polynomial(0xD83D, 0xDE00, 0xE9, 0xFFFF) + ":1"}},
		{"\uFEFFa", []string{polynomial(0xFEFF, 'a', 0xFFFF) + ":1"}},
	} {
		if diff := cmp.Diff(c.want, lineHashes([]byte(c.text))); diff != "" {
			t.Errorf("%q:\n%s", c.text, diff)
		}
	}
}

func TestLineHashesTakeEveryLineEndForOne(t *testing.T) {
	want := lineHashes([]byte("a\nbb\n\nc\n"))
	for _, text := range []string{"a\r\nbb\r\n\r\nc\r\n", "a\rbb\r\rc\r", "a\r\nbb\n\rc\n", " a\t\n b b\n \nc\n\t"} {
		if diff := cmp.Diff(want, lineHashes([]byte(text))); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

func TestLineHashesCountLinesThatReadTheSame(t *testing.T) {
	line := strings.Repeat("x", 120) + "\n"
	got := lineHashes([]byte(line + line + line))
	for i := range 3 {
		hash, n, _ := strings.Cut(got[i], ":")
		if first, _, _ := strings.Cut(got[0], ":"); hash != first || n != strconv.Itoa(i+1) {
			t.Errorf("line %d has %s, after %s", i+1, got[i], got[0])
		}
	}
}

func TestLineHashesLookAtAHundredUnits(t *testing.T) {
	long := strings.Repeat("x", 100)
	if a, b := lineHashes([]byte(long + "a"))[0], lineHashes([]byte(long + "b"))[0]; a != b {
		t.Errorf("the unit after the window counts: %s, %s", a, b)
	}
	if a, b := lineHashes([]byte(long[1:] + "a"))[0], lineHashes([]byte(long[1:] + "b"))[0]; a == b {
		t.Errorf("the window's last unit does not count: %s", a)
	}
}

func TestURIs(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths are Unix paths")
	}
	type result struct {
		URI   string
		Below bool
	}
	for _, c := range []struct {
		top, dir, path string
		want           result
	}{
		{"/repo", "/repo", "a/b.json", result{"a/b.json", true}},
		{"/repo", "/repo/sub", "b.json", result{"sub/b.json", true}},
		{"/repo", "/repo/sub", "../b.json", result{"b.json", true}},
		{"/repo", "/repo/sub", "/repo/c.json", result{"c.json", true}},
		{"/repo", "/repo", "./a//b.json", result{"a/b.json", true}},
		{"/repo", "/repo", "a b#?%[é]:\\\n\xff", result{"a%20b%23%3F%25%5B%C3%A9%5D%3A%5C%0A%FF", true}},
		{"/repo", "/repo", "..b", result{"..b", true}},
		{"/repo", "/repo", "../other/x y.json", result{"file:///other/x%20y.json", false}},
		{"/repo", "/repo", "/etc/x", result{"file:///etc/x", false}},
		{"", "/repo", "a", result{"a", true}},
		{"", "", "a", result{"a", true}},
		{"/repo", "/repo", "", result{".", true}},
	} {
		uri, below := root{dir: c.dir, top: c.top}.uri(filepath.ToSlash(c.path))
		if diff := cmp.Diff(c.want, result{uri, below}); diff != "" {
			t.Errorf("%+v:\n%s", c, diff)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"plain é 日本 😀":          "plain é 日本 😀",
		"\x1b[31m":              `\x1b[31m`,
		"a\nb\r\tc":             `a\nb\r\tc`,
		"\u0085\u009b\x7f\x00":  `\x85\x9b\x7f\x00`,
		"\u202a\u202e\u2066":    `\u202a\u202e\u2066`,
		"\u2069\u2028\u200f":    `\u2069\u2028\u200f`,
		"\xffa\xc3":             "\uFFFDa\uFFFD",
		"e\u0301 \u200d joiner": "e\u0301 \u200d joiner",
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
	if got := visibleLines("a\n\tb\x1b\r"); got != "a\n\tb\\x1b\\r" {
		t.Errorf("visibleLines gives %q", got)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name       string
		line       string
		start, end int
		cells      int
		want       string // the line, and the marks below it
	}{
		{"whole", "abc def", 4, 7, 20, "abc def\n    ^^^"},
		{"tabs", "\t\tx", 2, 3, 20, "        x\n        ^"},
		{"wide", "日本x", 6, 7, 20, "日本x\n    ^"},
		{"combining", "e\u0301x", 3, 4, 20, "e\u0301x\n ^"},
		{"control", "a\x1bx", 1, 2, 20, "a\\x1bx\n ^^^^"},
		{"nothing at the end", "abc", 3, 3, 20, "abc\n   ^"},
		{"an empty line", "", 0, 0, 20, "\n^"},
		{"past the end", "abc", 2, 9, 20, "abc\n  ^"},
		{"left of a long line", "ab" + strings.Repeat("x", 50), 0, 2, 10, "abxxxxxx…\n^^"},
		{"middle of a long line", strings.Repeat("x", 50) + "ab" + strings.Repeat("y", 50), 50, 52, 10, "…xxxabyyy…\n    ^^"},
		{"right of a long line", strings.Repeat("x", 50) + "ab", 50, 52, 10, "…xxxxxxab\n       ^^"},
		{"too long itself", strings.Repeat("x", 50) + strings.Repeat("a", 50), 50, 100, 10, "…xxaaaaaa…\n   ^^^^^^"},
	} {
		e := cut([]byte(c.line), c.start, c.end, c.cells)
		got := e.text + "\n" + strings.Repeat(" ", e.from) + strings.Repeat("^", e.to-e.from)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// FuzzWrite: whatever the file and the span, every format is written, is
// UTF-8 without controls, and a snippet keeps to its width.
func FuzzWrite(f *testing.F) {
	f.Add([]byte("{\r\n\t\"a\": \"日本\",\n}\n"), 3, 12, 40)
	f.Add([]byte("\uFEFF\x1b\xff\u202e😀e\u0301"), 0, 100, 1)
	f.Add([]byte(strings.Repeat("\u0301", 500)+strings.Repeat("x", 500)), 400, 1200, 30)
	f.Add([]byte("00\x00\x7f0\u202e😀"), 10, 152, 1) // the span starts inside a character
	f.Fuzz(func(t *testing.T, text []byte, start, end, width int) {
		start = min(max(start, 0), len(text))
		end = min(max(end, start), len(text))
		file := source.NewFile("f"+string(text), text)
		r := Report{Findings: []finding.Finding{{
			Rule: "r", Severity: finding.Error, Message: string(text), Endpoint: string(text),
			Span: source.Span{File: file, Start: start, End: end},
		}}}
		for _, format := range Formats() {
			var b bytes.Buffer
			if err := Write(&b, Format(format), r, Options{Width: width}); err != nil {
				t.Fatal(err)
			}
			if !utf8.Valid(b.Bytes()) || bytes.ContainsFunc(b.Bytes(), func(r rune) bool { return r != '\n' && hostile(r) }) {
				t.Errorf("%s: %q", format, b.String())
			}
		}
		from, to := r.Findings[0].Span.Bounds()
		s := newSnippet(r.Findings[0].Span, from.Line, to.Line, width)
		for _, row := range s.rows {
			limit := max(width-s.gutter-5, minSnippetWidth)
			if got := cellsOf(row.text); got > limit {
				t.Errorf("a row takes %d cells of %d: %q", got, limit, row.text)
			}
			if row.number > 0 && (row.from >= row.to || row.from > cellsOf(row.text)) {
				t.Errorf("marks from %d to %d in %q", row.from, row.to, row.text)
			}
		}
	})
}
