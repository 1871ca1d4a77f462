package syntax

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/source"
)

// eachNode visits a node and all that is in it, each once.
func eachNode(n *Node, seen map[*Node]bool, visit func(*Node)) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	visit(n)
	for _, item := range n.Items {
		eachNode(item, seen, visit)
	}
	for _, f := range n.Fields {
		eachNode(f.Key, seen, visit)
		eachNode(f.Value, seen, visit)
	}
}

// checkPlaces fails the test unless every node lies in the file and every byte
// of a string that stands for itself is found where the trace says. It returns
// how many strings have no trace.
func checkPlaces(t *testing.T, f *source.File, values []*Node) (untraced int) {
	t.Helper()
	seen := map[*Node]bool{}
	for _, v := range values {
		eachNode(v, seen, func(n *Node) {
			span := n.Span()
			if span.Start < 0 || span.Start > span.End || span.End > len(f.Text) {
				t.Fatalf("span [%d, %d) of %q is not in the file of %d bytes", span.Start, span.End, n.Value, len(f.Text))
			}
			if n.Kind != String || n.Value == "" {
				return
			}
			trace := n.Place.Trace()
			if trace.Len() != len(n.Value) {
				untraced++
				return
			}
			for i := range n.Value {
				_, size := utf8.DecodeRuneInString(n.Value[i:])
				at := trace.Span(i, i+size)
				if at.Start < span.Start || at.End > span.End && !strings.HasPrefix(string(f.Text[span.Start:]), "|") && !strings.HasPrefix(string(f.Text[span.Start:]), ">") {
					t.Fatalf("character %d of %q is at [%d, %d), outside of its string [%d, %d)", i, n.Value, at.Start, at.End, span.Start, span.End)
				}
				if written := at.Text(); len(written) == size && string(written) != n.Value[i:i+size] && !foldsTo(written, n.Value[i:i+size]) {
					t.Fatalf("character %d of %q is %q in the file", i, n.Value, written)
				}
			}
		})
	}
	return untraced
}

// foldsTo reports whether a line break stands for a space, as in folded text.
func foldsTo(written []byte, decoded string) bool {
	return breakLength(written) == len(written) && (decoded == " " || decoded == "\n")
}

func TestEveryScalarOfEveryStyleIsFoundAtBothEnds(t *testing.T) {
	for name, c := range map[string]struct{ text, value, written string }{
		"plain":                 {"a:\n  - b: foo bar # x\n", "foo bar", "foo bar"},
		"plain, tagged":         {"b: !Sub com.amazonaws.${AWS::Region}.s3\n", "com.amazonaws.${AWS::Region}.s3", "com.amazonaws.${AWS::Region}.s3"},
		"plain over lines":      {"b: foo\n   bar\n\n   baz\nc: d\n", "foo bar\nbaz", "foo\n   bar\n\n   baz"},
		"plain in a flow list":  {"b: [x, foo, y]\n", "foo", "foo"},
		"plain, wide":           {"b: [é😀, ü]\n", "ü", "ü"},
		"single":                {"b: 'it''s'\n", "it's", "'it''s'"},
		"single over lines":     {"b: 'it\n  is\n\n  so'\n", "it is\nso", "'it\n  is\n\n  so'"},
		"double":                {"b: \"a\\tb\\u00e9\\U0001F600\\x41\\\"\"\n", "a\tbé😀A\"", "\"a\\tb\\u00e9\\U0001F600\\x41\\\"\""},
		"double over lines":     {"b: \"one\n  two \\\n  three\\\n\n  four\"\n", "one two three\nfour", "\"one\n  two \\\n  three\\\n\n  four\""},
		"double, anchored":      {"b: &x !Sub \"y\"\n", "y", "\"y\""},
		"tag on its own line":   {"b: !Sub\n  \"y\"\n", "y", "\"y\""},
		"literal":               {"b: |\n  one\n    two\n\n  three\n\nc: d\n", "one\n  two\n\nthree\n", "|\n  one\n    two\n\n  three"},
		"literal, stripped":     {"b: !Sub |- # why\n  one\n  two\n\n", "one\ntwo", "|- # why\n  one\n  two"},
		"literal, kept":         {"b: |+\n  one\n\nc: d\n", "one\n\n", "|+\n  one"},
		"literal, indented":     {"b: |2\n    one\n  two\n", "  one\ntwo\n", "|2\n    one\n  two"},
		"literal in a list":     {"a:\n  - b: |2\n        one\n      c\n", "  one\nc\n", "|2\n        one\n      c"},
		"literal, CRLF":         {"b: |\r\n  one\r\n  two\r\nc: d\r\n", "one\ntwo\n", "|\r\n  one\r\n  two"},
		"folded":                {"b: >\n  one\n  two\n\n  three\n    four\n  five\n", "one two\nthree\n  four\nfive\n", ">\n  one\n  two\n\n  three\n    four\n  five"},
		"after a mark":          {"\uFEFFb: foo\n", "foo", "foo"},
		"in the second stream":  {"---\na: b\n---\nb: foo\n", "foo", "foo"},
		"quoted key":            {"\"foo\": b\n", "foo", "\"foo\""},
		"date":                  {"Version: 2012-10-17\n", "2012-10-17", "2012-10-17"},
		"with an alias beside":  {"a: &x 1\nb: [*x, foo]\n", "foo", "foo"},
		"under a comment":       {"b:\n  # why\n  foo\n", "foo", "foo"},
		"empty double":          {"b: \"\"\n", "", "\"\""},
		"a key with a question": {"? foo\n: bar\n", "foo", "foo"},
	} {
		t.Run(name, func(t *testing.T) {
			f := source.NewFile("t.yaml", []byte(c.text))
			values, problem := parseYAML(f, nil)
			if problem != nil {
				t.Fatal(problem)
			}
			if n := checkPlaces(t, f, values); n > 0 {
				t.Errorf("%d strings have no trace", n)
			}
			found := false
			for _, v := range values {
				eachNode(v, map[*Node]bool{}, func(n *Node) {
					if n.Kind == String && n.Value == c.value && !found {
						found = true
						if got := string(n.Span().Text()); got != c.written {
							t.Errorf("%q is %q in the file, want %q", c.value, got, c.written)
						}
					}
				})
			}
			if !found {
				t.Errorf("no string %q", c.value)
			}
		})
	}
}

