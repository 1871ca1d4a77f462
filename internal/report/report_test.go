package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const stack = `Resources:
  S3Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: AllowAll
            Effect: Allow
            Principal: "*"
            Action: s3:*
            Resource: "*"
          - { Sid: Two, Effect: Deny,
              Principal: "*", Action: "*",
              Resource: "*" }
  SqsEndpoint:
    Type: AWS::EC2::VPCEndpoint
`

func rules() []finding.Rule {
	return []finding.Rule{
		{
			Name: "duplicate-sid", Title: "Two statements of a document have the same Sid.",
			Description: "A Sid must be unique within a document.", Severity: "error",
			Tags: []string{"grammar"}, Help: "# duplicate-sid\n\nA `Sid` must be unique.\n",
		},
		{
			Name: "missing-account-condition", Title: "Nothing in the policy says whose credentials or whose resource.",
			Description: "A stranger's credentials can act on a stranger's resource through the endpoint.", Severity: "error",
			SecuritySeverity: "8.5", Tags: []string{"perimeter", "aws"}, Help: "# missing-account-condition\n\n\tcode\n",
		},
		{
			Name: "unknown-service", Title: "The catalogue does not know the service.",
			Description: strings.Repeat("A description that is too long. ", 40), Severity: "note", Tags: []string{"service"},
		},
		{
			Name: "wildcard-resource", Title: "An Allow has every resource.",
			Description: "An Allow has `*` for its resource and nothing narrows it.", Severity: "warning",
			SecuritySeverity: "6.5", Tags: []string{"perimeter", "security"}, Help: "# wildcard-resource\n",
		},
	}
}

// span returns the span of a text's first occurrence.
func span(t testing.TB, f *source.File, text string) source.Span {
	t.Helper()
	i := bytes.Index(f.Text, []byte(text))
	if i < 0 {
		t.Fatalf("%s has no %q", f.Path, text)
	}
	return source.Span{File: f, Start: i, End: i + len(text)}
}

// dir is an absolute path on every system.
func dir(t testing.TB, elem ...string) string {
	t.Helper()
	top, err := filepath.Abs(string(filepath.Separator))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{top, "src"}, elem...)...)
}

func findings(t testing.TB) report.Report {
	yaml := source.NewFile("stacks/vpc.yaml", []byte(stack))
	minified := source.NewFile("policies/s3 endpoint #1.json", []byte(
		`{"Version":"2012-10-17","Statement":[`+
			strings.Repeat(`{"Sid":"é😀","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"*"},`, 20)+
			`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::some-bucket/*"}`+
			strings.Repeat(`,{"Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"*"}`, 20)+`]}`))
	wide := source.NewFile("../設定/wide.json", []byte("\uFEFF{\r\n\t\"Sid\": \"日本語e\u0301\", \"Effect\": \"Allow\",\r\n\t\"Sid\": \"x\"\r\n}\r\n"))
	pretty := source.NewFile("policies/pretty.json", []byte("{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}\n"))
	object := span(t, pretty, "{\n      \"Effect\"")
	object.End = bytes.Index(pretty.Text, []byte("    }\n")) + 5
	statement := span(t, yaml, "Sid: AllowAll\n            Effect: Allow\n            Principal: \"*\"\n            Action: s3:*\n            Resource: \"*\"")
	resource := source.Span{File: yaml, Start: statement.End - 3, End: statement.End}
	witness := &policy.Request{
		Principal: "arn:aws:iam::999999999999:role/stranger", PrincipalAccount: "999999999999", PrincipalOrg: "o-stranger000",
		Action: "s3:PutObject", Resource: "arn:aws:s3:::stranger/key", ResourceAccount: "888888888888",
		Context: map[string][]string{"aws:SourceVpce": {"vpce-0123456789abcdef0"}, "aws:CalledVia": {"a.amazonaws.com", "b.amazonaws.com"}},
	}
	r := report.Report{
		Findings: []finding.Finding{
			{
				Rule: "duplicate-sid", Severity: finding.Error, Message: `"Sid" is there twice`,
				Span:    span(t, wide, `"Effect": "Allow"`),
				Related: []finding.Related{{Span: span(t, wide, `"Sid": "x"`), Message: "the other one [here]"}},
			},
			{
				Rule: "wildcard-resource", Severity: finding.Warning, Message: `"arn:aws:s3:::some-bucket/*" is a bucket that anybody may own`,
				Span: span(t, minified, `"arn:aws:s3:::some-bucket/*"`), Endpoint: "s3 endpoint #1.json", Service: "s3", Statement: "/policy/Statement/20",
			},
			{
				Rule: "unknown-service", Severity: finding.Note, Message: "the service is assumed to be s3: see [the list]",
				Span: source.Span{File: yaml, Start: bytes.Index(yaml.Text, []byte("SqsEndpoint")), End: bytes.Index(yaml.Text, []byte("SqsEndpoint"))},
			},
			{
				Rule: "missing-account-condition", Severity: finding.Error,
				Message: "a stranger's credentials can call s3:PutObject on a stranger's bucket through this endpoint",
				Span:    statement, Endpoint: "S3Endpoint", Service: "s3", Statement: "/policy/Statement/0", Witness: witness,
				Related: []finding.Related{{Span: span(t, yaml, "PolicyDocument"), Message: "attached here"}, {Message: "named accounts are ours"}},
			},
			{
				Rule: "wildcard-resource", Severity: finding.Warning, Message: "every resource is let through",
				Span: resource, Endpoint: "S3Endpoint", Service: "s3", Statement: "/policy/Statement/0",
				Witness: &policy.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::stranger/key"},
			},
			{
				Rule: "wildcard-resource", Severity: finding.Warning, Message: "every resource is let through",
				Span:     span(t, yaml, "{ Sid: Two, Effect: Deny,\n              Principal: \"*\", Action: \"*\",\n              Resource: \"*\" }"),
				Endpoint: "S3Endpoint", Service: "s3", Statement: "/policy/Statement/1",
			},
			{
				Rule: "wildcard-resource", Severity: finding.Warning, Message: "every resource is let through",
				Span: object, Endpoint: "pretty.json", Statement: "/policy/Statement/0",
			},
			{Rule: "a-rule-of-the-user", Severity: finding.Note, Message: "about no file at all"},
		},
		Rules:   rules(),
		Summary: report.Summary{Files: 3, Endpoints: 5, WithoutPolicy: 2, Unreadable: 1, NotRead: 4, UnknownUse: 1, Skipped: 7},
		Tool:    report.Tool{Version: "v1.2.3", DataDate: "2026-11-24"},
		Root:    dir(t), Dir: dir(t, "infra"),
	}
	finding.Sort(r.Findings)
	return r
}

