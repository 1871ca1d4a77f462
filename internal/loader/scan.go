package loader

import (
	"bytes"
	"path"
	"strings"
)

// Relevance says what a file's name and bytes tell before any parser sees it.
type Relevance int

// The relevances. Irrelevant, the zero Relevance, is a file that can hold no
// endpoint.
const (
	Irrelevant Relevance = iota
	Candidate            // to be loaded
	NotRead              // holds an endpoint in a format that is not read
)

// the words of which a file with an endpoint or a policy holds at least one
var (
	templateWord  = []byte("VPCEndpoint")
	describeWord  = []byte("VpcEndpoint")
	terraformWord = []byte("aws_vpc_endpoint")
	moduleWord    = []byte("vpc-endpoints")
	policyWord    = []byte(`"Statement"`)
)

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
	if utf16Encoded(text) {
		text = bytes.ReplaceAll(text, []byte{0}, nil)
	}
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".tf", ".tofu":
		if bytes.Contains(text, terraformWord) || bytes.Contains(text, moduleWord) {
			return NotRead
		}
		return Irrelevant
	case ".json", ".yaml", ".yml", ".template":
	default:
		// Any other name was given by the user: text in brackets may be a
		// policy, a plan or a template; prose or a program is none.
		trimmed := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\uFEFF")), " \t\r\n")
		template := bytes.Contains(text, []byte("AWS::EC2::VPCEndpoint")) && bytes.Contains(text, []byte("\nResources:"))
		if !bytes.HasPrefix(trimmed, []byte("{")) && !bytes.HasPrefix(trimmed, []byte("[")) && !template {
			return Irrelevant
		}
	}
	for _, word := range [][]byte{templateWord, describeWord, terraformWord, policyWord} {
		if bytes.Contains(text, word) {
			return Candidate
		}
	}
	return Irrelevant
}
