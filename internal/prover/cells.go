package prover

import (
	"cmp"
	"encoding/base64"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// A predicate is one way in which statements tell the values of a part apart.
type predicate struct {
	compares policy.Compares
	patterns []glob.Pattern
	// long is for one with many patterns.
	long *long
}

// A long is what makes many patterns fast: which there are, and which begin with
// what text.
type long struct {
	ids     map[string]bool
	begin   map[string][]glob.Pattern
	lengths []int // of the texts of begin
}

// manyPatterns is from how many patterns on a long pays.
const manyPatterns = 16

func (p *predicate) prepare() {
	if len(p.patterns) < manyPatterns || p.compares == policy.FoldedTexts {
		return
	}
	p.long = &long{ids: map[string]bool{}, begin: map[string][]glob.Pattern{}}
	for _, pattern := range p.patterns {
		p.long.ids[idOfPattern(pattern)] = true
		end := slices.IndexFunc(pattern, func(s glob.Symbol) bool { return s.Kind != glob.Character })
		if end < 0 {
			end = len(pattern)
		}
		text := filled(pattern[:end], "")
		if !slices.Contains(p.long.lengths, len(text)) {
			p.long.lengths = append(p.long.lengths, len(text))
		}
		p.long.begin[text] = append(p.long.begin[text], pattern)
	}
}

func (x *long) holds(text string) bool {
	return slices.ContainsFunc(x.lengths, func(n int) bool {
		return n <= len(text) && slices.ContainsFunc(x.begin[text[:n]], func(q glob.Pattern) bool { return q.Match(text) })
	})
}

func idOfPattern(pattern glob.Pattern) string {
	p := predicate{patterns: []glob.Pattern{pattern}}
	return p.id()
}

// id tells predicates apart.
func (p *predicate) id() string {
	var b strings.Builder
	b.WriteByte(byte('0' + p.compares)) // #nosec G115 -- there are few
	for _, pattern := range p.patterns {
		b.WriteByte('\n')
		for _, s := range pattern {
			switch s.Kind {
			case glob.Character:
				b.WriteString(s.Text)
			case glob.One:
				b.WriteString("\x00?")
				b.WriteByte(s.Except)
			default:
				b.WriteString("\x00*")
				b.WriteByte(s.Except)
			}
		}
	}
	return b.String()
}

// holds reports whether the predicate holds of a text; texts alone.
func (p *predicate) holds(text string) bool {
	if p.compares == policy.ARNs && !isARN(text) {
		return false
	}
	if p.compares == policy.FoldedTexts {
		text = strings.ToLower(text)
		return slices.ContainsFunc(p.patterns, func(q glob.Pattern) bool { return folded(q).Match(text) })
	}
	if p.long != nil {
		return p.long.holds(text)
	}
	return slices.ContainsFunc(p.patterns, func(q glob.Pattern) bool { return q.Match(text) })
}

// mayHold is holds where the patterns stand for values that are not known.
func (p *predicate) mayHold(text string) bool {
	switch p.compares {
	case policy.Texts, policy.FoldedTexts, policy.ARNs, policy.Nothing:
		return p.holds(text)
	default:
		return true // the patterns are not what is compared
	}
}

// folded is a pattern in lower case.
func folded(p glob.Pattern) glob.Pattern {
	out := slices.Clone(p)
	for i := range out {
		out[i].Text = strings.ToLower(out[i].Text)
	}
	return out
}

func isARN(text string) bool {
	return strings.HasPrefix(text, "arn:") && strings.Count(text, ":") >= 5
}

func (p *predicate) language() glob.Language {
	l := glob.Of(p.patterns...)
	switch p.compares {
	case policy.FoldedTexts:
		return l.Fold()
	case policy.ARNs:
		return l.And(glob.Of(glob.Parse("arn:*:*:*:*:*")))
	default:
		return l
	}
}

func (d *Domain) holds(text string) bool {
	if d.Values != nil {
		return slices.Contains(d.Values, text)
	}
	return slices.ContainsFunc(d.Patterns, func(p glob.Pattern) bool { return p.Match(text) }) &&
		!slices.ContainsFunc(d.Except, func(p glob.Pattern) bool { return p.Match(text) }) &&
		(d.Over == "" || strings.Trim(text, d.Over) == "")
}

// partition returns a value of every cell of a domain: of every set of values
// that no predicate tells apart. It reports false when it may have missed one.
func (s *Solver) partition(d *Domain, predicates []predicate) (cells []string, complete bool) {
	if d.Values != nil {
		return d.Values, true
	}
	if len(d.Patterns) == 0 {
		return nil, true
	}
	if d.Kind == policy.Numbers {
		predicates = ofNumbers(predicates)
	}
	texts, families := ofTexts(predicates)
	if families > 1 {
		// A number is a text too: no cell is certain to be all there is.
		var points []string
		for i := range predicates {
			points = append(points, pointsOf(&predicates[i])...)
		}
		points = slices.DeleteFunc(points, func(text string) bool { return !d.holds(text) })
		p := partition{solver: s, domain: d, predicates: texts, cells: map[string]string{}}
		p.seed()
		return unique(append(points, p.values()...)), false
	}
	if families == 1 && len(texts) == 0 {
		points := slices.Clone(d.Samples)
		for i := range predicates {
			points = append(points, pointsOf(&predicates[i])...)
		}
		if d.Kind == policy.Nothing {
			points = append(points, "x", "") // what is no value of that kind, and what counts as none
		}
		complete = !slices.ContainsFunc(predicates, func(p predicate) bool { return p.tooFine() })
		return slices.DeleteFunc(unique(points), func(text string) bool {
			held := d.holds(text)
			complete = complete && (held || text == "")
			return !held
		}), complete
	}
	id := idOfPartition(d, texts)
	if known, ok := s.space.memo(id); ok {
		// What was worked out before is cheap, and not free: the budget is a bound
		// on time.
		return known.cells, s.spend(1 + known.steps/64)
	}
	before := s.steps
	p := partition{solver: s, domain: d, predicates: texts, cells: map[string]string{}}
	// A yes may be found without all cells: half of the steps are left to the search.
	p.floor = max(s.steps/2, 0)
	p.excepted()
	p.prune()
	p.seed()
	complete = p.explore(make([]byte, 0, len(p.predicates)), slices.Clone(p.order))
	if complete && len(p.order) == 0 {
		// Nothing is told apart, and there was no sample.
		text, found := p.search(nil)
		if complete = found != glob.Unknown; found == glob.Yes {
			p.add(text)
		}
	}
	if cells = p.values(); complete && s.space != nil && s.space.Memo != nil {
		s.space.Memo.known[id] = memo{cells, before - s.steps}
	}
	return cells, complete
}

// A Memo keeps the cells of domains, for solvers that ask for the same ones. It
// is not safe for concurrent use.
type Memo struct{ known map[string]memo }

type memo struct {
	cells []string
	steps int // that it took to find them
}

// NewMemo returns an empty memo.
func NewMemo() *Memo { return &Memo{known: map[string]memo{}} }

func (s *Space) memo(id string) (memo, bool) {
	if s == nil || s.Memo == nil {
		return memo{}, false
	}
	known, ok := s.Memo.known[id]
	return known, ok
}

// idOfPartition names all that the cells of a domain hang on.
func idOfPartition(d *Domain, predicates []predicate) string {
	var b strings.Builder
	for _, patterns := range [][]glob.Pattern{d.Patterns, d.Except} {
		one := predicate{patterns: patterns}
		b.WriteString(one.id() + "\x01")
	}
	b.WriteString(d.Fill + "\x01" + d.Over + "\x01" + strings.Join(d.Samples, "\x02"))
	for i := range predicates {
		b.WriteString("\x01" + predicates[i].id())
	}
	return b.String()
}

// ofNumbers takes dates for seconds of the epoch.
func ofNumbers(predicates []predicate) []predicate {
	out := slices.Clone(predicates)
	for i, p := range out {
		if p.compares != policy.Dates {
			continue
		}
		out[i] = predicate{compares: policy.Numbers}
		for _, pattern := range p.patterns {
			if t, ok := policy.Date(filled(pattern, "*")); ok {
				out[i].patterns = append(out[i].patterns, glob.Literal(strconv.FormatInt(t.Unix(), 10)))
			}
		}
	}
	return out
}

// ofTexts returns the predicates that compare texts, without their doubles, and
// how many kinds of value there are.
func ofTexts(predicates []predicate) (texts []predicate, families int) {
	seen := map[string]bool{}
	kinds := map[policy.Compares]bool{}
	for i := range predicates {
		p := &predicates[i]
		switch p.compares {
		case policy.Nothing:
			continue
		case policy.Binaries:
			// Bytes have one text in base64; another text is none.
			kinds[policy.Texts] = true
			texts = append(texts, predicate{compares: policy.Texts, patterns: slices.DeleteFunc(slices.Clone(p.patterns), func(q glob.Pattern) bool {
				text := filled(q, "*")
				bytes, err := base64.StdEncoding.DecodeString(text)
				return err != nil || base64.StdEncoding.EncodeToString(bytes) != text
			})})
		case policy.Texts, policy.FoldedTexts, policy.ARNs:
			kinds[policy.Texts] = true
			if id := p.id(); !seen[id] {
				seen[id] = true
				texts = append(texts, *p)
				texts[len(texts)-1].prepare()
			}
		case policy.Presence:
			// The empty value counts as none.
			if !seen[""] {
				seen[""] = true
				texts = append(texts, predicate{compares: policy.Texts, patterns: []glob.Pattern{nil}})
			}
		default:
			kinds[p.compares] = true
		}
	}
	if len(kinds) == 1 && !kinds[policy.Texts] {
		texts = nil
	}
	return texts, len(kinds)
}

func unique(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(s string) bool {
		double := seen[s]
		seen[s] = true
		return double
	})
}

