package query_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// BenchmarkGenerated asks every question about random policies, one in each
// iteration: inner are those about which an answer is yes or no, any may hold
// what AWS does not settle.
func BenchmarkGenerated(b *testing.B) {
	for _, c := range []struct {
		name    string
		options policytest.Options
	}{{"inner", policytest.Options{Inner: true}}, {"any", policytest.Options{}}} {
		b.Run(c.name, func(b *testing.B) {
			documents := policytest.Documents(1, 1000, c.options)
			endpoints := make([]*policy.Endpoint, len(documents))
			for i := range documents {
				endpoints[i] = endpointOf(b, &documents[i])
			}
			benchmarkQuestions(b, endpoints, generatedPerimeter())
		})
	}
}

// BenchmarkCorpus asks every question about every endpoint of the folder of
// foreign files.
func BenchmarkCorpus(b *testing.B) {
	root := os.Getenv("EPLINT_CORPUS")
	if root == "" {
		if os.Getenv("CI") != "" {
			b.Fatal("EPLINT_CORPUS is not set")
		}
		b.Skip("EPLINT_CORPUS names no folder of foreign files")
	}
	benchmarkQuestions(b, corpusEndpoints(b, root), config.Perimeter{})
}

// corpusEndpoints loads every file of a folder, and takes every policy in it for
// an endpoint's.
func corpusEndpoints(b *testing.B, root string) []*policy.Endpoint {
	b.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && loader.Named(d.Name()) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var endpoints []*policy.Endpoint
	for _, group := range loader.Group(paths) {
		var files []*source.File
		for _, path := range group {
			text, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			files = append(files, source.NewFile(path, text))
		}
		unit := loader.Load(files, loader.Options{Use: func(string) loader.Use { return loader.Use{Endpoint: true} }})
		for i := range unit.Endpoints {
			endpoints = append(endpoints, &unit.Endpoints[i])
		}
	}
	if len(endpoints) == 0 {
		b.Fatalf("no endpoints in %d files", len(paths))
	}
	return endpoints
}

// benchmarkQuestions asks all questions about one endpoint in each iteration. It
// reports over all endpoints how many answers are unknown, and the time that the
// questions about one endpoint take: the median, and the one that a hundredth of
// the endpoints exceeds.
func benchmarkQuestions(b *testing.B, endpoints []*policy.Endpoint, perimeter config.Perimeter) {
	b.Helper()
	asker := query.NewAsker(perimeter)
	answers, unknown := 0, 0
	all := func(e *policy.Endpoint, count func(query.Verdict)) time.Duration {
		start := time.Now()
		s := asker.Subject(e)
		for _, question := range questions {
			if a := s.Ask(query.Question(question)); true {
				count(a.Verdict)
			}
		}
		return time.Since(start)
	}
	// The first time also works out what is known of each service, so that it
	// is not measured.
	for _, e := range endpoints {
		all(e, func(v query.Verdict) {
			if answers++; v == query.Unknown {
				unknown++
			}
		})
	}
	nothing := func(query.Verdict) {}
	took := make([]time.Duration, len(endpoints))
	for i, e := range endpoints {
		took[i] = all(e, nothing)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		// The least of its times is the endpoint's, the rest the machine's.
		at := i % len(endpoints)
		took[at] = min(took[at], all(endpoints[at], nothing))
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(endpoints)), "endpoints")
	b.ReportMetric(100*float64(unknown)/float64(answers), "%unknown")
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}
