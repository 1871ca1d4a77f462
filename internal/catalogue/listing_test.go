package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/catalogue"
)

func TestListingStandsAboveTheTable(t *testing.T) {
	l, err := catalogue.ReadListing([]byte(`{"ServiceDetails": [
		{"ServiceName": "com.amazonaws.eu-west-1.s3", "ServiceType": [{"ServiceType": "Gateway"}], "VpcEndpointPolicySupported": true},
		{"ServiceName": "com.amazonaws.eu-west-1.s3", "ServiceType": [{"ServiceType": "Interface"}], "VpcEndpointPolicySupported": true},
		{"ServiceName": "com.amazonaws.eu-west-1.new-thing", "ServiceType": [{"ServiceType": "Interface"}], "VpcEndpointPolicySupported": false},
		{"ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", "VpcEndpointPolicySupported": true}]}
		{"ServiceDetails": [{"ServiceName": "com.amazonaws.us-east-1.new-thing", "ServiceType": [{"ServiceType": "Interface"}], "VpcEndpointPolicySupported": true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]catalogue.Support{
		"com.amazonaws.eu-west-1.new-thing":                           catalogue.Unsupported,
		"com.amazonaws.us-east-1.new-thing":                           catalogue.Supported,
		"com.amazonaws.eu-west-3.new-thing":                           catalogue.Supported, // somewhere is as far as is known
		"com.amazonaws.eu-west-1.s3":                                  catalogue.Supported,
		"com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0":     catalogue.Unsupported,
		"com.amazonaws." + catalogue.UnresolvedRegion + ".new-thing":  catalogue.Supported,
		"com.amazonaws." + catalogue.UnresolvedRegion + ".inspector2": catalogue.Unsupported,
	} {
		if m, ok := l.ByName(name); !ok || m.Service.Policy != want || m.Service.Confidence != catalogue.High {
			t.Errorf("%s: %+v, %t", name, m, ok)
		}
	}
	m, _ := l.ByName("com.amazonaws.eu-west-1.s3")
	if !slices.Equal(m.Service.Types, []catalogue.Type{catalogue.Gateway, catalogue.Interface}) || len(m.Service.Prefixes) == 0 || m.Region != "eu-west-1" {
		t.Errorf("s3: %+v", m)
	}
	if n := len(l.Services()) - len(catalogue.Services()); n != 1 {
		t.Errorf("%d services more than in the table", n)
	}
	if _, ok := catalogue.ByID("new-thing"); ok {
		t.Error("the table has it now")
	}
}

// The zero pointer is the table alone.
func TestNoListingIsTheTable(t *testing.T) {
	var l *catalogue.Listing
	a, ok := l.ByName("com.amazonaws.eu-west-1.s3")
	b, ok2 := catalogue.ByName("com.amazonaws.eu-west-1.s3")
	if !ok || !ok2 || a.Service.ID != b.Service.ID || len(l.Services()) != len(catalogue.Services()) {
		t.Errorf("%+v, %+v", a, b)
	}
}

func TestListingThatIsNone(t *testing.T) {
	for text, want := range map[string]string{
		``:                          "no endpoint service",
		`[]`:                        "no endpoint service",
		`{`:                         "not JSON",
		`{"Statement": []}`:         "ServiceDetails",
		`{"ServiceDetails": "x"}`:   "ServiceDetails",
		`{"ServiceDetails": [{}]}`:  "ServiceName",
		`["com.amazonaws.x"]`:       "ServiceDetails",
		`{"ServiceDetails": []} x`:  "not JSON",
		`null`:                      "ServiceDetails",
		`[{"ServiceDetails": [1]}]`: "ServiceDetails",
	} {
		if _, err := catalogue.ReadListing([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzReadListing: no text panics, and what is read answers.
func FuzzReadListing(f *testing.F) {
	f.Add([]byte(`[{"ServiceDetails": [{"ServiceName": "com.amazonaws.eu-west-1.s3"}]}]`))
	f.Add([]byte(`{"ServiceDetails": [{"ServiceName": "."}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := catalogue.ReadListing(text)
		if err == nil && len(l.Services()) < len(catalogue.Services()) {
			t.Error("services are lost")
		}
	})
}
