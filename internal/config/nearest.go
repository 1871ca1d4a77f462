package config

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns up to n of the names that a mistyped one may have meant, best
// first; nil when none is near. A name is near when one edit in three
// characters leads to it, at most three: past that, everything is near.
func Nearest(name string, names []string, n int) []string {
	limit := max(1, min(3, len(name)/3))
	far := map[string]int{}
	var near []string
	for _, other := range names {
		// No name is nearer than its length differs.
		if d := len(name) - len(other); d > limit || -d > limit {
			continue
		}
		if far[other] = edits(strings.ToLower(name), other); far[other] <= limit {
			near = append(near, other)
		}
	}
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(far[a], far[b]) })
	return near[:min(n, len(near))]
}

// edits counts the letters to insert, delete or replace, and the neighbours to
// swap, that make b of a (optimal string alignment).
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(replaced, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
