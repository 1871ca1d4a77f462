package lint

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A folder is a Terraform configuration and the folders of the modules that it
// calls; the zero folder is none.
type folder struct {
	path   string
	called []string
}

// calledByOthers tells which of some configurations are modules that another one
// calls: there they are judged with what they are given. Of those that call one
// another the first stays.
func calledByOthers(folders []folder) []bool {
	left := make([]bool, len(folders))
	for i, f := range folders {
		if f.path == "" {
			continue
		}
		left[i] = slices.ContainsFunc(folders, func(other folder) bool {
			return other.path != f.path && slices.Contains(other.called, f.path) && (!slices.Contains(f.called, other.path) || other.path < f.path)
		})
	}
	return left
}

// uncalled are the parts of a run without those of modules that others call.
func uncalled(parts []part) []part {
	var folders []folder
	for _, p := range parts {
		folders = append(folders, p.folder)
	}
	left := calledByOthers(folders)
	var out []part
	for i, p := range parts {
		if left[i] {
			p = part{Skipped: p.Skipped}
		}
		out = append(out, p)
	}
	return out
}

const calledAs = "called here as "

// configuration returns the files of a group, and what may be read around them
// where they are Terraform's: none of them when they cannot hold an endpoint.
func (r *run) configuration(files []*source.File, p *part) ([]*source.File, source.Beside) {
	var beside source.Beside
	if len(files) == 0 || loader.Scan(files[0].Path, files[0].Text) != loader.Configuration {
		return files, beside
	}
	if r.Beside != nil {
		beside = r.Beside(files[0].Path)
	}
	if r.folders.Matter(files, beside) {
		return files, beside
	}
	for _, f := range files {
		p.Skipped = append(p.Skipped, f.Path)
	}
	return nil, beside
}

// callers adds the calls of modules that an endpoint stands in to its findings.
func callers(findings []finding.Finding, calls []policy.Call) {
	for i := range findings {
		for _, c := range calls {
			findings[i].Related = append(findings[i].Related, finding.Related{Span: c.Span, Message: calledAs + c.Name})
		}
	}
}

// once leaves one of the findings that say the same of the same place: several
// calls of a module find it. It has the places of all of them.
func once(findings []finding.Finding) []finding.Finding {
	type same struct {
		rule, message, path string
		start, end          int
	}
	var out []finding.Finding
	at := map[same]int{}
	for _, f := range findings {
		inModule := slices.ContainsFunc(f.Related, func(r finding.Related) bool { return strings.HasPrefix(r.Message, calledAs) })
		if f.Span.File == nil || !inModule {
			out = append(out, f)
			continue
		}
		key := same{f.Rule, f.Message, f.Span.File.Path, f.Span.Start, f.Span.End}
		i, known := at[key]
		if !known {
			at[key] = len(out)
			out = append(out, f)
			continue
		}
		for _, r := range f.Related {
			if !slices.ContainsFunc(out[i].Related, func(have finding.Related) bool { return have.Message == r.Message && samePlace(have.Span, r.Span) }) {
				out[i].Related = append(slices.Clip(out[i].Related), r)
			}
		}
	}
	return out
}

func samePlace(a, b source.Span) bool {
	return a.Start == b.Start && a.End == b.End && (a.File == nil) == (b.File == nil) && (a.File == nil || a.File.Path == b.File.Path)
}
