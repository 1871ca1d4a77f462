package source

import "sort"

// A Trace maps a decoded string back to the bytes of the file that it was
// decoded from, through escapes, quotes and folded lines. The zero Trace maps
// nothing; build one with Verbatim, or with Add in the order of the string.
type Trace struct {
	file *File
	runs []run
}

// A run is a piece of the decoded string: as many bytes of the file, byte for
// byte, or an escape or fold that stands for the piece as a whole.
type run struct {
	decoded, decodedLen int
	source, sourceLen   int
}

// NewTrace returns an empty trace into a file.
func NewTrace(file *File) Trace { return Trace{file: file} }

// Add appends a piece of the decoded string, n bytes long, that the bytes
// [start, end) of the file stand for.
func (t *Trace) Add(n, start, end int) {
	if n == 0 {
		return
	}
	length := end - start
	if k := len(t.runs) - 1; k >= 0 {
		last := &t.runs[k]
		verbatim := last.decodedLen == last.sourceLen && n == length
		if verbatim && last.source+last.sourceLen == start {
			last.decodedLen += n
			last.sourceLen += n
			return
		}
	}
	decoded := 0
	if k := len(t.runs) - 1; k >= 0 {
		decoded = t.runs[k].decoded + t.runs[k].decodedLen
	}
	t.runs = append(t.runs, run{decoded, n, start, length})
}

// Len is the length in bytes of the decoded string so far.
func (t Trace) Len() int {
	if len(t.runs) == 0 {
		return 0
	}
	last := t.runs[len(t.runs)-1]
	return last.decoded + last.decodedLen
}

// Span returns the place of the bytes [start, end) of the decoded string. An
// end within an escape counts as the whole escape. It is the zero Span when
// the trace holds no such bytes.
func (t Trace) Span(start, end int) Span {
	if t.file == nil || len(t.runs) == 0 || start < 0 || start > end || end > t.Len() {
		return Span{}
	}
	from := t.start(start)
	to := from
	if end > start {
		to = t.end(end)
	}
	return Span{File: t.file, Start: from, End: to}
}

func (t Trace) start(offset int) int {
	i := sort.Search(len(t.runs), func(i int) bool {
		return t.runs[i].decoded+t.runs[i].decodedLen > offset
	})
	if i == len(t.runs) {
		last := t.runs[i-1]
		return last.source + last.sourceLen
	}
	r := t.runs[i]
	if r.decodedLen != r.sourceLen {
		return r.source
	}
	return r.source + offset - r.decoded
}

func (t Trace) end(offset int) int {
	i := sort.Search(len(t.runs), func(i int) bool {
		return t.runs[i].decoded+t.runs[i].decodedLen >= offset
	})
	r := t.runs[i]
	if r.decodedLen != r.sourceLen {
		return r.source + r.sourceLen
	}
	return r.source + offset - r.decoded
}

// Slice returns the trace of the bytes [start, end) of the decoded string. A
// cut through an escape keeps the escape whole on both sides.
func (t Trace) Slice(start, end int) Trace {
	s := Trace{file: t.file}
	first := sort.Search(len(t.runs), func(i int) bool {
		return t.runs[i].decoded+t.runs[i].decodedLen > start
	})
	for _, r := range t.runs[first:] {
		if r.decoded >= end {
			break
		}
		from, to := max(start, r.decoded), min(end, r.decoded+r.decodedLen)
		if r.decodedLen != r.sourceLen {
			s.Add(to-from, r.source, r.source+r.sourceLen)
			continue
		}
		s.Add(to-from, r.source+from-r.decoded, r.source+to-r.decoded)
	}
	return s
}
