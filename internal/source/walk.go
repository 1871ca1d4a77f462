package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"
)

// maxFiles bounds what one walk finds, so that a folder of links and mounts
// cannot keep it busy for ever.
const maxFiles = 1_000_000

// maxBytes bounds what is read of one file; the loader's own limits are lower.
const maxBytes = 65 << 20

// A Walk finds the files of paths that the user names.
type Walk struct {
	// Dir is the absolute working directory, which relative paths start from.
	Dir string
	// Wanted says by its name whether a file in a folder is worth reading; nil takes
	// all.
	// Files that the user names are always taken.
	Wanted func(name string) bool
	// Exclude are doublestar patterns of files and folders to leave out, named
	// ones too. A pattern is matched with the path relative to its base.
	Exclude []Exclusion
	// Within, when not nil, returns what to leave out of a folder besides. It
	// is asked about each folder that is walked, and about those above what the
	// user names. Named is the folder that he names, or that of the file.
	Within func(folder, named string) []Exclusion
}

// An Exclusion is a pattern and the absolute folder that it is relative to.
type Exclusion struct {
	Pattern string
	Base    string
}

// A Found is a file to read.
type Found struct {
	// Path is the path as it is shown: relative to the working directory where
	// it lies below it, else as the user named it.
	Path string
	// Absolute is the absolute path.
	Absolute string
	// Named is the absolute folder that the user named to get there, or that of
	// the file that he named.
	Named string
	root  *root  // nothing outside it is read
	rel   string // relative to root
	fault error  // why it cannot be read at all
}

// A root is a folder outside of which nothing is read. It is opened when its
// first file is read, and stays open.
type root struct {
	path string // absolute
	open func() (*os.Root, error)
}

func newRoot(path string) *root {
	return &root{path, sync.OnceValues(func() (*os.Root, error) { return os.OpenRoot(path) })}
}

// skipped are folders that hold what tools fetched or made.
func skipped(name string) bool {
	switch name {
	case ".git", ".terraform", "node_modules", ".aws-sam", ".serverless":
		return true
	}
	return false
}

// isAssetCache recognises the folders in which CDK puts the assets of an app:
// copies of source folders, next to the templates of cdk.out.
func isAssetCache(name string) bool { return strings.HasPrefix(name, "asset.") }

// A MissingError is a named path that does not exist.
type MissingError struct{ Path string }

// Error names the path and says what to do.
func (e *MissingError) Error() string {
	return e.Path + ": no such file or folder: check the path"
}

// Find returns the files of the paths in their order, those of a folder sorted
// by path, each file once. A path that does not exist is an error.
func (w Walk) Find(paths []string) ([]Found, error) {
	seen := map[string]bool{}
	repositories := map[string]string{}
	known := map[named]bool{}
	roots := map[string]*root{}
	var found []Found
	for _, p := range paths {
		if p == "" {
			return nil, &MissingError{`""`}
		}
		absolute := w.Absolute(p)
		info, err := os.Stat(absolute)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			if _, err := os.Lstat(absolute); err != nil {
				return nil, &MissingError{p}
			}
		} else if err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		way, dir := absolute, err == nil && info.IsDir()
		if !dir {
			way = filepath.Dir(absolute)
		}
		top := repository(way, repositories)
		folder := cmp.Or(top, way)
		if roots[folder] == nil {
			roots[folder] = newRoot(folder)
		}
		s := search{Walk: w, root: roots[folder], way: way, absolute: filepath.IsAbs(p), add: func(f Found) {
			if key := f.root.path + "\x00" + f.rel; !seen[key] {
				seen[key] = true
				found = append(found, f)
			}
		}}
		switch {
		case w.leftOut(absolute, way, top, known):
		case dir:
			s.folder(absolute)
		default:
			s.found(absolute, nil)
		}
		if len(found) > maxFiles {
			return nil, fmt.Errorf("%s: more than %d files: name fewer folders", p, maxFiles)
		}
	}
	return found, nil
}

// Root returns the folder outside of which nothing is read for a path: the
// repository that it lies in, else the folder itself or the file's folder.
func Root(absolute string, dir bool) string {
	folder := absolute
	if !dir {
		folder = filepath.Dir(absolute)
	}
	return cmp.Or(repository(folder, map[string]string{}), folder)
}

// repository returns the repository that a folder lies in; empty when there is
// none. What it finds out it keeps in known: of many files that the user names
// most lie in the same folders.
func repository(folder string, known map[string]string) string {
	if found, ok := known[folder]; ok {
		return found
	}
	found := ""
	if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil {
		found = folder
	} else if parent := filepath.Dir(folder); parent != folder {
		found = repository(parent, known)
	}
	known[folder] = found
	return found
}

