package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"unicode/utf16"
)

const (
	fingerprintWindow = 100    // UTF-16 code units
	fingerprintBase   = 37     // of the polynomial
	fingerprintEnd    = 0xFFFF // stands after the last character
)

// lineHashes returns GitHub's primaryLocationLineHash of each line of a file,
// the first line at index 0. They must equal what github/codeql-action would
// compute (src/fingerprints.ts), since it complains about any other value: the
// polynomial over the 100 UTF-16 code units from the line's start on, blanks
// left out and every line end one "\n", then a colon and the how-manieth line
// of that hash it is. A lone "\r" ends a line there, unlike in source.Mapper;
// the line is looked up by number all the same, as GitHub does.
func lineHashes(text []byte) []string {
	var units []uint16
	starts := []int{0}
	for i, r := range string(text) {
		switch {
		case r == ' ' || r == '\t':
			continue
		case r == '\n' && i > 0 && text[i-1] == '\r':
			continue
		case r == '\r' || r == '\n':
			units = append(units, '\n')
			starts = append(starts, len(units))
		default:
			units = utf16.AppendRune(units, r)
		}
	}
	units = append(units, fingerprintEnd)
	units = append(units, make([]uint16, fingerprintWindow)...)

	seen := make(map[uint64]int, len(starts))
	hashes := make([]string, 0, len(starts))
	for _, start := range starts {
		var h uint64 // wraps around, as GitHub's does
		for _, u := range units[start : start+fingerprintWindow] {
			h = h*fingerprintBase + uint64(u)
		}
		seen[h]++
		hashes = append(hashes, strconv.FormatUint(h, 16)+":"+strconv.Itoa(seen[h]))
	}
	return hashes
}

// logicalHash names a finding by what it is about instead of where it stands,
// so that it survives edits around it.
func logicalHash(rule, endpoint, statement string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + endpoint + "\x00" + statement))
	return hex.EncodeToString(sum[:16])
}
