package glob

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An automaton runs all the patterns of a language at once. Its state is a set
// of positions, a bit each: bit i of a pattern says that its first i symbols
// match what was read. Each pattern begins on a word of its own.
type automaton struct {
	root    node
	first   []bool     // of each word: whether a pattern begins here
	runs    []uint64   // the positions before a run, which may match nothing
	free    []uint64   // those of them where the run takes any character
	classes [][]letter // of letters that move every state alike, the best first; see alphabet
}

// A node reads a language's answer off a state.
type node struct {
	not      bool
	of       []node
	isLeaf   bool
	from, to int  // the words of a leaf
	last     int  // a leaf's last position
	open     bool // a leaf ends with a * that takes any character
}

// A letter is a character that occurs in a pattern, or the one that stands for
// all that do not.
type letter struct {
	char    rune
	written bool     // not merely another case of what is written
	advance []uint64 // the positions that go on to the next one
	stay    []uint64 // the positions that remain
	own     []uint64 // the positions before this character as it is written
}

// spend takes n steps, or all and reports false when there are fewer.
func spend(steps *int, n int) bool {
	if *steps < n {
		*steps = 0
		return false
	}
	*steps -= n
	return true
}

// compile builds the automaton of l, or reports false when the steps run out.
func compile(l Language, steps *int) (*automaton, bool) {
	a := &automaton{}
	var leaves []*leaf
	a.root = a.layOut(l, &leaves)
	words := len(a.first)
	letters := alphabet(leaves)
	if !spend(steps, words*(len(letters)+1)) {
		return nil, false
	}
	a.runs, a.free = make([]uint64, words), make([]uint64, words)
	index := make(map[rune]int, len(letters))
	rows := make([]uint64, 3*words*len(letters))
	row := func() []uint64 {
		r := rows[:words:words]
		rows = rows[words:]
		return r
	}
	for i := range letters {
		index[letters[i].char] = i
		letters[i].advance, letters[i].stay, letters[i].own = row(), row(), row()
	}
	word := 0
	for _, f := range leaves {
		for i, s := range f.symbols() {
			w, bit := word+i/64, uint64(1)<<(i%64)
			if s.Kind == Run {
				a.runs[w] |= bit
			}
			if f.free(s) {
				a.free[w] |= bit
			}
			switch {
			case s.Kind == Character:
				r := character(s)
				letters[index[r]].own[w] |= bit
				for r := range f.same(r) {
					letters[index[r]].advance[w] |= bit
				}
			case f.isOver:
				for _, r := range f.over {
					for r := range f.same(r) {
						letters[index[r]].stay[w] |= bit
					}
				}
			default:
				for j := range letters {
					switch {
					case s.Except != 0 && f.compared(letters[j].char) == f.compared(rune(s.Except)):
					case s.Kind == Run:
						letters[j].stay[w] |= bit
					default:
						letters[j].advance[w] |= bit
					}
				}
			}
		}
		word += len(f.symbols())/64 + 1
	}
	classes := make(map[string]int, len(letters))
	var key []byte
	for j := range letters {
		key = appendWords(appendWords(key[:0], letters[j].advance), letters[j].stay)
		if i, known := classes[string(key)]; known {
			a.classes[i] = append(a.classes[i], letters[j])
			continue
		}
		classes[string(key)] = len(a.classes)
		a.classes = append(a.classes, letters[j:j+1:j+1])
	}
	return a, true
}

// symbols returns the pattern of f; what is over characters is one run of them.
func (f *leaf) symbols() Pattern {
	if f.isOver {
		return Pattern{{Kind: Run}}
	}
	return f.pattern
}

// free reports whether a symbol of f is a run of any characters.
func (f *leaf) free(s Symbol) bool { return s.Kind == Run && s.Except == 0 && !f.isOver }

// layOut gives each leaf of l its words, in the order in which it appends them
// to leaves.
func (a *automaton) layOut(l Language, leaves *[]*leaf) node {
	n := node{not: l.not}
	if l.leaf != nil {
		*leaves = append(*leaves, l.leaf)
		symbols := l.leaf.symbols()
		n.isLeaf, n.from, n.last = true, len(a.first), len(symbols)
		n.open = n.last > 0 && l.leaf.free(symbols[n.last-1])
		a.first = append(a.first, true)
		a.first = append(a.first, make([]bool, n.last/64)...)
		n.to = len(a.first)
	}
	for _, m := range l.of {
		n.of = append(n.of, a.layOut(m, leaves))
	}
	return n
}

// readable are the characters to fill with, the best first.
const readable = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW"

// alphabet returns the characters that the leaves tell apart, the best to read
// first, and before them one, if any is left, that stands for the others.
func alphabet(leaves []*leaf) []letter {
	written := map[rune]bool{}
	for _, f := range leaves {
		add := func(r rune) {
			for same := range f.same(r) {
				written[same] = written[same] || same == r
			}
		}
		for _, r := range f.over {
			add(r)
		}
		for _, s := range f.pattern {
			if s.Kind == Character {
				add(character(s))
			} else if s.Except != 0 {
				add(rune(s.Except))
			}
		}
	}
	letters := make([]letter, 0, len(written)+1)
	for r, own := range written {
		letters = append(letters, letter{char: r, written: own})
	}
	slices.SortFunc(letters, func(x, y letter) int {
		if x.written != y.written {
			if x.written {
				return -1
			}
			return 1
		}
		return cmp.Compare(rank(x.char), rank(y.char))
	})
	if r, ok := other(written); ok {
		letters = slices.Insert(letters, 0, letter{char: r, written: true})
	}
	return letters
}