// A partition is a domain on its way to cells.
type partition struct {
	solver     *Solver
	domain     *Domain
	predicates []predicate
	order      []string          // signatures, as they were found
	cells      map[string]string // signature → the first value that was found
	floor      int               // the steps that it leaves to the solver
	related    map[[4]int]relation
	// exactly are the exceptions of the domain by their id, broadly those of them
	// that may take in others than themselves.
	exactly map[string]bool
	broadly []glob.Pattern
}

// prune drops predicates that hold of no value of the domain, or plainly of all.
func (p *partition) prune() {
	var kept []predicate
	for _, q := range p.predicates {
		if q.compares != policy.FoldedTexts {
			q.patterns = slices.DeleteFunc(slices.Clone(q.patterns), func(pattern glob.Pattern) bool { return !p.inDomain(pattern) })
			if len(q.patterns) == 0 || within(p.domain.Patterns, q.patterns) && q.compares == policy.Texts {
				continue
			}
		}
		kept = append(kept, q)
	}
	p.predicates = kept
	p.related = map[[4]int]relation{}
}

// excepted sorts the exceptions of the domain: those to look up, and those to
// compare.
func (p *partition) excepted() {
	p.exactly = map[string]bool{}
	for _, q := range p.domain.Except {
		one := predicate{patterns: []glob.Pattern{q}}
		p.exactly[one.id()] = true
		if runs := slices.IndexFunc(q, func(s glob.Symbol) bool { return s.Kind != glob.Character }); runs >= 0 && runs < len(q)-1 {
			p.broadly = append(p.broadly, q)
		}
	}
}

