// Command eplint lints AWS VPC endpoint policies: it finds the policies in
// CloudFormation templates, Terraform plans and policy files, and reports what
// lets other accounts through.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/eplint/eplint/internal/source"
)

// The exit codes of every command.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2 // wrong use, a missing path, or an unreadable file
	exitFailure  = 3 // eplint itself failed
	// exitInterrupted is what a shell makes of a program that SIGINT ends.
	exitInterrupted = 130
)

const usage = `eplint lints AWS VPC endpoint policies.

usage: eplint [lint] [flags] [PATH…]     lint files and folders (default ".")
       eplint prove [flags] [PATH…]      who can reach whose resources, with proof
       eplint diff OLD NEW               what NEW lets through and OLD did not
       eplint simulate FILE --action A --resource ARN --principal WHO
                                         would this one request pass?
       eplint facts [flags] FILE         the facts about an endpoint, as rules read them
       eplint rules [--format json]      the rules
       eplint explain RULE               a rule's page
       eplint services [NAME…]           the endpoint services that eplint knows
       eplint config show [PATH]         what the configuration says, and where
       eplint version                    the version, and the date of the data

"eplint lint --help" lists the flags of lint.
`

// appeal is what eplint says when it fails.
const appeal = "eplint failed: please report this at https://github.com/eplint/eplint/issues with the file that shows it"

// memoryLimit is where the garbage collector starts to work. Most runs end
// before that.
const memoryLimit = 96 << 20

// muchText is how much text is read before the values made of it take more than
// the limit, so that the collector would work all the time.
const muchText = 8 << 20

// collecting wraps a reader: once much has been read the collector works as in
// any other program.
func collecting(read source.Reader, total *atomic.Int64) source.Reader {
	return func(path string) (*source.File, error) {
		file, err := read(path)
		if err != nil {
			return file, err
		}
		size := int64(len(file.Text))
		if now := total.Add(size); now > muchText && now-size <= muchText {
			debug.SetMemoryLimit(math.MaxInt64)
			debug.SetGCPercent(50)
		}
		return file, nil
	}
}

// counted counts the pieces of a file as collecting does files. More than one
// piece is a stream, and the collector works from then on.
func counted(pieces iter.Seq2[*source.File, error], total *atomic.Int64) iter.Seq2[*source.File, error] {
	return func(yield func(*source.File, error) bool) {
		for file, err := range pieces {
			read := collecting(func(string) (*source.File, error) { return file, err }, total)
			if !yield(read("")) {
				return
			}
		}
	}
}

func main() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryLimit)
	// A reader that goes away, as head does, ends the run quietly.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the program at once
		time.Sleep(grace)
		os.Exit(exitInterrupted)
	})
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// grace is how long a run that is interrupted has to print what it found. One
// that waits for its input does not notice.
const grace = 2 * time.Second

// run runs a command and returns the exit code. A panic is a fault of eplint,
// and says so in words.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "eplint: internal error: %v\n%s\n%s\n", p, debug.Stack(), appeal)
			code = exitFailure
		}
	}()
	if len(args) > 0 {
		switch args[0] {
		case "lint":
			return runLint(ctx, args[1:], stdin, stdout, stderr)
		case "prove":
			return runProve(ctx, args[1:], stdin, stdout, stderr)
		case "diff":
			return runDiff(ctx, args[1:], stdin, stdout, stderr)
		case "simulate":
			return runSimulate(ctx, args[1:], stdin, stdout, stderr)
		case "facts":
			return runFacts(ctx, args[1:], stdin, stdout, stderr)
		case "rules":
			return runRules(args[1:], stdout, stderr)
		case "explain":
			return runExplain(args[1:], stdout, stderr)
		case "services":
			return runServices(args[1:], stdout, stderr)
		case "config":
			return runConfig(args[1:], stdout, stderr)
		case "version", "--version":
			return runVersion(args[1:], stdout, stderr)
		case "help", "--help", "-h":
			fmt.Fprint(stdout, usage)
			return exitClean
		}
	}
	return runLint(ctx, args, stdin, stdout, stderr)
}

// fail prints an error of a command and returns the code: of eplint's own
// failure, or of a pipe that was closed, which is nobody's fault.
func fail(stderr io.Writer, command string, err error) int {
	if isClosedPipe(err) {
		return exitClean
	}
	fmt.Fprintf(stderr, "eplint %s: %v\n", command, err)
	return exitFailure
}

// writeJSON prints a value for programs, readable for people too.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// isClosedPipe reports whether an error is that nobody reads any more.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
