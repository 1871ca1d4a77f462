package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

// parameters are the values of templates' parameters that the flags give, and
// those that keep the value that the stack has: a later file goes before an
// earlier one, and --param before every file.
func (f *inputFlags) parameters(walk source.Walk) (values map[string]string, kept map[string]bool, err error) {
	values, kept = map[string]string{}, map[string]bool{}
	for _, file := range f.paramFiles {
		text, err := readNamed(walk, file)
		if err != nil {
			return nil, nil, wrongUse("--param-file %s", err)
		}
		more, err := parameterFile(text)
		if err != nil {
			return nil, nil, wrongUse("--param-file %s: %s", file, err)
		}
		for name, value := range more {
			delete(values, name)
			delete(kept, name)
			if value == nil {
				kept[name] = true
				continue
			}
			values[name] = *value
		}
	}
	given, err := pairs("--param", f.params)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range given {
		values[name] = value
		delete(kept, name)
	}
	return values, kept, nil
}

// pairs reads what a flag gives as NAME=VALUE.
func pairs(flag string, list []string) (map[string]string, error) {
	values := map[string]string{}
	for _, pair := range list {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, wrongUse("%s %q is no NAME=VALUE", flag, pair)
		}
		if _, twice := values[name]; twice {
			return nil, wrongUse("%s gives %q twice", flag, name)
		}
		values[name] = value
	}
	return values, nil
}

// variables are the values of variables of Terraform configurations that the
// flags give, and the files of such values.
func (f *inputFlags) variables(walk source.Walk) (map[string]string, []*source.File, error) {
	var files []*source.File
	for _, name := range f.varFiles {
		if lower := strings.ToLower(name); !strings.HasSuffix(lower, ".tfvars") && !strings.HasSuffix(lower, ".json") {
			return nil, nil, wrongUse("--var-file %s is no .tfvars or .tfvars.json file", name)
		}
		file, err := readNamedFile(walk, name)
		if err != nil {
			return nil, nil, wrongUse("--var-file %s", err)
		}
		files = append(files, file)
	}
	values, err := pairs("--var", f.vars)
	return values, files, err
}

// readNamed reads the text of a file that a flag names.
func readNamed(walk source.Walk, file string) ([]byte, error) {
	read, err := readNamedFile(walk, file)
	if err != nil {
		return nil, err
	}
	return bytes.TrimPrefix(read.Text, []byte("\uFEFF")), nil
}

// readNamedFile reads a file that a flag names.
func readNamedFile(walk source.Walk, file string) (*source.File, error) {
	if info, err := os.Stat(walk.Absolute(file)); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: name a file", file)
	}
	found, err := walk.Find([]string{file})
	if missing := (*source.MissingError)(nil); errors.As(err, &missing) || err == nil && len(found) != 1 {
		return nil, fmt.Errorf("%s cannot be read: no such file", file)
	} else if err != nil {
		return nil, err
	}
	read, err := found[0].Read()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", file, err)
	}
	return read, nil
}

// parameterFile reads the values of parameters in the forms that AWS's tools
// take: the list of `aws cloudformation deploy` and create-stack (AWS CLI Command
// Reference, "create-stack"), the object of a template configuration file
// (CloudFormation User Guide, "CloudFormation artifacts"), or that object's
// Parameters alone. The value is nil of a parameter that keeps what the stack has.
func parameterFile(text []byte) (map[string]*string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var content any
	if err := decoder.Decode(&content); err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds several JSON values")
	}
	values := map[string]*string{}
	switch content := content.(type) {
	case []any:
		for i, item := range content {
			name, value, err := parameterItem(item)
			if err != nil {
				return nil, fmt.Errorf("its item number %d %w", i+1, err)
			}
			values[name] = value
		}
		return values, nil
	case map[string]any:
		if inner, ok := content["Parameters"].(map[string]any); ok {
			content = inner
		} else if list, ok := content["Parameters"].([]any); ok {
			again, _ := json.Marshal(list) // it was JSON a moment ago
			return parameterFile(again)
		}
		for _, name := range slices.Sorted(maps.Keys(content)) {
			value, ok := parameterText(content[name])
			if !ok {
				return nil, fmt.Errorf("its value of %q is no text, number, boolean or list of them", name)
			}
			values[name] = &value
		}
		return values, nil
	}
	return nil, errors.New("it is neither an object nor a list")
}

// parameterItem reads an item of a list of parameters. The value is nil when the
// stack keeps the one that it has.
func parameterItem(item any) (name string, value *string, err error) {
	object, _ := item.(map[string]any)
	name, ok := object["ParameterKey"].(string)
	if !ok || name == "" {
		return "", nil, errors.New("has no ParameterKey")
	}
	if previous, _ := object["UsePreviousValue"].(bool); previous {
		return name, nil, nil
	}
	text, ok := parameterText(object["ParameterValue"])
	if !ok {
		return "", nil, errors.New("has no ParameterValue that is text")
	}
	return name, &text, nil
}

// parameterText is a value as CloudFormation takes it: a list is one text with
// commas.
func parameterText(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	case []any:
		var items []string
		for _, item := range value {
			text, ok := parameterText(item)
			if _, nested := item.([]any); !ok || nested {
				return "", false
			}
			items = append(items, text)
		}
		return strings.Join(items, ","), true
	}
	return "", false
}

// remarkParameters names the parameters and variables that were given a value and
// that no file has.
func remarkParameters(stderr io.Writer, given lint.Options, declared ...[]string) {
	for _, one := range []struct {
		values map[string]string
		what   string
	}{{given.Parameters, "no template has a parameter"}, {given.Variables, "no configuration has a variable"}} {
		for _, name := range slices.Sorted(maps.Keys(one.values)) {
			if !slices.Contains(slices.Concat(declared...), name) {
				fmt.Fprintf(stderr, "eplint: %s\n", report.Visible(fmt.Sprintf("%s %q: its value is not used", one.what, name)))
			}
		}
	}
}
