package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// The types below are the promised JSON. Keys are only ever added.
// The report is one object of schema, findings and summary.
type jsonFinding struct {
	Rule      string        `json:"rule"`
	Severity  string        `json:"severity"`
	Message   string        `json:"message"`
	Path      string        `json:"path,omitempty"`
	Start     *jsonPoint    `json:"start,omitempty"`
	End       *jsonPoint    `json:"end,omitempty"`
	Endpoint  string        `json:"endpoint,omitempty"`
	Service   string        `json:"service,omitempty"`
	Statement string        `json:"statement,omitempty"`
	Witness   *Witness      `json:"witness,omitempty"`
	Related   []jsonRelated `json:"related,omitempty"`
	Ignored   string        `json:"ignored,omitempty"`
}

type jsonRelated struct {
	Path    string     `json:"path,omitempty"`
	Start   *jsonPoint `json:"start,omitempty"`
	End     *jsonPoint `json:"end,omitempty"`
	Message string     `json:"message"`
}

// jsonPoint counts from 1, columns in UTF-16 code units.
type jsonPoint struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Witness is a request as every JSON of eplint writes it. Its texts are visible,
// and absent parts are left out.
type Witness struct {
	Principal        string              `json:"principal,omitempty"`
	PrincipalAccount string              `json:"principal_account,omitempty"`
	PrincipalOrg     string              `json:"principal_org,omitempty"`
	Action           string              `json:"action,omitempty"`
	Resource         string              `json:"resource,omitempty"`
	ResourceAccount  string              `json:"resource_account,omitempty"`
	ResourceOrg      string              `json:"resource_org,omitempty"`
	Context          map[string][]string `json:"context,omitempty"`
}

type jsonSummary struct {
	Files         int `json:"files"`
	Endpoints     int `json:"endpoints"`
	WithoutPolicy int `json:"without_policy"`
	Errors        int `json:"errors"`
	Warnings      int `json:"warnings"`
	Notes         int `json:"notes"`
	Unreadable    int `json:"unreadable"`
	NotRead       int `json:"not_read"`
	UnknownUse    int `json:"unknown_use"`
	Ignored       int `json:"ignored"`
}

// jsonPrinter prints the object as its findings come.
type jsonPrinter struct {
	w     *bufio.Writer
	begun bool
}

func (p *jsonPrinter) add(findings []finding.Finding) error {
	for _, f := range findings {
		if p.begun {
			p.w.WriteString(",\n    ")
		} else {
			p.w.WriteString("{\n  \"schema\": 1,\n  \"findings\": [\n    ")
			p.begun = true
		}
		if err := p.value(toJSONFinding(f), "    "); err != nil {
			return err
		}
	}
	return nil
}

func (p *jsonPrinter) end(s Summary) error {
	if p.begun {
		p.w.WriteString("\n  ],\n  \"summary\": ")
	} else {
		p.w.WriteString("{\n  \"schema\": 1,\n  \"findings\": [],\n  \"summary\": ")
	}
	if err := p.value(toJSONSummary(s), "  "); err != nil {
		return err
	}
	p.w.WriteString("\n}\n")
	return nil
}

// value prints a value whose lines but the first begin with the indentation.
func (p *jsonPrinter) value(v any, indentation string) error {
	var b bytes.Buffer
	if err := encode(&b, v); err != nil {
		return err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	_, err := p.w.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\n"+indentation)))
	return err
}

func toJSONFinding(f finding.Finding) jsonFinding {
	out := jsonFinding{
		Rule:      visible(f.Rule),
		Severity:  f.Severity.String(),
		Message:   visible(f.Message),
		Endpoint:  visible(f.Endpoint),
		Service:   visible(f.Service),
		Statement: visible(f.Statement),
		Witness:   WitnessOf(f.Witness),
		Ignored:   visible(f.Ignored),
	}
	out.Path, out.Start, out.End = toJSONSpan(f.Span)
	for _, rel := range f.Related {
		path, start, end := toJSONSpan(rel.Span)
		out.Related = append(out.Related, jsonRelated{Path: path, Start: start, End: end, Message: visible(rel.Message)})
	}
	return out
}

func toJSONSpan(s source.Span) (path string, start, end *jsonPoint) {
	if s.File == nil {
		return "", nil, nil
	}
	from, to := s.Bounds()
	return visible(s.File.Path), &jsonPoint{from.Line, from.UTF16}, &jsonPoint{to.Line, to.UTF16}
}

// WitnessOf returns the request in that form; nil for none.
func WitnessOf(q *policy.Request) *Witness {
	if q == nil {
		return nil
	}
	out := &Witness{
		Principal:        visible(q.Principal),
		PrincipalAccount: visible(q.PrincipalAccount),
		PrincipalOrg:     visible(q.PrincipalOrg),
		Action:           visible(q.Action),
		Resource:         visible(q.Resource),
		ResourceAccount:  visible(q.ResourceAccount),
		ResourceOrg:      visible(q.ResourceOrg),
	}
	for k, values := range q.Context {
		if out.Context == nil {
			out.Context = make(map[string][]string, len(q.Context))
		}
		shown := []string{} // an empty list is a value, and null would not be one
		for _, v := range values {
			shown = append(shown, visible(v))
		}
		out.Context[visible(k)] = shown
	}
	return out
}

func toJSONSummary(s Summary) jsonSummary {
	return jsonSummary{
		Files: s.Files, Endpoints: s.Endpoints, WithoutPolicy: s.WithoutPolicy,
		Errors: s.Errors, Warnings: s.Warnings, Notes: s.Notes,
		Unreadable: s.Unreadable, NotRead: s.NotRead, UnknownUse: s.UnknownUse, Ignored: s.Ignored,
	}
}

// encode prints a value as indented JSON, with "<" and "&" left as they are:
// no format here ends up in a web page unescaped.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