// inDomain reports whether a pattern is not plainly apart from the domain.
func (p *partition) inDomain(pattern glob.Pattern) bool {
	one := predicate{patterns: []glob.Pattern{pattern}}
	if p.exactly[one.id()] || slices.ContainsFunc(p.broadly, func(q glob.Pattern) bool { return !q.Apart(pattern) && pattern.Within(q) }) {
		return false
	}
	return slices.ContainsFunc(p.domain.Patterns, func(base glob.Pattern) bool { return !base.Apart(pattern) })
}

// A relation is what is plain about two patterns.
type relation struct{ apart, within bool }

// relate compares pattern a of predicate i with pattern b of predicate j.
func (p *partition) relate(i, a, j, b int) relation {
	id := [4]int{i, a, j, b}
	r, known := p.related[id]
	if !known {
		p.solver.spend(1)
		x, y := p.predicates[i].patterns[a], p.predicates[j].patterns[b]
		r.apart = x.Apart(y)
		r.within = !r.apart && x.Within(y)
		p.related[id] = r
	}
	return r
}

// inside reports whether pattern a of predicate i is plainly within predicate j.
func (p *partition) inside(i, a, j int) bool {
	if x := p.predicates[j].long; x != nil && x.ids[idOfPattern(p.predicates[i].patterns[a])] {
		return true
	}
	for b := range p.predicates[j].patterns {
		if p.relate(i, a, j, b).within {
			return true
		}
	}
	return false
}

