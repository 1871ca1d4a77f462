package report

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/source"
)

const (
	sarifSchema  = "https://json.schemastore.org/sarif-2.1.0.json"
	projectURI   = "https://github.com/eplint/eplint"
	helpURI      = projectURI + "/blob/main/rules/%s/README.md"
	sourceRoot   = "%SRCROOT%"
	sarifMaxText = 1024 // characters of a rule's descriptions (GitHub, "SARIF support for code scanning")
	sarifMaxName = 255  // characters of a rule's name (the same page)
)

// writeSARIF prints SARIF 2.1.0 with what GitHub's code scanning asks for.
func writeSARIF(w io.Writer, r Report) error {
	index := make(map[string]int, len(r.Rules))
	driver := sarif.NewToolComponent().WithName("eplint").WithInformationURI(projectURI)
	for i, rule := range r.Rules {
		index[rule.Name] = i
		driver.AddRule(sarifRule(rule))
	}
	if v := strings.TrimPrefix(r.Tool.Version, "v"); semanticVersion(v) {
		driver.WithVersion(v).WithSemanticVersion(v)
	} else if v != "" {
		driver.WithVersion(visible(r.Tool.Version))
	}
	if r.Tool.DataDate != "" {
		driver.WithProperties(sarif.NewPropertyBag().Add("dataDate", visible(r.Tool.DataDate)))
	}

	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("utf16CodeUnits")
	// A URI here would tell a path of this machine; code scanning takes the
	// root for the repository without it.
	run.WithOriginalUriBaseIds(map[string]sarif.ArtifactLocation{
		sourceRoot: *sarif.NewArtifactLocation().WithDescription(sarif.NewTextMessage("The root of the repository.")),
	})
	run.WithProperties(sarif.NewPropertyBag().Add("summary", toJSONSummary(r.Summary)))

	s := sarifWriter{root: root{dir: r.Dir, top: r.Root}, rules: index, hashes: map[*source.File][]string{}}
	for _, f := range r.Findings {
		run.AddResult(s.result(f))
	}
	out := sarif.NewReport()
	out.Schema = sarifSchema
	out.AddRun(run)
	return encodeSARIF(w, out)
}

func sarifRule(rule finding.Rule) *sarif.ReportingDescriptor {
	description := visibleLines(rule.Description)
	if description == "" {
		description = visibleLines(rule.Title)
	}
	uri := fmt.Sprintf(helpURI, percentEncode(rule.Name))
	help := sarif.NewMultiformatMessageString().WithText(description + "\n\nSee " + uri)
	if rule.Help != "" {
		help.WithMarkdown(visibleLines(rule.Help))
	}
	properties := sarif.NewPropertyBag().Add("precision", "high")
	tags := slices.Clone(rule.Tags)
	if rule.SecuritySeverity != "" {
		properties.Add("security-severity", rule.SecuritySeverity)
		// GitHub lists a rule under security by this tag.
		if !slices.Contains(tags, "security") {
			tags = append(tags, "security")
		}
	} else {
		properties.Add("problem.severity", problemSeverity(rule.Severity))
	}
	for _, t := range tags {
		properties.AddTag(visible(t))
	}
	out := sarif.NewRule(visible(rule.Name)).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(clip(visible(rule.Title), sarifMaxText))).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(clip(description, sarifMaxText))).
		WithHelp(help).
		WithHelpURI(uri).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(rule.Severity)).
		WithProperties(properties)
	// A name must not be the id over again (SARIF1001), and that of one word is.
	if name := clip(pascal(visible(rule.Name)), sarifMaxName); !strings.EqualFold(name, rule.Name) {
		out = out.WithName(name)
	}
	return out
}

// problemSeverity is GitHub's word for the severity of a rule that is not
// about security.
func problemSeverity(severity string) string {
	if severity == finding.Note.String() {
		return "recommendation"
	}
	return severity
}

// sarifWriter holds what the results of one run share.
type sarifWriter struct {
	root   root
	rules  map[string]int
	hashes map[*source.File][]string
}

func (s sarifWriter) result(f finding.Finding) *sarif.Result {
	at := s.location(f.Span)
	out := sarif.NewResult().
		WithRuleID(visible(f.Rule)).
		WithLevel(f.Severity.String()).
		WithMessage(sarif.NewTextMessage(sarifMessage(f))).
		WithLocations([]*sarif.Location{at})
	if i, ok := s.rules[f.Rule]; ok {
		out.WithRuleIndex(i)
	}
	for i, rel := range f.Related {
		if rel.Span.File == nil {
			continue // the message says it, without a link
		}
		out.AddRelatedLocation(s.location(rel.Span).WithID(i + 1).
			WithMessage(sarif.NewTextMessage(sarifText(visible(rel.Message)))))
	}
	prints := map[string]string{}
	if f.Span.File != nil {
		prints["primaryLocationLineHash"] = s.lineHash(f.Span.File, *at.PhysicalLocation.Region.StartLine)
	}
	// Without an endpoint there is nothing to tell one file's finding from
	// another's.
	if f.Endpoint != "" {
		prints["eplintLogical/v1"] = logicalHash(f.Rule, f.Endpoint, f.Statement)
	}
	out.WithPartialFingerprints(prints)
	if f.Ignored != "" {
		out.AddSuppression(sarif.NewSuppression().WithKind("inSource").WithJustification(sarifText(visible(f.Ignored))))
	}

	properties := sarif.NewPropertyBag()
	for _, p := range []struct{ key, value string }{
		{"endpoint", f.Endpoint}, {"service", f.Service}, {"statement", f.Statement},
	} {
		if p.value != "" {
			properties.Add(p.key, visible(p.value))
		}
	}
	if f.Witness != nil {
		properties.Add("witness", WitnessOf(f.Witness))
	}
	if len(properties.Properties) > 0 {
		out.WithProperties(properties)
	}
	return out
}

