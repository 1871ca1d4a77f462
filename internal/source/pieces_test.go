package source_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/source"
)

// A piece is what is seen of one: its text and the place of its first brace.
type piece struct {
	Text  string
	Place source.Point
}

func pieces(t *testing.T, text string) []piece {
	t.Helper()
	var list []piece
	for file, err := range source.Pieces("live.json", iotest.OneByteReader(strings.NewReader(text))) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, piece{string(file.Text), file.Mapper().Point(strings.IndexByte(string(file.Text), '{'))})
	}
	return list
}

func TestPiecesAreTheObjectsThatFollowEachOther(t *testing.T) {
	for text, want := range map[string][]piece{
		"":         nil,
		" \n\t":    nil,
		`{"a": 1}`: {{`{"a": 1}`, source.Point{Line: 1, Column: 1, UTF16: 1}}},
		"{\"a\": \"}\\\"\"}\n{\"é\": [\"😀\"]} {}\n": {
			{`{"a": "}\""}`, source.Point{Line: 1, Column: 1, UTF16: 1}},
			{"\n{\"é\": [\"😀\"]}", source.Point{Line: 2, Column: 1, UTF16: 1}},
			{" {}", source.Point{Line: 2, Column: 14, UTF16: 15}},
		},
		"[\n  {\"a\": 1},\n  {\"b\": 2}\n]\n": {
			{"[\n  {\"a\": 1}]", source.Point{Line: 2, Column: 3, UTF16: 3}},
			{"[\n  {\"b\": 2}]", source.Point{Line: 3, Column: 3, UTF16: 3}},
		},
		"[{}] [] [ {} , {} ]": {
			{"[{}]", source.Point{Line: 1, Column: 2, UTF16: 2}},
			{" [ {}]", source.Point{Line: 1, Column: 11, UTF16: 11}},
			{" [ {}]", source.Point{Line: 1, Column: 16, UTF16: 16}},
		},
		// What is none of this is one piece, from where it starts.
		"Resources:\n  A: {}\n":      {{"Resources:\n  A: {}\n", source.Point{Line: 2, Column: 6, UTF16: 6}}},
		`{"a": 1} what? {}`:          {{`{"a": 1}`, source.Point{Line: 1, Column: 1, UTF16: 1}}, {" what? {}", source.Point{Line: 1, Column: 16, UTF16: 16}}},
		`[{"a": 1}, 2, {"b": 3}]`:    {{`[{"a": 1}]`, source.Point{Line: 1, Column: 2, UTF16: 2}}, {`[ 2, {"b": 3}]`, source.Point{Line: 1, Column: 15, UTF16: 15}}},
		`[{"a": 1} {"b": 3}]`:        {{`[{"a": 1}]`, source.Point{Line: 1, Column: 2, UTF16: 2}}, {` {"b": 3}]`, source.Point{Line: 1, Column: 11, UTF16: 11}}},
		`[{"a": 1},]{}`:              {{`[{"a": 1}]`, source.Point{Line: 1, Column: 2, UTF16: 2}}, {`,]{}`, source.Point{Line: 1, Column: 12, UTF16: 12}}},
		"{\"a\": {\"b\": \"unending": {{"{\"a\": {\"b\": \"unending", source.Point{Line: 1, Column: 1, UTF16: 1}}},
	} {
		if diff := cmp.Diff(want, pieces(t, text)); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

func TestPiecesEndWithWhatCannotBeRead(t *testing.T) {
	broken := errors.New("broken")
	var last error
	count := 0
	for _, err := range source.Pieces("x", io.MultiReader(strings.NewReader(`{} {"a":`), iotest.ErrReader(broken))) {
		if last = err; err == nil {
			count++
		}
	}
	if count != 1 || last == nil || !strings.HasPrefix(last.Error(), "the file cannot be read: ") {
		t.Errorf("%d pieces, then %v", count, last)
	}
}

// A value without end is refused, and one piece after the other is not kept.
func TestPiecesAreBounded(t *testing.T) {
	var last error
	for _, err := range source.Pieces("x", io.MultiReader(strings.NewReader(`{"a": "`), zeros{})) {
		last = err
	}
	if last == nil || !strings.HasPrefix(last.Error(), "the file is too large: more than ") {
		t.Errorf("%v", last)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