// A search is one walk through a folder.
type search struct {
	Walk
	root     *root
	way      string      // the folder that the user named, or that of his file
	absolute bool        // the user named an absolute path
	exclude  []Exclusion // what holds in the folder that is walked
	ignored  []ignoreFile
	add      func(Found)
	count    int
}

// An ignoreFile is the rules of one .gitignore and the folder it applies to.
type ignoreFile struct {
	folder string
	rules  []ignoreRule
}

func (s *search) found(absolute string, fault error) {
	rel, err := filepath.Rel(s.root.path, absolute)
	if err != nil {
		return
	}
	s.add(Found{Path: s.Display(absolute, s.absolute), Absolute: absolute, Named: s.way, root: s.root, rel: rel, fault: fault})
}

// Absolute is the absolute form of a path that the user names.
func (w Walk) Absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(w.Dir, path)
}

// Display is a path as it is shown, with forward slashes: relative to the
// working directory, but for a path that does not lie below it and that the
// user named as an absolute one.
func (w Walk) Display(path string, named bool) string {
	rel, err := filepath.Rel(w.Dir, path)
	outside := rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator))
	if err != nil || outside && named {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// Excluded reports whether a pattern leaves out the file at an absolute path
// that the user names.
func (w Walk) Excluded(absolute string) bool {
	folder := filepath.Dir(absolute)
	top := repository(folder, map[string]string{})
	return w.leftOut(absolute, folder, top, map[named]bool{})
}

// A named is a folder on the way to what the user named.
type named struct{ folder, way string }

// leftOut reports whether a named path, or a folder above it up to the
// repository at the top, is left out. It goes as a walk does: what is said in a
// folder that is left out is not asked for. What is known of folders it keeps.
func (w Walk) leftOut(absolute, way, top string, known map[named]bool) bool {
	parent := filepath.Dir(absolute)
	if absolute == top || absolute == parent {
		return false
	}
	out, ok := known[named{parent, way}]
	if !ok {
		out = w.leftOut(parent, way, top, known)
		known[named{parent, way}] = out
	}
	return out || excluded(absolute, w.exclusions(parent, way))
}

// exclusions are all that hold in a folder.
func (w Walk) exclusions(folder, way string) []Exclusion {
	if w.Within == nil {
		return w.Exclude
	}
	return slices.Concat(w.Exclude, w.Within(folder, way))
}

func excluded(absolute string, patterns []Exclusion) bool {
	for _, e := range patterns {
		rel, err := filepath.Rel(e.Base, absolute)
		if err != nil {
			continue
		}
		rel = filepath.ToSlash(rel)
		// A pattern of a folder leaves out all that is in it, also when a file
		// in it is named.
		for p := rel; p != "." && p != "/" && p != ".."; p = path.Dir(p) {
			if doublestar.MatchUnvalidated(strings.TrimSuffix(e.Pattern, "/"), p) {
				return true
			}
			// Like in .gitignore, a pattern without a slash is a name.
			if !strings.Contains(strings.TrimSuffix(e.Pattern, "/"), "/") && doublestar.MatchUnvalidated(strings.TrimSuffix(e.Pattern, "/"), path.Base(p)) {
				return true
			}
		}
	}
	return false
}

// folder walks a folder that the user named. The .gitignore files of the
// folders above it, up to the root, hold too.
func (s *search) folder(absolute string) {
	var above []string
	for d := absolute; d != s.root.path && d != filepath.Dir(d); d = filepath.Dir(d) {
		above = append(above, filepath.Dir(d))
	}
	slices.Reverse(above)
	s.readIgnore(s.root.path, filepath.Join(s.root.path, ".git", "info", "exclude"))
	for _, d := range above {
		s.readIgnore(d, filepath.Join(d, ".gitignore"))
	}
	s.walk(absolute)
}

func (s *search) readIgnore(folder, file string) {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return
	}
	text, err := os.ReadFile(file) //nolint:gosec // a regular file beside what the user named
	if err != nil {
		return
	}
	if rules := parseIgnore(string(text)); len(rules) > 0 {
		s.ignored = append(s.ignored, ignoreFile{folder, rules})
	}
}