// location returns a place with all four numbers of its region. A finding
// without a place stands at the root, since code scanning refuses a result
// without a location.
func (s sarifWriter) location(span source.Span) *sarif.Location {
	path := s.root.top
	if path == "" {
		path = s.root.dir
	}
	from, to := source.Point{Line: 1, UTF16: 1}, source.Point{Line: 1, UTF16: 1}
	if span.File != nil {
		path = span.File.Path
		from, to = span.Bounds()
	}
	uri, below := s.root.uri(path)
	artifact := sarif.NewSimpleArtifactLocation(uri)
	if below {
		artifact.WithURIBaseID(sourceRoot)
	}
	region := sarif.NewRegion().
		WithStartLine(from.Line).WithStartColumn(from.UTF16).
		WithEndLine(to.Line).WithEndColumn(to.UTF16)
	return sarif.NewLocationWithPhysicalLocation(
		sarif.NewPhysicalLocation().WithArtifactLocation(artifact).WithRegion(region))
}

func (s sarifWriter) lineHash(f *source.File, line int) string {
	hashes, ok := s.hashes[f]
	if !ok {
		hashes = lineHashes(f.Text)
		s.hashes[f] = hashes
	}
	// A piece of a file does not begin at its first line.
	return hashes[line-f.Mapper().Point(0).Line]
}

// sarifMessage returns a finding's message, its first sentence alone telling
// what is wrong: GitHub shows no more where space is short. Related places are
// links, since GitHub shows only those that the message links to.
func sarifMessage(f finding.Finding) string {
	said := []string{sentence(visible(f.Message))}
	if f.Endpoint != "" {
		said = append(said, sentence("Endpoint: "+visible(f.Endpoint)))
	}
	if f.Witness != nil {
		said = append(said, sentence("Witness: "+witnessSentence(*f.Witness)))
	}
	var links []string
	for i, rel := range f.Related {
		text := visible(rel.Message)
		if rel.Span.File == nil {
			said = append(said, sentence("Note: "+text))
			continue
		}
		links = append(links, fmt.Sprintf("[%s](%d)", sarifEscape(text), i+1))
	}
	text := strings.Join(said, " ")
	if len(links) == 0 {
		return sarifText(text)
	}
	return sarifEscape(text) + " See " + strings.Join(links, ", ") + "."
}

// sarifText returns a text that stands without links of ours. It is escaped
// where it could be read as a link, and only there: a lone bracket is none, and
// viewers that know no escapes would show the backslash.
func sarifText(s string) string {
	if strings.Contains(s, "](") {
		return sarifEscape(s)
	}
	return s
}

// sarifEscape keeps a text from being read as a link (SARIF §3.11.6).
func sarifEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(s)
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// clip shortens a text to at most n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + ellipsis
}

// pascal returns a kebab-case name in PascalCase, the form of names in SARIF
// (§3.49.7).
func pascal(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		_, size := utf8.DecodeRuneInString(part)
		b.WriteString(strings.ToUpper(part[:size]) + part[size:])
	}
	return b.String()
}

func semanticVersion(s string) bool {
	return regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`).MatchString(s)
}

// encodeSARIF prints a report without the properties that only repeat what
// SARIF takes for granted when they are absent: the library writes them all.
func encodeSARIF(w io.Writer, report *sarif.Report) error {
	full, err := json.Marshal(report)
	if err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal(full, &tree); err != nil {
		return err
	}
	prune(tree)
	return encode(w, tree)
}

// prune removes defaults from a decoded report. It leaves property bags alone,
// which hold values of ours.
func prune(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			prune(e)
		}
	case map[string]any:
		for key, e := range v {
			if key == "properties" {
				if bag, ok := e.(map[string]any); ok && len(bag) == 0 {
					delete(v, key)
				}
				continue
			}
			prune(e)
			if sarifDefault(key, e) {
				delete(v, key)
			}
		}
	}
}

// sarifDefault reports whether a value is what the SARIF schema says of the
// key's absence. "results" and "rules" stay: code scanning wants them.
func sarifDefault(key string, v any) bool {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return key != "results" && key != "rules"
		}
		return key == "newlineSequences" || key == "contents"
	case float64:
		switch key {
		case "rank", "ruleIndex", "index", "id", "byteOffset", "charOffset":
			return v == -1
		}
	case bool:
		return key == "isComprehensive" && !v || key == "enabled" && v
	case string:
		return key == "language" && v == "en-US" || key == "kind" && v == "fail"
	}
	return false
}
