package report

import (
	"path/filepath"
	"strings"
)

// root turns paths of findings into URIs.
type root struct {
	dir string // absolute; what paths are relative to
	top string // absolute; what URIs are relative to; empty for dir
}

// uri returns a URI of the path, never empty. It is relative and below is true
// for a path below the top; any other is a file URI, since a relative one with
// ".." in it is refused. Neither needs the path to exist.
func (r root) uri(path string) (uri string, below bool) {
	path = filepath.FromSlash(path)
	top := r.top
	if top == "" {
		top = r.dir
	}
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(r.dir, path)
	}
	rel := filepath.Clean(full)
	if top != "" {
		if to, err := filepath.Rel(top, full); err == nil {
			rel = to
		}
	}
	if filepath.IsLocal(rel) || !filepath.IsAbs(full) {
		return percentEncode(filepath.ToSlash(rel)), true
	}
	full = filepath.ToSlash(filepath.Clean(full))
	if !strings.HasPrefix(full, "/") { // a drive letter
		full = "/" + full
	}
	return "file://" + percentEncode(full), false
}

// percentEncode escapes every byte of a path that is not unreserved (RFC 3986
// §2.3) or a slash. A colon is escaped too, or a name could look like a scheme.
func percentEncode(path string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}