// beside reports whether pattern a of predicate i is plainly apart from all of
// predicate j.
func (p *partition) beside(i, a, j int) bool {
	if x := p.predicates[j].long; x != nil && x.ids[idOfPattern(p.predicates[i].patterns[a])] {
		return false
	}
	for b := range p.predicates[j].patterns {
		if !p.relate(i, a, j, b).apart {
			return false
		}
	}
	return true
}

// within reports whether it is plain that each of some patterns is within one of
// some others.
func within(patterns, others []glob.Pattern) bool {
	return !slices.ContainsFunc(patterns, func(p glob.Pattern) bool {
		return !slices.ContainsFunc(others, func(q glob.Pattern) bool { return p.Within(q) })
	})
}

func (p *partition) signature(text string) string {
	sig := make([]byte, len(p.predicates))
	for i := range p.predicates {
		sig[i] = '0'
		if p.predicates[i].holds(text) {
			sig[i] = '1'
		}
	}
	return string(sig)
}

// add takes a value for its cell, if it is the first and in the domain.
func (p *partition) add(text string) {
	if !p.domain.holds(text) {
		return
	}
	p.solver.spend(1 + len(p.predicates))
	sig := p.signature(text)
	if _, known := p.cells[sig]; !known {
		p.cells[sig] = text
		p.order = append(p.order, sig)
	}
}

// seed finds most cells without a search: samples, then the values that the
// patterns are made of.
func (p *partition) seed() {
	for _, text := range p.domain.Samples {
		p.add(text)
	}
	for _, pattern := range p.domain.Patterns {
		p.add(filled(pattern, cmp.Or(p.domain.Fill, "x")))
	}
	for i := range p.predicates {
		for _, pattern := range p.predicates[i].patterns {
			for _, fill := range []string{cmp.Or(p.domain.Fill, "x"), ""} {
				p.add(filled(pattern, fill))
			}
		}
	}
}

// filled is a value of a pattern.
func filled(p glob.Pattern, run string) string {
	var b strings.Builder
	for _, s := range p {
		switch s.Kind {
		case glob.Character:
			b.WriteString(s.Text)
		case glob.One:
			b.WriteByte('x')
		default:
			b.WriteString(run)
		}
	}
	return b.String()
}

func (p *partition) values() []string {
	out := make([]string, len(p.order))
	for i, sig := range p.order {
		out[i] = p.cells[sig]
	}
	return out
}

// explore finds every cell whose signature begins so, and reports false when the
// steps ran out. The cells of such a signature that are known are given.
func (p *partition) explore(prefix []byte, known []string) bool {
	if len(prefix) == len(p.predicates) {
		return true
	}
	for _, bit := range []byte{'1', '0'} {
		next := append(slices.Clone(prefix), bit)
		if p.solver.spend(1 + len(known)/64); p.solver.steps <= p.floor || len(p.order) > maxCells {
			return false
		}
		var some []string
		for _, sig := range known {
			if sig[len(prefix)] == bit {
				some = append(some, sig)
			}
		}
		if some == nil {
			if p.plainlyEmpty(next) {
				continue
			}
			found := glob.Yes
			if some = p.try(p.joined(next), next); some == nil {
				var text string
				if text, found = p.search(next); found == glob.Yes {
					some = p.try(text, next)
				}
			}
			switch found {
			case glob.Unknown:
				return false
			case glob.No:
				continue
			}
		}
		if !p.explore(next, some) {
			return false
		}
	}
	return true
}

