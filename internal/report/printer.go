package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/eplint/eplint/internal/finding"
)

// A Printer prints a report as its findings come. Text, concise and JSON keep
// none of them; SARIF, which says before them what comes after, keeps all.
type Printer struct {
	w  *bufio.Writer
	to printer
}

// A printer is one format.
type printer interface {
	add([]finding.Finding) error
	end(Summary) error
}

// NewPrinter begins a report in a format. Of r it takes what is not told by Add
// and End. It fails on an unknown format.
func NewPrinter(w io.Writer, format Format, r Report, opts Options) (*Printer, error) {
	b := bufio.NewWriter(w)
	p := &Printer{w: b}
	switch format {
	case Text:
		p.to = textPrinter{b, opts}
	case Concise:
		p.to = concisePrinter{b}
	case JSON:
		p.to = &jsonPrinter{w: b}
	case SARIF:
		r.Findings = nil
		p.to = &sarifPrinter{b, r}
	default:
		return nil, fmt.Errorf("unknown format %q: choose one of %s", format, strings.Join(Formats(), ", "))
	}
	return p, nil
}

// Add prints findings, in their order. It fails on a finding without a severity,
// and when the writer does.
func (p *Printer) Add(findings []finding.Finding) error {
	for _, f := range findings {
		if f.Severity < finding.Note || f.Severity > finding.Error {
			return fmt.Errorf("a finding of rule %s has no severity", f.Rule)
		}
	}
	if err := p.to.add(findings); err != nil {
		return err
	}
	return p.w.Flush()
}

// End prints what comes after the findings, which the summary counts.
func (p *Printer) End(s Summary) error {
	if err := p.to.end(s); err != nil {
		return err
	}
	return p.w.Flush()
}

// A sarifPrinter keeps the findings to the end.
type sarifPrinter struct {
	w *bufio.Writer
	r Report
}

func (p *sarifPrinter) add(findings []finding.Finding) error {
	p.r.Findings = append(p.r.Findings, findings...)
	return nil
}

func (p *sarifPrinter) end(s Summary) error {
	p.r.Summary = s
	return writeSARIF(p.w, p.r)
}
