package loader

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

var update = flag.Bool("update", false, "rewrite what the tests compare with")

// A tally is what is known of the endpoints of one kind of file.
type tally struct {
	files, endpoints, none, known, undetermined, statements, unread, values int
	holes                                                                   map[policy.HoleKind]int
	open                                                                    []string // what is not understood, and where
}

var holeNames = map[policy.HoleKind]string{
	policy.Unknown: "unknown", policy.OwnAccount: "own account", policy.OwnOrganization: "own organization",
	policy.Region: "region", policy.Partition: "partition", policy.OwnResource: "own resource",
}

// What of the foreign files is resolved, and what is left open, is what
// testdata/holes.txt says.
func TestWhatIsKnownOfTheCorpus(t *testing.T) {
	corpus := os.Getenv("EPLINT_CORPUS")
	if corpus == "" && os.Getenv("CI") != "" {
		t.Fatal("EPLINT_CORPUS is not set: it names the folder of foreign files, which CI must have")
	}
	if corpus == "" {
		t.Skip("EPLINT_CORPUS is not set: it names a folder of foreign files (tools/corpus/README.md)")
	}
	kinds := map[string]*tally{}
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(corpus, path)
		if err != nil {
			return err
		}
		kind, _, nested := strings.Cut(filepath.ToSlash(rel), "/")
		if !nested {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if Scan(path, text) != Candidate {
			return nil
		}
		if kinds[kind] == nil {
			kinds[kind] = &tally{holes: map[policy.HoleKind]int{}}
		}
		kinds[kind].add(Load([]*source.File{source.NewFile(filepath.ToSlash(rel), text)}, Options{
			Use: func(string) Use { return Use{Endpoint: true} },
		}))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		kinds[kind].write(&b, kind)
	}
	const golden = "testdata/holes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("go test ./internal/loader -run Corpus -update renews %s:\n%s", golden, diff)
	}
}

func (y *tally) add(unit Unit) {
	y.files++
	for _, e := range unit.Endpoints {
		y.endpoints++
		y.text(&e, e.Service)
		switch e.Policy.State {
		case policy.Default:
			y.none++
		case policy.Undetermined:
			y.undetermined++
			y.note(&e, e.Policy.Why)
		case policy.Known:
			y.known++
			for _, st := range e.Policy.Variants[0].Doc.Statements {
				y.statements++
				if st.Unread != "" {
					y.unread++
					y.note(&e, "a statement: "+st.Unread)
				}
			}
			for _, text := range textsOf(e.Policy.Variants[0].Doc) {
				y.text(&e, text)
			}
		}
	}
}

func (y *tally) text(e *policy.Endpoint, text policy.Text) {
	y.values++
	for _, hole := range text.Holes() {
		y.holes[hole.Kind]++
		if hole.Kind == policy.Unknown {
			y.note(e, "a value: "+hole.Ref)
		}
	}
}

func (y *tally) note(e *policy.Endpoint, what string) {
	line := fmt.Sprintf("%s %s: %s", e.Span.File.Path, e.Name, what)
	if !slices.Contains(y.open, line) {
		y.open = append(y.open, line)
	}
}

func (y *tally) write(b *strings.Builder, kind string) {
	fmt.Fprintf(b, "%s: %d files, %d endpoints: %d without a policy, %d policies known, %d not\n", kind, y.files, y.endpoints, y.none, y.known, y.undetermined)
	fmt.Fprintf(b, "  %d statements, %d of them not read; %d values", y.statements, y.unread, y.values)
	for _, k := range slices.Sorted(maps.Keys(y.holes)) {
		fmt.Fprintf(b, ", %d of %s", y.holes[k], holeNames[k])
	}
	b.WriteByte('\n')
	for _, line := range y.open {
		b.WriteString("  open: " + line + "\n")
	}
}
