package terraform

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// FuzzExpression: no expression makes the evaluator panic or take long, and the
// same one always gives the same.
func FuzzExpression(f *testing.F) {
	text, err := os.ReadFile("testdata/functions.tsv")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		expression, _, _ := strings.Cut(line, "\t")
		f.Add(expression)
	}
	for _, x := range []string{"merge(var.x, {a = 1}).a", "concat([1], var.y)[0]", "[for x in concat([1], var.y) : x if var.z]", "format(\"%s-%d\", var.a, 2)", "jsonencode({(var.k) = var.v, b = [var.w...]})", "range(1e9)", "format(\"%999999d\", 1)", "setproduct(range(100), range(100), range(100))"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if guarded([]byte(expression), false) != nil {
			return
		}
		start := time.Now()
		first := worked(t, expression)
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%q took %v", expression, d)
		}
		if strings.Contains(expression, "<<") {
			return // its marker may be what closes the call around it
		}
		if again := worked(t, expression); again != first {
			t.Errorf("%q is %q, then %q", expression, first, again)
		}
	})
}

// FuzzGuard: the guard counts at least as much as the lexer of the parser does.
func FuzzGuard(f *testing.F) {
	for _, text := range []string{"a = [1, {b = \"${c[\"d\"]}\"}]", "a = <<-E\n  ${[1]} $${ %%{\n  E\n", "# [\n/* [ */ // [\n[", "\"\\\"[${\"x\"}", "<<E\nE\n[", "a = \"%{ if x }[%{ endif }\"", "/* [", "a-b <<c-d\nc-d\n[", "<<E\r\n[\r\nE\r\n["} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 || !utf8.ValidString(text) {
			return
		}
		tokens, _ := hclsyntax.LexConfig([]byte(text), "", hcl.InitialPos)
		depth, most := 0, 0
		for _, token := range tokens {
			switch token.Type {
			case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
				depth++
				most = max(most, depth)
			case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
				depth = max(depth-1, 0)
			}
		}
		if got := deepest([]byte(text)); got < most {
			t.Errorf("%q: %d deep, where the lexer counts %d", text, got, most)
		}
	})
}

// deepest is how deep the guard counts that a text is nested.
func deepest(text []byte) int {
	g := &guard{text: text, levels: []level{{}}}
	most := 0
	for g.at < len(text) && g.broken == nil {
		if g.top().mode == code {
			g.code()
		} else {
			g.template()
		}
		most = max(most, len(g.levels)-1)
	}
	if g.broken != nil {
		return maxDepth
	}
	return most
}
