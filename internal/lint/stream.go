package lint

import (
	"context"
	"errors"
	"iter"
	"runtime"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/source"
)

// Stream lints the pieces of one file as they come, a few at a time, and gives
// what it finds in each to found, in their order. It keeps none of it: the result
// has the counts alone, in which the pieces are one file. Options are as for Run;
// Paths is the path of the file, and Read is not used. Besides the errors of Run it
// returns the first of found, and ends there.
func Stream(ctx context.Context, o Options, pieces iter.Seq2[*source.File, error], found func([]finding.Finding) error) (Result, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r := newRun(ctx, o)
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	// A piece waits in the queue until all before it are given away, so that few
	// more than jobs are there at a time.
	queue := make(chan chan outcome, jobs)
	go func() {
		defer close(queue)
		for file, err := range pieces {
			done := make(chan outcome, 1)
			select {
			case queue <- done:
			case <-ctx.Done():
				return
			}
			go func() { done <- r.piece(ctx, file, err) }()
		}
	}()
	var result Result
	var failed error
	for {
		var one outcome
		select {
		case done, ok := <-queue:
			if !ok {
				return total(result, failed)
			}
			one = <-done
		case <-ctx.Done():
			// Whoever gives the pieces may wait for ever.
			result.Unfinished = 1
			return total(result, failed)
		}
		failed = errors.Join(failed, one.err)
		if err := found(one.Findings); err != nil {
			return total(result, err)
		}
		one.Findings = nil
		result.add(one.Result)
	}
}

// total is the result of the pieces as that of one file.
func total(r Result, err error) (Result, error) {
	r.Files = min(r.Files, 1)
	r.Unreadable = min(r.Unreadable, 1)
	if r.Files > 0 {
		r.Skipped = nil
	}
	return r, err
}

// An outcome is what became of a piece.
type outcome struct {
	Result
	err error
}

func (r *run) piece(ctx context.Context, file *source.File, fault error) (out outcome) {
	read := func(string) (*source.File, error) { return file, fault }
	out.err = r.guarded(ctx, r.Paths, read, &out.Result)
	if out.err != nil && ctx.Err() != nil {
		out.Unfinished, out.err = 1, nil
	}
	out.Findings = grouped(out.Findings)
	finding.Sort(out.Findings)
	return out
}
