package lint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/eplint/eplint/internal/finding"
)

// An index is the form of rules/index.json. It is an object, since OPA reads
// the file as data when it is given the folder of the rules.
type index struct {
	Schema int            `json:"schema"`
	Rules  []finding.Rule `json:"rules"`
}

// Index makes the JSON index of what is said about each rule of a tree from its
// metadata and its page.
func Index(tree fs.FS) ([]byte, error) {
	names, err := fs.Glob(tree, "*/rule.rego")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	list := make([]finding.Rule, 0, len(names))
	for _, name := range names {
		rule, err := about(tree, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, rule)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(index{1, list})
	return out.Bytes(), err
}

func about(tree fs.FS, name string) (finding.Rule, error) {
	var rule finding.Rule
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return rule, err
	}
	page, err := fs.ReadFile(tree, path.Join(path.Dir(name), "README.md"))
	if err != nil {
		return rule, err
	}
	module, err := ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true})
	if err != nil {
		return rule, err
	}
	rule.Name = path.Base(path.Dir(name))
	if last := module.Package.Path[len(module.Package.Path)-1]; !last.Equal(ast.StringTerm(rule.Name)) {
		return rule, fmt.Errorf("its package is %s, which is not that of the folder %s", module.Package.Path, rule.Name)
	}
	for _, a := range module.Annotations {
		if a.Scope != "package" {
			continue
		}
		rule.Title, rule.Description = a.Title, a.Description
		rule.Severity, _ = a.Custom["severity"].(string)
		rule.SecuritySeverity, _ = a.Custom["security_severity"].(string)
		tags, _ := a.Custom["tags"].([]any)
		for _, t := range tags {
			rule.Tags = append(rule.Tags, fmt.Sprint(t))
		}
	}
	rule.Help = strings.TrimSpace(string(page)) + "\n"
	if _, ok := finding.ParseSeverity(rule.Severity); !ok || rule.Title == "" || rule.Description == "" || len(rule.Tags) == 0 {
		return rule, errors.New("its metadata needs a title, a description, a severity and tags")
	}
	return rule, nil
}
