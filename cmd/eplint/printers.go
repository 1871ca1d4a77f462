package main

import (
	"errors"
	"os"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/report"
)

// printers are the reports of a run, each in its format.
type printers struct {
	list  []*report.Printer
	files []*os.File
}

func (p printers) add(findings []finding.Finding) error {
	var err error
	for _, one := range p.list {
		err = errors.Join(err, one.Add(findings))
	}
	return err
}

func (p printers) end(s report.Summary) error {
	var err error
	for _, one := range p.list {
		err = errors.Join(err, one.End(s))
	}
	return err
}

func (p printers) close() error {
	var err error
	for _, file := range p.files {
		err = errors.Join(err, file.Close())
	}
	return err
}
