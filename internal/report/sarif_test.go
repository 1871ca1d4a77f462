package report_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/report/reporttest"
	"github.com/eplint/eplint/internal/source"
)

func TestSARIFMeetsItsSchema(t *testing.T) {
	schema := reporttest.SARIFSchema(t)
	if err := schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}); err == nil {
		t.Fatal("the schema takes a run without a tool: it is not the schema of SARIF")
	}
	for name, r := range map[string]report.Report{"findings": findings(t), "hostile": hostile(t), "empty": {}} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "sarif", r, report.Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A log is what code scanning reads of SARIF.
type log struct {
	Runs []struct {
		Results []logResult `json:"results"`
		Tool    struct {
			Driver struct {
				Version         string `json:"version"`
				SemanticVersion string `json:"semanticVersion"`
				Rules           []struct {
					ID               string  `json:"id"`
					Name             string  `json:"name"`
					ShortDescription logText `json:"shortDescription"`
					FullDescription  logText `json:"fullDescription"`
					Help             logText `json:"help"`
					Properties       struct {
						SecuritySeverity any `json:"security-severity"`
						ProblemSeverity  any `json:"problem.severity"`
					} `json:"properties"`
				} `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
	} `json:"runs"`
}

type logText struct {
	Text string `json:"text"`
}

type logResult struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           *int              `json:"ruleIndex"`
	Message             logText           `json:"message"`
	Locations           []logLocation     `json:"locations"`
	RelatedLocations    []logLocation     `json:"relatedLocations"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
}

type logLocation struct {
	ID               int `json:"id"`
	PhysicalLocation struct {
		ArtifactLocation struct {
			URI       string `json:"uri"`
			URIBaseID string `json:"uriBaseId"`
		} `json:"artifactLocation"`
		Region struct{ StartLine, StartColumn, EndLine, EndColumn int } `json:"region"`
	} `json:"physicalLocation"`
}

func readLog(t *testing.T, r report.Report) log {
	t.Helper()
	var out log
	if err := json.Unmarshal([]byte(write(t, "sarif", r, report.Options{})), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSARIFHasWhatCodeScanningNeeds(t *testing.T) {
	r := findings(t)
	run := readLog(t, r).Runs[0]
	driver := run.Tool.Driver
	if len(driver.Rules) != len(r.Rules) || len(run.Results) != len(r.Findings) {
		t.Fatalf("%d rules and %d results, want %d and %d", len(driver.Rules), len(run.Results), len(r.Rules), len(r.Findings))
	}
	if driver.Version != "1.2.3" || driver.SemanticVersion != "1.2.3" {
		t.Errorf("versions %q and %q", driver.Version, driver.SemanticVersion)
	}
	for i, rule := range driver.Rules {
		for what, text := range map[string]string{
			"shortDescription": rule.ShortDescription.Text, "fullDescription": rule.FullDescription.Text, "help": rule.Help.Text,
		} {
			if text == "" || what != "help" && len([]rune(text)) > 1024 {
				t.Errorf("%s: %s has %d characters", rule.ID, what, len([]rune(text)))
			}
		}
		if rule.Name == rule.ID {
			t.Errorf("%s: its name is its id", rule.ID)
		}
		var security, problem any
		if s := r.Rules[i].SecuritySeverity; s != "" {
			security = s
		} else {
			problem = map[string]string{"error": "error", "warning": "warning", "note": "recommendation"}[r.Rules[i].Severity]
		}
		if rule.Properties.SecuritySeverity != security || rule.Properties.ProblemSeverity != problem {
			t.Errorf("%s: security-severity %v, problem.severity %v", rule.ID, rule.Properties.SecuritySeverity, rule.Properties.ProblemSeverity)
		}
	}
	for _, res := range run.Results {
		if res.RuleIndex == nil {
			if res.RuleID != "a-rule-of-the-user" {
				t.Errorf("%s has no ruleIndex", res.RuleID)
			}
		} else if got := driver.Rules[*res.RuleIndex].ID; got != res.RuleID {
			t.Errorf("%s: ruleIndex points to %s", res.RuleID, got)
		}
		if len(res.Locations) != 1 {
			t.Errorf("%s: %d locations", res.RuleID, len(res.Locations))
		}
		for _, l := range append(res.Locations, res.RelatedLocations...) {
			p := l.PhysicalLocation
			if p.ArtifactLocation.URI == "" || p.Region.StartLine < 1 || p.Region.StartColumn < 1 || p.Region.EndLine < 1 || p.Region.EndColumn < 1 {
				t.Errorf("%s: location %+v", res.RuleID, p)
			}
		}
		for _, l := range res.RelatedLocations {
			if !strings.Contains(res.Message.Text, "]("+strconv.Itoa(l.ID)+")") {
				t.Errorf("%s: no link to related location %d in %q", res.RuleID, l.ID, res.Message.Text)
			}
		}
	}
}

func TestSARIFResultsAreAnEmptyListWhenThereAreNone(t *testing.T) {
	out := write(t, "sarif", report.Report{}, report.Options{})
	for _, want := range []string{`"results": []`, `"rules": []`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestSARIFMessagesForgeNoLinks(t *testing.T) {
	f := source.NewFile("a.json", []byte("{}"))
	at := source.Span{File: f, Start: 0, End: 2}
	for _, c := range []struct {
		message string
		related []finding.Related
		want    string
	}{
		{`a list ["AWS"] and a \`, nil, `a list ["AWS"] and a \.`},
		{`see [it](https://evil.example)`, nil, `see \[it\](https://evil.example).`},
		{`an open [ and \`, []finding.Related{{Span: at, Message: `r](2) [x`}}, `an open \[ and \\. See [r\](2) \[x](1).`},
	} {
		res := readLog(t, report.Report{Findings: []finding.Finding{
			{Rule: "x", Severity: finding.Note, Message: c.message, Span: at, Related: c.related},
		}}).Runs[0].Results[0]
		if res.Message.Text != c.want {
			t.Errorf("got %s\nwant %s", res.Message.Text, c.want)
		}
	}
}

func TestSARIFFingerprintsTellEndpointsApartAndIgnoreLines(t *testing.T) {
	prints := func(text, rule, endpoint, statement string) map[string]string {
		f := source.NewFile("a.json", []byte(text))
		i := strings.Index(text, "HERE")
		return readLog(t, report.Report{Findings: []finding.Finding{{
			Rule: rule, Severity: finding.Note, Message: "m", Endpoint: endpoint, Statement: statement,
			Span: source.Span{File: f, Start: i, End: i + 4},
		}}}).Runs[0].Results[0].PartialFingerprints
	}
	base := prints("a\nHERE\n", "r", "e", "/0")
	if diff := cmp.Diff(base, prints("some\nmore\nlines\na\nHERE\n", "r", "e", "/0")); diff != "" {
		t.Errorf("lines before a finding change it:\n%s", diff)
	}
	const key = "eplintLogical/v1"
	for _, other := range []map[string]string{
		prints("a\nHERE\n", "r2", "e", "/0"), prints("a\nHERE\n", "r", "e2", "/0"), prints("a\nHERE\n", "r", "e", "/1"),
	} {
		if other[key] == base[key] {
			t.Errorf("two findings have the same logical key %s", base[key])
		}
	}
	if _, ok := prints("HERE", "r", "", "")[key]; ok {
		t.Error("a finding about a file has a logical key")
	}
}
