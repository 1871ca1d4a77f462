package lint

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// An ignore says that findings of some rules are wanted as they are.
type ignore struct {
	rules         []string
	reason, until string
	// span is where it stands; covers reports whether a finding is its matter.
	span   source.Span
	covers func(finding.Finding) bool
	used   bool
}

// ignores applies what is ignored to the findings of a group, and reports the
// ignores that have no reason, no use or no time left. Those of a configuration
// are of many files, so that they may have no use here.
func (r *run) ignores(ctx context.Context, files []*source.File, endpoints []policy.Endpoint, c *config.Config, p *part) error {
	var list []*ignore
	if !r.NoInlineIgnores {
		for _, file := range files {
			list = append(list, comments(file)...)
		}
		for i := range endpoints {
			list = append(list, metadata(&endpoints[i])...)
		}
	}
	var kept []finding.Finding
	elsewhere := map[*source.File][]*ignore{}
	for _, f := range p.Findings {
		if f.Rule == "unreadable-file" {
			kept = append(kept, f)
			continue
		}
		reason := r.ignored(f, list)
		if file := f.Span.File; reason == "" && file != nil && !r.NoInlineIgnores && !slices.Contains(files, file) {
			// The sources of a plan, a module: whether it has a use there is told
			// where the file itself is linted.
			if _, known := elsewhere[file]; !known {
				elsewhere[file] = comments(file)
			}
			reason = r.ignored(f, elsewhere[file])
		}
		if one := r.configured(f, c); reason == "" && one != nil {
			reason = one.Reason
			if r.expired(one.Until) {
				reason = ""
				f.Related = append(slices.Clip(f.Related), finding.Related{Message: "the ignore at " + one.From + " ended on " + one.Until})
			}
		}
		if f.Ignored = reason; reason == "" {
			kept = append(kept, f)
			continue
		}
		if p.Ignored++; r.ShowIgnored {
			kept = append(kept, f)
		}
	}
	p.Findings = kept
	return r.faulty(ctx, list, p)
}

// ignored is the reason for which a finding is ignored; empty when it is not.
func (r *run) ignored(f finding.Finding, list []*ignore) string {
	reason := ""
	for _, one := range list {
		if slices.Contains(one.rules, f.Rule) && one.covers(f) {
			one.used = true
			if one.reason != "" && !r.expired(one.until) {
				reason = cmp.Or(reason, one.reason)
			}
		}
	}
	return reason
}

// expired reports whether a day is over; the empty day never is.
func (r *run) expired(until string) bool { return until != "" && until < r.Today }

// configured is the first ignore of the configuration that takes a finding; nil
// when none does.
func (r *run) configured(f finding.Finding, c *config.Config) *config.Ignore {
	for i := range c.Ignores {
		one := &c.Ignores[i]
		if !slices.Contains(one.Rules, f.Rule) ||
			one.Endpoint != "" && !glob.Parse(one.Endpoint).Match(f.Endpoint) ||
			one.Sid != "" && !glob.Parse(one.Sid).Match(f.Sid) {
			continue
		}
		if one.Path == "" {
			return one
		}
		if f.Span.File != nil && matches(one.Path, c.Base, r.Dir, f.Span.File.Path) {
			return one
		}
	}
	return nil
}

// faulty reports what is wrong with ignores, through the rules of these names.
func (r *run) faulty(ctx context.Context, list []*ignore, p *part) error {
	if len(list) == 0 {
		return nil
	}
	severities, err := r.severities()
	if err != nil {
		return err
	}
	byFile := map[*source.File][]*ignore{}
	var order []*source.File
	faults := map[*ignore]facts.Ignore{}
	for _, one := range list {
		fault := facts.Ignore{Rules: one.rules, Until: one.until}
		unknown := slices.IndexFunc(one.rules, func(name string) bool { _, known := severities[name]; return !known })
		unwanted := slices.ContainsFunc(one.rules, func(name string) bool { return !r.wanted(name) })
		switch {
		case len(one.rules) == 0:
			fault.Kind, fault.Why = "unused-ignore", "it names no rule"
		case unknown >= 0:
			fault.Kind, fault.Why = "unused-ignore", fmt.Sprintf("there is no rule %q", one.rules[unknown])
		case one.reason == "":
			fault.Kind = "ignore-without-reason"
		case one.used && r.expired(one.until):
			fault.Kind = "expired-ignore"
		case !one.used && !unwanted:
			fault.Kind, fault.Why = "unused-ignore", "nothing is found here that it ignores"
		default:
			continue
		}
		faults[one] = fault
		if byFile[one.span.File] == nil {
			order = append(order, one.span.File)
		}
		byFile[one.span.File] = append(byFile[one.span.File], one)
	}
	for _, file := range order {
		var said []facts.Ignore
		for _, one := range byFile[file] {
			said = append(said, faults[one])
		}
		err := r.rules(ctx, facts.Ignores(file.Path, said), func(at string) (source.Span, bool) {
			i, err := strconv.Atoi(strings.TrimPrefix(at, "/file/ignores/"))
			if err != nil || i < 0 || i >= len(byFile[file]) {
				return source.Span{}, false
			}
			return byFile[file][i].span, true
		}, p)
		if err != nil {
			return err
		}
	}
	return nil
}

