package lint

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/loader"
)

// Defaults are what the user says about what his files leave open.
type Defaults struct {
	// Service is a catalogue id or a full service name; empty when not said.
	Service string
	// Type is gateway or interface; empty when not said.
	Type string
}

// use decides whether the policy document of a file is an endpoint's. A bare
// document looks like a bucket's or a key's policy, so that something must say
// it: the service given on the command line, the configuration, or a folder or
// file named after endpoints.
func use(o Options) func(string) loader.Use {
	root := first(o.Root, o.Dir)
	return func(name string) loader.Use {
		u := loader.Use{Endpoint: o.EveryPolicy || o.Defaults.Service != "", Service: o.Defaults.Service, Type: o.Defaults.Type}
		for _, e := range o.Config.Endpoints {
			if matches(e.Path, o.Base, o.Dir, name) {
				u.Endpoint = true
				u.Service = first(u.Service, e.Service)
				u.Type = first(u.Type, e.Type)
			}
		}
		for segment := range strings.SplitSeq(strings.ToLower(below(root, o.Dir, name)), "/") {
			if strings.Contains(segment, "endpoint") || strings.Contains(segment, "vpce") {
				u.Endpoint = true
			}
		}
		u.Service = first(u.Service, serviceInName(name))
		return u
	}
}

// below is the path of a file from a folder on; the path as it is shown where
// the file does not lie below it.
func below(root, dir, name string) string {
	rel, err := filepath.Rel(root, absolute(dir, name))
	if err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	return filepath.ToSlash(rel)
}

func absolute(dir, name string) string {
	path := filepath.FromSlash(name)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func matches(pattern, base, dir, name string) bool {
	rel, err := filepath.Rel(base, absolute(dir, name))
	return err == nil && doublestar.MatchUnvalidated(pattern, filepath.ToSlash(rel))
}

// serviceInName finds a catalogue id in a file's name, bounded on both sides
// and before the word endpoint: s3_endpoint_policy.json. The longest id wins,
// so that ecr.api-endpoint.json is not of a service "api". A name that starts
// with that word may lie in a folder named after the service:
// s3/endpoint.json.
func serviceInName(file string) string {
	name := strings.ToLower(path.Base(file))
	end := strings.LastIndex(name, "endpoint")
	if end < 0 {
		return ""
	}
	if strings.HasPrefix(name, "endpoint") {
		s, _ := catalogue.ByID(path.Base(path.Dir(file)))
		return s.ID
	}
	name = name[:end]
	bound := func(i int) bool { return i < 0 || i >= len(name) || strings.IndexByte("._-", name[i]) >= 0 }
	best := ""
	for start := range len(name) {
		if !bound(start - 1) {
			continue
		}
		for stop := start + max(len(best), 0) + 1; stop <= len(name); stop++ {
			if !bound(stop) || stop == len(name) {
				continue
			}
			if s, ok := catalogue.ByID(name[start:stop]); ok {
				best = s.ID
			}
		}
	}
	return best
}