func TestListsAndObjectsEndWithTheirLastPart(t *testing.T) {
	for text, want := range map[string]string{
		"b: [x, {y: z}, ] # c\nd: e\n":    "[x, {y: z}, ]",
		"b:\n  - x\n  - 'y'\nd: e\n":      "- x\n  - 'y'",
		"b: {x: [1, # ]\n 2]}\n":          "{x: [1, # ]\n 2]}",
		"b:\n  x: 1\n  y: |\n    t\n\n":   "x: 1\n  y: |\n    t",
		"b: !GetAtt [x, y]\n":             "[x, y]",
		"a: &k v\nb: {x: *k }\n":          "{x: *k }",
		"b: []\n":                         "[]",
		"b:\n  Fn::Sub: \"x\"\nc: null\n": "Fn::Sub: \"x\"",
	} {
		f := source.NewFile("t.yaml", []byte(text))
		values, problem := parseYAML(f, nil)
		if problem != nil {
			t.Fatal(problem)
		}
		if got := string(values[0].Get("b").Span().Text()); got != want {
			t.Errorf("in %q the value is %q, want %q", text, got, want)
		}
	}
}

// FuzzYAML: a YAML file never panics, every node lies in it, and every byte of
// a string is where its trace says.
func FuzzYAML(f *testing.F) {
	f.Add([]byte("a: !Sub |\n  x ${y}\nb: [\"\\u00e9\", 'it''s', *c]\n"))
	f.Add([]byte("a: &a {b: *a}\n<<: [x]\n"))
	f.Add([]byte("a: >-\n\n   b\n    c\n\n   d\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile("f.yaml", text)
		values, problem := parseYAML(file, nil)
		if problem != nil {
			if problem.Start < 0 || problem.Start > problem.End || problem.End > len(text) {
				t.Fatalf("problem %q at [%d, %d) of %d bytes", problem.Message, problem.Start, problem.End, len(text))
			}
			return
		}
		checkPlaces(t, file, values)
	})
}

// FuzzJSON: a JSON file never panics, every node lies in it, every byte of a
// string is where its trace says, and all strings have a trace.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a": ["\u00e9\ud83d\ude00\n", {"b": null}], "c": 1.5e3}`))
	f.Add([]byte(`"\ud800" {} [`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile("f.json", text)
		values, problem := parseJSON(text, 0, fileFrame{file})
		if problem != nil {
			if problem.Start < 0 || problem.Start > problem.End || problem.End > len(text) {
				t.Fatalf("problem %q at [%d, %d) of %d bytes", problem.Message, problem.Start, problem.End, len(text))
			}
			return
		}
		if n := checkPlaces(t, file, values); n > 0 {
			t.Errorf("%d strings have no trace", n)
		}
	})
}

func TestEveryStringOfTheCorpusHasItsTrace(t *testing.T) {
	root := os.Getenv("EPLINT_CORPUS")
	if root == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("EPLINT_CORPUS is not set")
		}
		t.Skip("EPLINT_CORPUS names no folder of foreign files")
	}
	strings := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".tsv" || filepath.Ext(path) == ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file := source.NewFile(path, text)
		values, problem := Parse(file)
		if problem != nil {
			return nil
		}
		for _, v := range values {
			eachNode(v, map[*Node]bool{}, func(*Node) { strings++ })
		}
		if n := checkPlaces(t, file, values); n > 0 {
			t.Errorf("%s: %d strings have no trace", path, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings < 10_000 {
		t.Errorf("only %d values were checked", strings)
	}
}

// The span of an unfolded scalar is YAML for the same value.
func TestSpansOfFlowScalarsDecodeToTheirValue(t *testing.T) {
	text := "a: [\"x\\ty\", 'it''s', plain text, \"\\u20ac\"]\n"
	file := source.NewFile("t.yaml", []byte(text))
	values, problem := parseYAML(file, nil)
	if problem != nil {
		t.Fatal(problem)
	}
	for _, item := range values[0].Get("a").Items {
		var again string
		if err := yaml.NewDecoder(bytes.NewReader(item.Span().Text())).Decode(&again); err != nil || again != item.Value {
			t.Errorf("%q decodes to %q, want %q (%v)", item.Span().Text(), again, item.Value, err)
		}
	}
}
