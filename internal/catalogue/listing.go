package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Listing is what aws ec2 describe-vpc-endpoint-services says, for one region or
// for several. It stands above the table: it knows of each service in a region
// whether its endpoints obey a policy, their types, and names that the table does
// not have. A nil Listing is the table alone. It does not change.
type Listing struct {
	byID   map[string]Service    // the services of the table that it has, and its own
	region map[[2]string]Service // by id and region
	own    []string              // the ids that the table does not have, sorted
}

// description is as much of one output as is looked at.
type description struct {
	ServiceDetails []struct {
		ServiceName string
		ServiceType []struct{ ServiceType string }
		// A listing without the flag does not say.
		VpcEndpointPolicySupported *bool
	}
}

// ReadListing reads the untouched output of aws ec2 describe-vpc-endpoint-services:
// one JSON object, a list of them, or one after the other.
func ReadListing(text []byte) (*Listing, error) {
	l := &Listing{byID: map[string]Service{}, region: map[[2]string]Service{}}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("it is not JSON: %w", err)
		}
		outputs := []json.RawMessage{value}
		if bytes.HasPrefix(value, []byte("[")) {
			if err := json.Unmarshal(value, &outputs); err != nil {
				return nil, err
			}
		}
		for _, one := range outputs {
			var d description
			if err := json.Unmarshal(one, &d); err != nil || d.ServiceDetails == nil {
				return nil, errors.New("it is not the output of aws ec2 describe-vpc-endpoint-services: that has ServiceDetails")
			}
			if err := l.add(d); err != nil {
				return nil, err
			}
		}
	}
	if len(l.byID) == 0 {
		return nil, errors.New("it lists no endpoint service of AWS")
	}
	slices.Sort(l.own)
	return l, nil
}

func (l *Listing) add(d description) error {
	for i, one := range d.ServiceDetails {
		if one.ServiceName == "" {
			return fmt.Errorf("it is not the output of aws ec2 describe-vpc-endpoint-services: service number %d has no ServiceName", i+1)
		}
		if strings.Contains(one.ServiceName, ".vpce-svc-") {
			continue // of another owner than AWS: none of those obeys a policy
		}
		base, region := l.base(one.ServiceName)
		said := Unknown
		if one.VpcEndpointPolicySupported != nil {
			said = Unsupported
			if *one.VpcEndpointPolicySupported {
				said = Supported
			}
		}
		var kinds []Type
		for _, t := range one.ServiceType {
			kinds = append(kinds, Type(strings.ToLower(t.ServiceType)))
		}
		merge := func(have Service, known bool) Service {
			if !known {
				have = base
				have.Types = kinds
				if said != Unknown {
					have.Policy, have.Confidence, have.Note = said, High, ""
				}
				return have
			}
			// One that obeys policies somewhere obeys them as far as is known.
			if said == Supported {
				have.Policy, have.Confidence = Supported, High
			}
			for _, k := range kinds {
				if !slices.Contains(have.Types, k) {
					have.Types = append(slices.Clip(have.Types), k)
				}
			}
			return have
		}
		have, known := l.byID[base.ID]
		if _, inTable := ByID(base.ID); !known && !inTable {
			l.own = append(l.own, base.ID)
		}
		l.byID[base.ID] = merge(have, known)
		have, known = l.region[[2]string{base.ID, region}]
		l.region[[2]string{base.ID, region}] = merge(have, known)
	}
	return nil
}

// base is what the table has of a full name; where it has nothing, what the name
// itself tells: most services have the name of their IAM prefix.
func (l *Listing) base(name string) (Service, string) {
	if m, ok := ByName(name); ok {
		return m.Service, m.Region
	}
	region := RegionIn(name)
	s := Service{ID: suffix(name), Names: []string{name}, Confidence: High}
	if region != "" {
		s.Names[0] = strings.Replace(name, region, UnresolvedRegion, 1)
	}
	if prefix := strings.TrimSuffix(s.ID, "-fips"); Actions(prefix) != nil {
		s.Prefixes = []string{prefix}
	}
	return s, region
}

// ByID returns the service with this id, as ByID does.
func (l *Listing) ByID(id string) (Service, bool) {
	if l != nil {
		if s, ok := l.byID[id]; ok {
			return s, true
		}
	}
	return ByID(id)
}

// ByName reads a full service name, as ByName does.
func (l *Listing) ByName(name string) (Match, bool) {
	m, ok := ByName(name)
	if l == nil {
		return m, ok
	}
	if !ok {
		base, region := l.base(name)
		if _, listed := l.byID[base.ID]; !listed {
			return Match{}, false
		}
		m = Match{Service: base, Region: region, Name: base.Names[0]}
	}
	if s, listed := l.region[[2]string{m.Service.ID, m.Region}]; listed {
		m.Service = s
	} else if s, listed := l.byID[m.Service.ID]; listed {
		m.Service = s
	}
	return m, true
}

// Services returns every service, as Services does.
func (l *Listing) Services() []Service {
	all := Services()
	if l == nil {
		return all
	}
	out := make([]Service, 0, len(all)+len(l.own))
	for _, s := range all {
		s, _ := l.ByID(s.ID)
		out = append(out, s)
	}
	for _, id := range l.own {
		out = append(out, l.byID[id])
	}
	slices.SortFunc(out, func(a, b Service) int { return strings.Compare(a.ID, b.ID) })
	return out
}
