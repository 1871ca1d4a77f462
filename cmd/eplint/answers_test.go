package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestAPanicTakesNothingFromTheOthers(t *testing.T) {
	done := make([]bool, 50)
	faults := each(len(done), func(i int) {
		if i == 7 {
			panic("a fault of eplint")
		}
		done[i] = true
	})
	for i := range done {
		if done[i] == (i == 7) || (faults[i] != nil) != (i == 7) {
			t.Errorf("piece %d: done %v, fault %v", i, done[i], faults[i])
		}
	}
	var stderr bytes.Buffer
	if !printFaults(&stderr, "prove", faults, func(int) string { return "S3\x1bEndpoint" }) {
		t.Error("no fault was found")
	}
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if lines[0] != `eplint prove: S3\x1bEndpoint: internal error: a fault of eplint` || lines[len(lines)-1] != appeal {
		t.Errorf("it says\n%s", &stderr)
	}
	if printFaults(&stderr, "prove", each(3, func(int) {}), nil) {
		t.Error("a fault was found where none is")
	}
}
