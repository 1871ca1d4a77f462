package syntax

import (
	"bytes"
	"path"
	"strings"

	"github.com/eplint/eplint/internal/source"
)

// Parse parses a file by its name and content: a .json file is JSON; else JSON
// starts with a bracket, and YAML that starts with one is read as YAML when it
// is not JSON.
func Parse(f *source.File) ([]*Node, *Problem) { return ParseTemplate(f, nil) }

// ParseTemplate parses a file as Parse does, but of a resource of a CloudFormation
// template in YAML whose type does not matter it leaves the properties empty: a
// template has few endpoints and many resources.
func ParseTemplate(f *source.File, matters func(resourceType string) bool) ([]*Node, *Problem) {
	text := bytes.TrimPrefix(f.Text, []byte("\uFEFF"))
	if IsUTF16(f.Text) {
		return nil, &Problem{Message: "the file is UTF-16 text: save it as UTF-8"}
	}
	if !f.Continues() && !OpensBracket(TrimStart(f.Text)) && strings.ToLower(path.Ext(f.Path)) != ".json" {
		return parseYAMLFile(f, matters)
	}
	if len(text) > maxJSONBytes {
		return nil, tooLarge(len(text), maxJSONBytes, "JSON")
	}
	values, problem := parseJSON(text, len(f.Text)-len(text), fileFrame{f})
	if problem != nil && isYAMLName(f.Path) && !f.Continues() {
		if values, err := parseYAMLFile(f, matters); err == nil {
			return values, nil
		}
	}
	return values, problem
}

func parseYAMLFile(f *source.File, matters func(string) bool) ([]*Node, *Problem) {
	if len(f.Text) > maxYAMLBytes {
		return nil, tooLarge(len(f.Text), maxYAMLBytes, "YAML")
	}
	return parseYAML(f, matters)
}

func isYAMLName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".template":
		return true
	}
	return false
}

// IsUTF16 reports whether a text starts with the byte order mark of UTF-16.
func IsUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF})
}

// TrimStart cuts what may stand before the first value of a text: a byte order
// mark and white space.
func TrimStart(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\uFEFF")), " \t\r\n")
}

// OpensBracket reports whether a text starts as JSON objects and lists do.
func OpensBracket(trimmed []byte) bool {
	return bytes.HasPrefix(trimmed, []byte("{")) || bytes.HasPrefix(trimmed, []byte("["))
}
