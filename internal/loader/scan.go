package loader

import (
	"bytes"
	"path"
	"strings"

	"github.com/eplint/eplint/internal/loader/plan"
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/loader/terraform"
	"github.com/eplint/eplint/internal/source"
)

// Relevance says what a file's name and bytes tell before any parser sees it.
type Relevance int

// The relevances. Irrelevant, the zero Relevance, is a file that can hold no
// endpoint.
const (
	Irrelevant    Relevance = iota
	Candidate               // to be loaded
	Configuration           // Terraform's: whether it matters its folder tells
)

// the words of which a file with an endpoint or a policy holds at least one
const (
	templateWord  = "VPCEndpoint"
	describeWord  = "VpcEndpoint" // VpcEndpoints, and VpcEndpointId
	terraformWord = "aws_vpc_endpoint"
	policyWord    = `"Statement"`
	// of AWS's Landing Zone Accelerator
	landingZoneWord = "endpointPolicies"
)

// stackWords are those of a template that may make a stack of one with endpoints.
var stackWords = []string{stackResource, applicationResource}

// Named reports whether a folder's file of that name is worth reading.
func Named(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template", ".tf", ".tofu":
		return true
	}
	return false
}

// Scan decides whether a file can matter. It reads each byte at most a few
// times and parses nothing.
func Scan(name string, text []byte) Relevance {
	if syntax.IsUTF16(text) {
		text = bytes.ReplaceAll(text, []byte{0}, nil)
	}
	trimmed := syntax.TrimStart(text)
	brackets := syntax.OpensBracket(trimmed)
	if terraform.IsConfiguration(name) {
		return Configuration
	}
	if plan.Refused(text) != "" {
		return Candidate
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".tf", ".tofu": // an editor's backup
		return Irrelevant
	case ".json", ".yaml", ".yml", ".template":
	default:
		// Any other name was given by the user: text in brackets may be a
		// policy, a plan or a template; prose or a program is none.
		template := holds(text, "\nResources:") || bytes.HasPrefix(trimmed, []byte("Resources:"))
		if !brackets && !template {
			return Irrelevant
		}
	}
	if holdsEndpoint(name, text) || holds(text, stackWords...) {
		return Candidate
	}
	return Irrelevant
}

// holdsEndpoint reports whether a file has the words of an endpoint or a policy.
func holdsEndpoint(name string, text []byte) bool {
	if holds(text, templateWord, describeWord, terraformWord) {
		return true
	}
	if holds(text, landingZoneWord) && holds(text, "gatewayEndpoints", "interfaceEndpoints") {
		return true
	}
	brackets := syntax.OpensBracket(syntax.TrimStart(text)) || strings.ToLower(path.Ext(name)) == ".json"
	return brackets && holds(text, policyWord)
}

func holds(text []byte, words ...string) bool {
	for _, word := range words {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
}

// A Folders tells which folders of Terraform configuration matter. It is safe for
// concurrent use.
type Folders struct {
	// Of are the folders of configuration among the files that are read together.
	Of   []string
	scan terraform.Scan
}

// NewFolders returns what is known of the folders of some files: which they are.
func NewFolders(paths []string) *Folders {
	f := &Folders{}
	seen := map[string]bool{}
	for _, p := range paths {
		if dir := path.Dir(p); terraform.IsConfiguration(p) && !seen[dir] {
			seen[dir] = true
			f.Of = append(f.Of, dir)
		}
	}
	return f
}

func (f *Folders) scanned() *terraform.Scan {
	if f == nil {
		return nil
	}
	return &f.scan
}

// Matter reports whether the Terraform configuration that some files of a folder
// are of can hold an endpoint. It reads bytes and parses nothing.
func (f *Folders) Matter(files []*source.File, beside source.Beside) bool {
	return len(files) > 0 && f.scan.Leads(files, path.Dir(files[0].Path), terraform.Options{Read: beside.Read, List: beside.List})
}