func (s *search) walk(folder string) {
	outer, exclude := len(s.ignored), s.exclude
	defer func() { s.ignored, s.exclude = s.ignored[:outer], exclude }()
	s.exclude = s.exclusions(folder, s.way)
	s.readIgnore(folder, filepath.Join(folder, ".gitignore"))
	entries, err := os.ReadDir(folder)
	if err != nil {
		// What else there is must not suffer from it.
		s.found(folder, fmt.Errorf("the folder cannot be read: %w", cause(err)))
	}
	for _, e := range entries {
		absolute := filepath.Join(folder, e.Name())
		switch {
		case e.IsDir():
			if skipped(e.Name()) || isAssetCache(e.Name()) || s.isIgnored(absolute, true) || excluded(absolute, s.exclude) {
				continue
			}
			s.walk(absolute)
		case e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0:
			if s.Wanted != nil && !s.Wanted(e.Name()) || s.isIgnored(absolute, false) || excluded(absolute, s.exclude) {
				continue
			}
			if e.Type()&fs.ModeSymlink != 0 {
				// A link to a folder is not followed: what it leads to is
				// found where it is, or lies outside.
				if info, err := os.Stat(absolute); err == nil && !info.Mode().IsRegular() {
					continue
				}
			}
			if s.count++; s.count > maxFiles {
				return
			}
			s.found(absolute, nil)
		}
	}
}

// isIgnored asks the .gitignore files from the innermost outwards: the first
// that has a rule for the path decides (gitignore(5)).
func (s *search) isIgnored(absolute string, dir bool) bool {
	for i := len(s.ignored) - 1; i >= 0; i-- {
		f := s.ignored[i]
		rel, err := filepath.Rel(f.folder, absolute)
		if err != nil {
			continue
		}
		if ignored, decided := ignores(f.rules, filepath.ToSlash(rel), dir); decided {
			return ignored
		}
	}
	return false
}

// Read reads the file. Its error says in words what a person can do about it.
func (f Found) Read() (*File, error) {
	if f.fault != nil {
		return nil, f.fault
	}
	root, err := f.root.open()
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", cause(err))
	}
	info, err := root.Stat(f.rel)
	if err != nil {
		return nil, outside(err)
	}
	// Opening a pipe would wait for a writer that may never come.
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file: give its content on standard input with -")
	}
	file, err := root.Open(f.rel)
	if err != nil {
		return nil, outside(err)
	}
	defer file.Close()
	text, err := readAll(file, info.Size())
	if err != nil {
		return nil, err
	}
	return NewFile(f.Path, text), nil
}

// Beside reads files around the one that was found, by their paths as they are
// shown. Nothing outside of the folder that the found one may be read from is.
func (w Walk) Beside(f Found) Beside {
	within := func(name string) (Found, error) {
		absolute := w.Absolute(filepath.FromSlash(name))
		rel, err := filepath.Rel(f.root.path, absolute)
		if err != nil || !filepath.IsLocal(rel) {
			return Found{}, errors.New("the file lies outside of the repository or folder that may be read")
		}
		return Found{Path: name, Absolute: absolute, Named: f.Named, root: f.root, rel: rel}, nil
	}
	return Beside{
		Read: func(name string) (*File, error) {
			found, err := within(name)
			if err != nil {
				return nil, err
			}
			return found.Read()
		},
		List: func(folder string) ([]string, error) {
			found, err := within(folder)
			if err != nil {
				return nil, err
			}
			return found.list()
		},
		LeftOut: func(name string) bool { return w.Excluded(w.Absolute(filepath.FromSlash(name))) },
	}
}

// list returns the names of the files of a folder.
func (f Found) list() ([]string, error) {
	root, err := f.root.open()
	if err != nil {
		return nil, fmt.Errorf("the folder cannot be read: %w", cause(err))
	}
	// A pipe would wait for a writer.
	if info, err := root.Stat(f.rel); err != nil {
		return nil, outside(err)
	} else if !info.IsDir() {
		return nil, errors.New("not a folder")
	}
	folder, err := root.Open(f.rel)
	if err != nil {
		return nil, outside(err)
	}
	defer folder.Close()
	entries, err := folder.ReadDir(maxListed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the folder cannot be read: %w", cause(err))
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// maxListed bounds the files of a folder that is listed.
const maxListed = 10_000

func readAll(r io.Reader, size int64) ([]byte, error) {
	text := make([]byte, 0, min(max(size, 0), maxBytes)+512)
	for {
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, fmt.Errorf("the file cannot be read: %w", cause(err))
		case len(text) > maxBytes:
			return nil, fmt.Errorf("the file is too large: more than %d bytes", maxBytes)
		case len(text) == cap(text):
			text = slices.Grow(text, cap(text))
		}
	}
}

// ReadStdin reads standard input as a file of that path.
func ReadStdin(name string, r io.Reader) (*File, error) {
	text, err := readAll(r, 0)
	if err != nil {
		return nil, err
	}
	return NewFile(name, text), nil
}

func outside(err error) error {
	if strings.Contains(err.Error(), "escapes") {
		return errors.New("the file is a link that leads outside of its repository or folder: name the file that it leads to")
	}
	return fmt.Errorf("the file cannot be read: %w", cause(err))
}

// cause drops the path from an error: the finding has it.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}