// try adds a value, and returns its signature if it is new and begins so.
func (p *partition) try(text string, prefix []byte) []string {
	n := len(p.order)
	p.add(text)
	if len(p.order) > n && strings.HasPrefix(p.order[n], string(prefix)) {
		return p.order[n:]
	}
	return nil
}

// joined is a value that holds what each of the predicates that hold asks for
// somewhere, one after the other.
func (p *partition) joined(prefix []byte) string {
	var b strings.Builder
	for i, bit := range prefix {
		if bit == '1' && len(p.predicates[i].patterns) > 0 {
			b.WriteString(filled(p.predicates[i].patterns[0], ""))
		}
	}
	return b.String()
}

// plainlyEmpty decides most prefixes without an automaton.
func (p *partition) plainlyEmpty(prefix []byte) bool {
	last := len(prefix) - 1
	text := func(i int) bool { return p.predicates[i].compares != policy.FoldedTexts }
	// What an ARN operator does not match may be no ARN.
	excludes := func(i, j int) bool {
		return p.predicates[j].compares == policy.Texts || p.predicates[i].compares == p.predicates[j].compares
	}
	if !text(last) {
		return false
	}
	if prefix[last] == '0' {
		// Is one that holds within it?
		for i := range last {
			if prefix[i] != '1' || !text(i) || !excludes(i, last) {
				continue
			}
			all := true
			for a := range p.predicates[i].patterns {
				all = all && p.inside(i, a, last)
			}
			if all {
				return true
			}
		}
		return false
	}
	// Each pattern must be apart from one that holds, or within one that does not.
	for a := range p.predicates[last].patterns {
		empty := false
		for i := 0; i < last && !empty; i++ {
			switch {
			case !text(i):
			case prefix[i] == '1':
				empty = p.beside(last, a, i)
			default:
				empty = excludes(last, i) && p.inside(last, a, i)
			}
		}
		if !empty && p.inDomain(p.predicates[last].patterns[a]) {
			return false
		}
	}
	return true
}

// search looks for a value with the signature that begins so: among those of each
// pattern of one predicate that must hold, since few of the other patterns then
// come into question.
func (p *partition) search(prefix []byte) (string, glob.Verdict) {
	least := -1
	for i, bit := range prefix {
		if bit == '1' && p.predicates[i].compares != policy.FoldedTexts && (least < 0 || len(p.predicates[i].patterns) < len(p.predicates[least].patterns)) {
			least = i
		}
	}
	if least < 0 {
		return p.example(prefix, nil)
	}
	for a, pattern := range p.predicates[least].patterns {
		if p.ruledOut(prefix, least, a) {
			continue
		}
		if text, found := p.example(prefix, pattern); found != glob.No {
			return text, found
		}
	}
	return "", glob.No
}

// ruledOut reports whether a pattern of a predicate is plainly within what must
// not hold, or apart from something that must.
func (p *partition) ruledOut(prefix []byte, i, a int) bool {
	for j, bit := range prefix {
		q := &p.predicates[j]
		switch {
		case q.compares == policy.FoldedTexts || j == i:
		case bit == '1' && p.beside(i, a, j):
			return true
		case bit == '0' && (q.compares == policy.Texts || q.compares == p.predicates[i].compares) && p.inside(i, a, j):
			return true
		}
	}
	return !p.inDomain(p.predicates[i].patterns[a])
}

// example looks for a value of a pattern, or of all, with the signature that
// begins so. What is plainly apart from the pattern is left out.
func (p *partition) example(prefix []byte, pattern glob.Pattern) (string, glob.Verdict) {
	near := func(patterns []glob.Pattern) []glob.Pattern {
		if pattern == nil {
			return patterns
		}
		return slices.DeleteFunc(slices.Clone(patterns), pattern.Apart)
	}
	l := glob.Of(near(p.domain.Patterns)...)
	if except := near(p.domain.Except); len(except) > 0 {
		l = l.And(glob.Of(except...).Not())
	}
	if p.domain.Over != "" {
		l = l.And(glob.Over(p.domain.Over))
	}
	var all []glob.Language
	if pattern != nil {
		all = append(all, glob.Of(pattern))
	}
	for i, bit := range prefix {
		one := p.predicates[i]
		if one.compares != policy.FoldedTexts {
			one.patterns = near(one.patterns)
		}
		switch {
		case bit == '1':
			all = append(all, one.language())
		case len(one.patterns) > 0:
			all = append(all, one.language().Not())
		}
	}
	steps := max(min(maxLanguage, (p.solver.steps-p.floor)*stepsOfLanguage), 0)
	before := steps
	text, found := l.And(all...).Example(&steps)
	p.solver.spend((before-steps)/stepsOfLanguage + 1)
	return text, found
}

