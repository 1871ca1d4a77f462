package policy

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/eplint/eplint/internal/glob"
)

// matchFolded compares text without regard to case.
func matchFolded(p pattern, request string) Match {
	folded := make(glob.Pattern, len(p.symbols))
	for i, s := range p.symbols {
		s.Text = strings.ToLower(s.Text)
		folded[i] = s
	}
	p.symbols = folded
	return p.match(strings.ToLower(request))
}

// matchARN compares ARNs: "each of the six colon-delimited components of the ARN
// is checked separately". What is no ARN matches nothing. The pattern knows where
// its components end, but for one with holes: taken as a whole that matches all
// that it may match by components.
func matchARN(p pattern, request string) Match {
	if f := strings.SplitN(request, ":", 6); len(f) < 6 || f[0] != "arn" {
		return Missed
	}
	return p.match(request)
}

// shortARN reports whether a pattern is certain to have fewer than six
// components.
func shortARN(p pattern) bool {
	colons := 0
	for _, s := range p.symbols {
		if isColon(s) {
			colons++
		}
	}
	return colons < 5 && !p.holed
}

// ordered makes a comparison with a policy's value from an order: order reports
// false for a text that it does not know, which matches nothing.
func ordered(order func(request, policy string) (int, bool), holds func(int) bool) func(pattern, string) Match {
	return func(p pattern, request string) Match {
		text, known := p.text()
		if !known {
			return Unsure
		}
		n, ok := order(request, text)
		return matchIf(ok && holds(n))
	}
}

// compareNumbers compares integers and decimals, exactly.
func compareNumbers(a, b string) (int, bool) {
	x, ok := number(a)
	y, ok2 := number(b)
	if !ok || !ok2 {
		return 0, false
	}
	return x.Cmp(y), true
}

func number(s string) (*big.Rat, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || strings.Trim(digits, "0123456789.") != "" || strings.Count(digits, ".") > 1 || digits == "." {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// compareDates compares points in time, in one of the W3C forms of ISO 8601 or
// in epoch seconds.
func compareDates(a, b string) (int, bool) {
	x, ok := Date(a)
	y, ok2 := Date(b)
	if !ok || !ok2 {
		return 0, false
	}
	return x.Compare(y), true
}

// Date reads a date as date operators do: in one of the W3C forms of ISO 8601,
// or in epoch seconds. It reports false for another text, which matches nothing.
func Date(s string) (time.Time, bool) {
	// https://www.w3.org/TR/NOTE-datetime; seconds may have a fraction. Four
	// digits are a year.
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	const distant = 1 << 40 // some 35,000 years from 1970, either way
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil || seconds > distant || seconds < -distant {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// matchBool compares true and false, in any case.
func matchBool(p pattern, request string) Match {
	if p.null {
		return Missed
	}
	text, known := p.text()
	want, ok := boolean(text)
	got, ok2 := boolean(request)
	switch {
	case !ok2:
		return Missed
	case !known:
		return Unsure
	default:
		return matchIf(ok && want == got)
	}
}

func boolean(s string) (value, ok bool) {
	return strings.EqualFold(s, "true"), strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

// matchBinary compares bytes: both sides are in base64, of which bytes have one
// text (RFC 4648 §3.5). Another text is none.
func matchBinary(p pattern, request string) Match {
	text, known := p.text()
	if !known {
		return Unsure
	}
	bytes, err := base64.StdEncoding.DecodeString(text)
	return matchIf(err == nil && text == request && base64.StdEncoding.EncodeToString(bytes) == text)
}

// matchAddress compares an address with a range in CIDR form. A bare address is
// a range of one. IPv4 and IPv6 are never in each other's ranges.
func matchAddress(p pattern, request string) Match {
	text, known := p.text()
	address, err := netip.ParseAddr(request)
	if err != nil {
		return Missed
	}
	if !known {
		return Unsure
	}
	if one, err := netip.ParseAddr(text); err == nil {
		return matchIf(one == address)
	}
	prefix, err := netip.ParsePrefix(text)
	return matchIf(err == nil && prefix.Contains(address))
}