// rank orders characters, the best to read first.
func rank(r rune) int {
	if i := strings.IndexRune(readable, r); i >= 0 {
		return i
	}
	return len(readable) + int(r)
}

// other returns the best character to read that is not among the known; false
// when there is none.
func other(known map[rune]bool) (rune, bool) {
	for _, r := range readable {
		if _, taken := known[r]; !taken {
			return r, true
		}
	}
	// Letters from À on, then whatever is left.
	for i := range rune(unicode.MaxRune + 1) {
		r := (i + 'À') % (unicode.MaxRune + 1)
		if _, taken := known[r]; !taken && utf8.ValidRune(r) {
			return r, true
		}
	}
	return 0, false
}

// search visits the states breadth first, so that the first that is in the
// language was reached by a shortest string.
func (a *automaton) search(steps *int) (string, Verdict) {
	type visit struct {
		state       []uint64
		from, class int // where it came from, and by what
	}
	start := make([]uint64, len(a.first))
	for w, first := range a.first {
		if first {
			start[w] = 1
		}
	}
	a.settle(start)
	if holds, _ := a.root.read(start); holds {
		return "", Yes
	}
	queue := []visit{{state: start}}
	key := appendWords(nil, start)
	seen := map[string]bool{string(key): true}
	next := make([]uint64, len(start))
	var live []int // the words of the state that have a position
	for at := 0; at < len(queue); at++ {
		live = live[:0]
		for w, word := range queue[at].state {
			if word != 0 {
				live = append(live, w)
			}
		}
		for class, letters := range a.classes {
			if !spend(steps, len(live)) {
				return "", Unknown
			}
			if class > 0 && alike(queue[at].state, live, &letters[0], &a.classes[0][0]) {
				continue // to where the first class has led
			}
			if !spend(steps, len(start)) {
				return "", Unknown
			}
			a.step(next, queue[at].state, &letters[0])
			holds, final := a.root.read(next)
			if holds {
				text := []rune{a.spell(queue[at].state, class)}
				for ; at > 0; at = queue[at].from {
					text = append(text, a.spell(queue[queue[at].from].state, queue[at].class))
				}
				slices.Reverse(text)
				return string(text), Yes
			}
			key = appendWords(key[:0], next)
			if final || seen[string(key)] {
				continue
			}
			seen[string(key)] = true
			queue = append(queue, visit{slices.Clone(next), at, class})
		}
	}
	return "", No
}

// alike reports whether both letters lead from the state to the same one, as
// most do: few are written at its positions.
func alike(state []uint64, live []int, x, y *letter) bool {
	for _, w := range live {
		if state[w]&((x.advance[w]^y.advance[w])|(x.stay[w]^y.stay[w])) != 0 {
			return false
		}
	}
	return true
}

// spell returns the letter of the class that a pattern writes at the state, or
// else the best.
func (a *automaton) spell(state []uint64, class int) rune {
	for _, l := range a.classes[class] {
		for w := range state {
			if state[w]&l.own[w] != 0 {
				return l.char
			}
		}
	}
	return a.classes[class][0].char
}

// step sets next to the state that the letter leads to.
func (a *automaton) step(next, state []uint64, l *letter) {
	var carry uint64
	for w := range state {
		if a.first[w] {
			carry = 0
		}
		moved := state[w] & l.advance[w]
		next[w] = moved<<1 | carry | state[w]&l.stay[w]
		carry = moved >> 63
	}
	a.settle(next)
}

// settle lets runs match nothing, and drops what a later * makes needless:
// whatever a pattern takes from before it, it takes from the * too.
func (a *automaton) settle(state []uint64) {
	var carry uint64
	for w := range state {
		if a.first[w] {
			carry = 0
		}
		state[w] |= carry
		for before := uint64(0); before != state[w]; {
			before = state[w]
			state[w] |= (before & a.runs[w]) << 1
		}
		carry = state[w] & a.runs[w] >> 63
	}
	dropping := false
	for w := len(state) - 1; w >= 0; w-- {
		if dropping {
			state[w] = 0
		} else if stars := state[w] & a.free[w]; stars != 0 {
			state[w] &= ^uint64(0) << (bits.Len64(stars) - 1)
			dropping = true
		}
		if a.first[w] {
			dropping = false
		}
	}
}

// read reports whether what was read is in the language, and whether that is
// final, so that no further character changes it.
func (n *node) read(state []uint64) (holds, final bool) {
	if n.isLeaf {
		holds, final = n.readLeaf(state)
		return holds != n.not, final
	}
	final = true
	for i := range n.of {
		h, f := n.of[i].read(state)
		if h && f {
			return !n.not, true
		}
		holds, final = holds || h, final && f
	}
	return holds != n.not, final
}

func (n *node) readLeaf(state []uint64) (holds, final bool) {
	has := func(i int) bool { return state[n.from+i/64]>>(i%64)&1 != 0 }
	if n.open && has(n.last-1) {
		return true, true
	}
	dead := !slices.ContainsFunc(state[n.from:n.to], func(w uint64) bool { return w != 0 })
	return has(n.last), dead
}

func appendWords(b []byte, words []uint64) []byte {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