// hostileNames are texts that act on a terminal, a log or a reader.
const hostileNames = "a\x1b]0;owned\a\n::error::x\r\u202Eevil\u2066\u0085\x7f\xff](javascript:alert(1))<b>|`"

func hostile(t testing.TB) report.Report {
	f := source.NewFile("::dir/"+hostileNames+".json", []byte("{\n  \"Sid\": \""+strings.ReplaceAll(hostileNames, "\n", "")+"\",\n  \"Effect\": \"Allow\"\n}\n"))
	return report.Report{
		Findings: []finding.Finding{{
			Rule: "duplicate-sid", Severity: finding.Error, Message: "[click" + hostileNames,
			Span:     source.Span{File: f, Start: 4, End: bytes.Index(f.Text, []byte(",\n  \"Effect"))},
			Endpoint: "e" + hostileNames, Service: "s" + hostileNames, Statement: "/policy/Statement/0",
			Witness: &policy.Request{
				Principal: "p" + hostileNames, PrincipalAccount: "pa" + hostileNames, PrincipalOrg: "po" + hostileNames,
				Action: "x" + hostileNames, Resource: "r" + hostileNames, ResourceAccount: "ra" + hostileNames, ResourceOrg: "ro" + hostileNames,
				Context: map[string][]string{"k" + hostileNames: {"v" + hostileNames, "w" + hostileNames}},
			},
			Related: []finding.Related{
				{Span: source.Span{File: f, Start: 0, End: len(f.Text)}, Message: "rel [x" + hostileNames},
				{Message: "no place " + hostileNames},
			},
		}},
		Rules: []finding.Rule{{
			Name: "duplicate-sid", Title: "T" + hostileNames, Description: "D" + hostileNames, Severity: "error",
			Tags: []string{"t" + hostileNames}, Help: "H" + hostileNames,
		}},
		Summary: report.Summary{Files: 1, Endpoints: 1},
		Tool:    report.Tool{Version: "(devel)" + hostileNames, DataDate: "d" + hostileNames},
		Root:    dir(t), Dir: dir(t),
	}
}

func write(t testing.TB, format string, r report.Report, opts report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, report.Format(format), r, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", name, diff)
	}
}

func TestEveryFormatIsItsGoldenFile(t *testing.T) {
	nothing := report.Report{
		Rules: rules(), Summary: report.Summary{Files: 1, Endpoints: 1}, Tool: report.Tool{Version: "1.2.3"},
		Root: dir(t), Dir: dir(t),
	}
	for name, r := range map[string]report.Report{"findings": findings(t), "nothing": nothing, "hostile": hostile(t)} {
		for _, format := range report.Formats() {
			t.Run(name+"."+format, func(t *testing.T) {
				golden(t, name+"."+format, write(t, format, r, report.Options{}))
			})
		}
	}
	golden(t, "findings.color", write(t, "text", findings(t), report.Options{Color: true}))
	golden(t, "findings.narrow", write(t, "text", findings(t), report.Options{Width: 40}))
}

