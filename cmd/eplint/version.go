package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/eplint/eplint/internal/catalogue"
)

// build is what the Go tool recorded about this program.
type build struct {
	Version  string
	Commit   string
	Modified bool
}

// version reads the record: a module's version where the program was installed
// by it, else the commit that it was built from.
func version() build {
	b := build{Version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// dataDate is the day of the newest table of the catalogue.
func dataDate() string {
	date := ""
	for _, s := range catalogue.Sources() {
		date = max(date, s.Retrieved)
	}
	return date
}

func runVersion(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		return misused(stderr, "version", wrongUse("it takes no argument"))
	}
	b := version()
	commit := b.Commit
	if commit == "" {
		commit = "unknown"
	}
	if b.Modified {
		commit += " (with changes)"
	}
	_, err := fmt.Fprintf(stdout, "eplint %s\ncommit %s\ndata   %s\n%s %s/%s\n", b.Version, commit, dataDate(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return fail(stderr, "version", err)
	}
	return exitClean
}
