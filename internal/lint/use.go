package lint

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
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
func use(o Options, c *config.Config, name string) loader.Use {
	d, endpoint := said(o, c, name, path.Base(name))
	u := loader.Use{Endpoint: o.EveryPolicy || o.Taken[name] || endpoint, Service: d.service, Type: d.kind}
	for segment := range strings.SplitSeq(strings.ToLower(below(first(o.Root, o.Dir), o.Dir, name)), "/") {
		if strings.Contains(segment, "endpoint") || strings.Contains(segment, "vpce") {
			u.Endpoint = true
		}
	}
	u.Service = first(u.Service, serviceInName(name))
	return u
}

// A description is what the user says about an endpoint outside of its file;
// what he does not say is empty.
type description struct{ service, kind, region string }

// said returns what the command line, and then the configuration, says about
// the endpoint of a name in a file. Endpoint tells whether that makes a bare
// policy document an endpoint's: to give the service does, and to give the
// path of the file. A name alone would take in the policies of buckets.
func said(o Options, c *config.Config, file, name string) (d description, endpoint bool) {
	d = description{service: o.Defaults.Service, kind: o.Defaults.Type}
	endpoint = d.service != ""
	for _, e := range c.Endpoints {
		if e.Path != "" && !matches(e.Path, c.Base, o.Dir, file) || e.Name != "" && !glob.Match(e.Name, name) {
			continue
		}
		endpoint = endpoint || e.Path != "" || e.Service != ""
		d.service = first(d.service, e.Service)
		d.kind = first(d.kind, e.Type)
		d.region = first(d.region, e.Region)
	}
	return d, endpoint
}

// complete fills in what the user says about what the file leaves open.
func (r *run) complete(e *policy.Endpoint, c *config.Config) {
	file := ""
	if e.Span.File != nil {
		file = e.Span.File.Path
	}
	d, _ := said(r.Options, c, file, e.Name)
	if e.Service.Absent() && d.service != "" {
		e.Service = policy.Text{Parts: []policy.Part{{Literal: d.service}}}
	}
	if e.Type.Absent() && d.kind != "" {
		e.Type = policy.Text{Parts: []policy.Part{{Literal: d.kind}}}
	}
	if d.region != "" {
		e.Service.Parts = inRegion(e.Service, d.region, r.listing(c))
	}
}

// inRegion returns a service's name with the region in it, where the name
// leaves the region to the deployment, or where it is an id that no file gives.
func inRegion(service policy.Text, region string, listing *catalogue.Listing) []policy.Part {
	if id, ok := service.Literal(); ok {
		if known, ok := listing.ByID(id); ok && service.Span.File == nil {
			return []policy.Part{{Literal: first(known.NameIn(region), id)}}
		}
		return service.Parts
	}
	parts := slices.Clone(service.Parts)
	for i := range parts {
		if parts[i].Hole.Kind == policy.Region {
			parts[i] = policy.Part{Literal: region}
		}
	}
	return parts
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
