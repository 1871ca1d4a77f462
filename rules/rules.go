// Package rules holds the rules that eplint ships with: a folder each, with
// what it reports (rule.rego) and its page (README.md). It only embeds them;
// the lint package runs them.
package rules

import "embed"

// Files are the rules, in folders of the rules' names.
//
//go:embed */rule.rego */README.md
var Files embed.FS

// Schema is the JSON Schema of the facts that rules read.
//
//go:embed schemas/facts.json
var Schema []byte

// Index is what is said about each rule, made from the rules' metadata and
// pages, so that most commands need no OPA: {"schema": 1, "rules": […]}, each
// a finding.Rule in JSON.
//
//go:embed index.json
var Index []byte