func TestNoFormatPassesOnWhatActsOnATerminal(t *testing.T) {
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			got := write(t, format, hostile(t), report.Options{})
			if !utf8.ValidString(got) {
				t.Error("the output is not UTF-8")
			}
			texts := []string{got}
			if format == "json" || format == "sarif" {
				texts = append(texts, decoded(t, got)...)
			}
			for _, text := range texts {
				for _, line := range strings.Split(text, "\n") {
					if strings.HasPrefix(strings.TrimSpace(line), "::") && format != "json" && format != "sarif" {
						t.Errorf("a line is a command of GitHub's runner: %q", line)
					}
				}
				for _, r := range text {
					if r == '\n' || r != '\t' && !acts(r) {
						continue
					}
					t.Errorf("%q has %q in it", text, r)
				}
			}
		})
	}
}

func acts(r rune) bool {
	return r < 0x20 || 0x7F <= r && r <= 0x9F || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

// decoded returns all keys and strings of a JSON text.
func decoded(t *testing.T, text string) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				out = append(out, k)
				walk(e)
			}
		}
	}
	walk(v)
	return out
}

func TestTheSameReportGivesTheSameBytes(t *testing.T) {
	for _, format := range report.Formats() {
		want := write(t, format, findings(t), report.Options{})
		for range 10 {
			if got := write(t, format, findings(t), report.Options{}); got != want {
				t.Fatalf("%s differs from run to run:\n%s", format, cmp.Diff(want, got))
			}
		}
	}
}

func TestColorChangesNoCharacter(t *testing.T) {
	plain := write(t, "text", findings(t), report.Options{})
	colored := write(t, "text", findings(t), report.Options{Color: true})
	for _, code := range []string{"0", "1", "1;31", "1;33", "1;34", "1;36"} {
		colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
	}
	if diff := cmp.Diff(plain, colored); diff != "" {
		t.Error(diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	if err := report.Write(io.Discard, "yaml", report.Report{}, report.Options{}); err == nil {
		t.Error("an unknown format was taken")
	}
	bad := report.Report{Findings: []finding.Finding{{Rule: "x"}}}
	if err := report.Write(io.Discard, report.Text, bad, report.Options{}); err == nil {
		t.Error("a finding without a severity was taken")
	}
	full := errors.New("disk full")
	for _, format := range report.Formats() {
		if err := report.Write(failing{full}, report.Format(format), findings(t), report.Options{}); !errors.Is(err, full) {
			t.Errorf("%s: got error %v, want %v", format, err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSummaryTellsWhatWasNotJudged(t *testing.T) {
	for _, c := range []struct {
		name string
		in   report.Summary
		want string
	}{
		{"nothing at all", report.Summary{}, "no findings in 0 files, 0 endpoints\n"},
		{
			"all skipped",
			report.Summary{Skipped: 1},
			"no findings in 0 files, 0 endpoints; 1 file skipped: nothing about endpoints in it\n",
		},
		{"one of each", report.Summary{
			Errors: 1, Warnings: 1, Notes: 2, Files: 1, Endpoints: 1, WithoutPolicy: 1, Unreadable: 1, NotRead: 1, UnknownUse: 2, Skipped: 9,
		}, "1 error, 1 warning, 2 notes in 1 file, 1 endpoint (1 without a policy)\n" +
			"1 file could not be read\n" +
			"1 module or template that others take in was not there to be read (terraform init, or a plan, brings Terraform's)\n" +
			"2 policy documents of unknown use were not judged: name the service with --service\n"},
	} {
		var b strings.Builder
		if err := report.WriteSummary(&b, c.in); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func BenchmarkThousandFindings(b *testing.B) {
	r := findings(b)
	// One file of many lines, and one finding on each of a thousand.
	f := source.NewFile("stacks/big.yaml", []byte(strings.Repeat("            Resource: \"*\" # some comment\n", 1000)))
	one := r.Findings[len(r.Findings)-1]
	r.Findings = nil
	for i := range 1000 {
		one.Span = source.Span{File: f, Start: i*40 + 22, End: i*40 + 25}
		one.Message = fmt.Sprintf("every resource is let through (%d)", i)
		r.Findings = append(r.Findings, one)
	}
	for _, format := range report.Formats() {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := report.Write(io.Discard, report.Format(format), r, report.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