// metadata are the ignores in an endpoint's own metadata.
func metadata(e *policy.Endpoint) []*ignore {
	var list []*ignore
	for _, i := range e.Ignores {
		list = append(list, &ignore{
			rules: i.Rules, reason: i.Reason, until: i.Until, span: i.Span,
			covers: func(f finding.Finding) bool { return f.Endpoint == e.Name && f.Span.File == e.Span.File },
		})
	}
	return list
}

const ignoreWord = "eplint:ignore"

// comments are the ignores in the comments of a file: each covers the node after
// it, or the one that begins on its line.
func comments(file *source.File) []*ignore {
	hcl := false
	switch strings.ToLower(path.Ext(file.Path)) {
	case ".tf", ".tofu":
		hcl = true
	case ".yaml", ".yml", ".template":
	default:
		return nil
	}
	if !strings.Contains(string(file.Text), ignoreWord) {
		return nil
	}
	var list []*ignore
	lines := linesOf(string(file.Text))
	for i, line := range lines {
		at := strings.Index(line.text, ignoreWord)
		start := commentStart(line.text, at, hcl)
		if start < 0 {
			continue
		}
		one := parseIgnore(strings.TrimSuffix(strings.TrimSpace(line.text[at+len(ignoreWord):]), "*/"))
		one.span = source.Span{File: file, Start: line.start + start, End: line.start + len(strings.TrimRight(line.text, " \t\r"))}
		first := i
		if strings.TrimSpace(line.text[:start]) == "" {
			first++
			for first < len(lines) && blankOrComment(lines[first].text, hcl) {
				first++
			}
		}
		if first < len(lines) {
			last := endOfNode(lines, first, hcl)
			from, to := lines[first].start, lines[last].start+len(lines[last].text)
			one.covers = func(f finding.Finding) bool { return f.Span.File == file && f.Span.Start >= from && f.Span.Start < to }
		} else {
			one.covers = func(finding.Finding) bool { return false }
		}
		list = append(list, one)
	}
	return list
}

// parseIgnore reads RULE[,RULE] [until=YYYY-MM-DD] reason.
func parseIgnore(text string) *ignore {
	one := &ignore{}
	words := strings.Fields(text)
	if len(words) > 0 {
		for _, rule := range strings.Split(words[0], ",") {
			if rule != "" {
				one.rules = append(one.rules, rule)
			}
		}
		words = words[1:]
	}
	if len(words) > 0 {
		if until, ok := strings.CutPrefix(words[0], "until="); ok {
			one.until, words = until, words[1:]
		}
	}
	one.reason = strings.Join(words, " ")
	return one
}

// A textLine is a line of a file and where it starts.
type textLine struct {
	text  string
	start int
}

func linesOf(text string) []textLine {
	var list []textLine
	for start := 0; start < len(text); {
		length := strings.IndexByte(text[start:], '\n')
		if length < 0 {
			length = len(text) - start
		}
		list = append(list, textLine{text[start : start+length], start})
		start += length + 1
	}
	return list
}

// commentStart is where the comment starts that the text at an offset of a line
// is the first word of; -1 when it is in none.
func commentStart(line string, at int, hcl bool) int {
	if at < 0 {
		return -1
	}
	before := strings.TrimRight(line[:at], " \t")
	marks := []string{"#"}
	if hcl {
		marks = []string{"#", "//", "/*"}
	}
	for _, mark := range marks {
		if rest, ok := strings.CutSuffix(before, mark); ok && (rest == "" || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, "\t") || hcl) {
			return len(rest)
		}
	}
	return -1
}

func blankOrComment(line string, hcl bool) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#") || hcl && (strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*"))
}

// endOfNode is the last line of the node that begins on a line.
func endOfNode(lines []textLine, first int, hcl bool) int {
	if hcl {
		return endOfBlock(lines, first)
	}
	text := strings.TrimRight(lines[first].text, " \t\r")
	indent := len(text) - len(strings.TrimLeft(text, " "))
	item := strings.HasPrefix(text[indent:], "- ") || text[indent:] == "-"
	last := first
	for i := first + 1; i < len(lines); i++ {
		line := strings.TrimRight(lines[i].text, " \t\r")
		if blankOrComment(line, false) {
			continue
		}
		own := len(line) - len(strings.TrimLeft(line, " "))
		// A list may stand as far left as its key, and so may a closing bracket.
		below := own == indent && (!item && strings.HasPrefix(line[own:], "-") && strings.HasSuffix(text, ":") || strings.ContainsAny(line[own:own+1], "]}"))
		if own <= indent && !below {
			break
		}
		last = i
	}
	return last
}

// endOfBlock is the last line of the block or attribute of a Terraform source: where
// its brackets are closed, and its heredoc ends.
func endOfBlock(lines []textLine, first int) int {
	depth := 0
	for i := first; i < len(lines); i++ {
		line := lines[i].text
		quoted := false
		for j := 0; j < len(line); j++ {
			switch c := line[j]; {
			case quoted && c == '\\':
				j++
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '{' || c == '[' || c == '(':
				depth++
			case c == '}' || c == ']' || c == ')':
				depth--
			case c == '#' || c == '/' && strings.HasPrefix(line[j:], "//"):
				j = len(line)
			}
		}
		if _, mark, ok := strings.Cut(line, "<<"); ok && !quoted {
			mark = strings.TrimSpace(strings.TrimPrefix(mark, "-"))
			i++
			for i < len(lines) && strings.TrimSpace(lines[i].text) != mark {
				i++
			}
		}
		if depth <= 0 {
			return min(i, len(lines)-1)
		}
	}
	return len(lines) - 1
}