const (
	// maxCells bounds the cells of one partition.
	maxCells = 4096
	// maxLanguage bounds the steps of one proof that a language is empty.
	maxLanguage = 1 << 20
	// stepsOfLanguage is how many of those steps take as long as one of the
	// solver's.
	stepsOfLanguage = 16
)

// pointsOf returns values between which a predicate of numbers, dates, addresses or
// booleans changes: those that it names, and one on either side.
func pointsOf(p *predicate) []string {
	var out []string
	for _, pattern := range p.patterns {
		text := filled(pattern, "*")
		switch p.compares {
		case policy.Numbers:
			out = append(out, numbersAround(text)...)
		case policy.Dates:
			out = append(out, datesAround(text)...)
		case policy.Addresses:
			out = append(out, addressesAround(text)...)
		case policy.Booleans:
			out = append(out, "true", "false")
		case policy.Texts, policy.FoldedTexts, policy.ARNs:
			out = append(out, filled(pattern, "x"))
		}
	}
	switch p.compares {
	case policy.Numbers:
		out = append(out, "1")
	case policy.Dates:
		out = append(out, "2030-01-01T00:00:00Z")
	case policy.Addresses:
		out = append(out, "10.0.0.1", "2001:db8::1")
	}
	return out
}

// numbersAround returns a number and its neighbours: whole ones, and ones that
// are nearer than any number with as many digits.
func numbersAround(text string) []string {
	n, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/eExXpP_") {
		return nil
	}
	_, decimals, _ := strings.Cut(text, ".")
	if len(decimals) > maxDecimals {
		return nil
	}
	one := big.NewRat(1, 1)
	near := new(big.Rat).Quo(one, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(decimals)+1)), nil)))
	out := []string{text}
	for _, step := range []*big.Rat{one, near} {
		digits := len(decimals)
		if step == near {
			digits++
		}
		out = append(out, new(big.Rat).Sub(n, step).FloatString(digits), new(big.Rat).Add(n, step).FloatString(digits))
	}
	return out
}

const maxDecimals = 50

// tooFine reports whether the neighbours of a number are not among its points.
func (p *predicate) tooFine() bool {
	return p.compares == policy.Numbers && slices.ContainsFunc(p.patterns, func(pattern glob.Pattern) bool {
		_, decimals, _ := strings.Cut(filled(pattern, "*"), ".")
		return len(decimals) > maxDecimals
	})
}

// datesAround returns a date and its neighbours.
func datesAround(text string) []string {
	t, ok := policy.Date(text)
	if !ok {
		return nil
	}
	out := []string{text}
	for _, step := range []time.Duration{-time.Second, time.Second, -time.Nanosecond, time.Nanosecond} {
		out = append(out, t.Add(step).UTC().Format(time.RFC3339Nano))
	}
	// Only seconds since 1970 go beyond the year 9999.
	for _, step := range []int64{-1, 1} {
		out = append(out, strconv.FormatInt(t.Unix()+step, 10))
	}
	return out
}

// addressesAround returns the first and the last address of a range, and the
// ones outside of it.
func addressesAround(text string) []string {
	var out []string
	add := func(a netip.Addr) {
		if a.IsValid() {
			out = append(out, a.String())
		}
	}
	if one, err := netip.ParseAddr(text); err == nil {
		add(one)
		add(one.Prev())
		add(one.Next())
		return out
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return nil
	}
	first := prefix.Masked().Addr()
	bytes := first.AsSlice()
	for i := prefix.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	if second := first.Next(); prefix.Contains(second) {
		add(second) // the first address of a network is no host's
	}
	add(first)
	add(last)
	add(first.Prev())
	add(last.Next())
	return out
}
