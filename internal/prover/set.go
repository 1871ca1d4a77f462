package prover

import "math/bits"

// A set is a set of small numbers, a bit each.
type set []uint64

// newSet returns an empty set for numbers below n.
func newSet(n int) set { return make(set, (n+63)/64) }

func fullSet(n int) set {
	s := newSet(n)
	for i := range n {
		s.add(i)
	}
	return s
}

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i int)   { s[i/64] &^= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

// first returns the least number, or -1.
func (s set) first() int {
	for w, word := range s {
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

func (s set) empty() bool { return s.first() < 0 }

// meet is what two sets have in common; if not, what s has and t has not.
func (s set) meet(t set, not bool) set {
	out := make(set, len(s))
	for w := range s {
		if not {
			out[w] = s[w] &^ t[w]
		} else {
			out[w] = s[w] & t[w]
		}
	}
	return out
}

func (s set) contains(t set) bool {
	for w := range s {
		if t[w]&^s[w] != 0 {
			return false
		}
	}
	return true
}
