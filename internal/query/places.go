package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// resources looks at the ARNs of a statement: in Resource whose they are, in
// Principal and in conditions their partition.
func (m *misfits) resources() {
	m.partitions()
	r := m.st.Resources
	if r.Not || !m.Recognised || len(m.Service.Prefixes) == 0 || len(r.Values) == 0 {
		return
	}
	start, faulty := len(m.found), 0
	for i, v := range r.Values {
		service, one := m.misplaced(v)
		if one.Rule == "" {
			continue
		}
		faulty++
		if one.Rule == "foreign-arn" && m.expected(service) {
			continue
		}
		m.element(one, "Resource", []int{i}, r.Values)
	}
	death := m.death()
	for n := start; n < len(m.found); n++ {
		m.found[n].Kills = judged(death.Part == "Resource" && faulty == len(r.Values))
	}
	if death.Part == "pair" && faulty == 0 {
		m.mismatch()
	}
}

// misplaced says what is wrong with the service, partition or region of a Resource
// value, and which service that is.
func (m *misfits) misplaced(v policy.Text) (service string, one Misfit) {
	fields := strings.SplitN(m.located(v), ":", 6)
	if len(fields) < 5 || fields[0] != "arn" || strings.ContainsAny(fields[2], "*?$"+holed) || fields[2] == "" {
		return "", Misfit{}
	}
	service = strings.ToLower(fields[2])
	switch {
	case !slices.Contains(m.Service.Prefixes, service) && !m.takes(service):
		return service, Misfit{Rule: "foreign-arn", Noun: m.Service.ID, Because: service}
	case m.otherPartition(fields[1]):
		return service, Misfit{Rule: "partition-or-region", Noun: "partition", Because: partition(m.Region)}
	case m.otherRegion(service, fields):
		return service, Misfit{Rule: "partition-or-region", Noun: "region", Because: m.Region}
	}
	return service, Misfit{}
}

// holed stands for what is not known.
const holed = "\x00"

// located is a value with the region and partition of the endpoint in the place of
// those of the deployment.
func (m *misfits) located(v policy.Text) string {
	var b strings.Builder
	for _, p := range v.Parts {
		switch {
		case p.Hole.Kind == policy.NotHole:
			b.WriteString(p.Literal)
		case p.Hole.Kind == policy.Region && m.Region != "":
			b.WriteString(m.Region)
		case p.Hole.Kind == policy.Partition && m.Region != "":
			b.WriteString(partition(m.Region))
		default:
			b.WriteString(holed)
		}
	}
	return b.String()
}

// takes reports whether actions of the endpoint take resources of another service:
// sts:AssumeRole takes roles of IAM.
func (m *misfits) takes(service string) bool {
	for _, prefix := range m.Service.Prefixes {
		for _, t := range catalogue.ResourceTypes(prefix) {
			for _, arn := range t.ARNs {
				if f := strings.SplitN(arn, ":", 4); len(f) == 4 && (f[2] == service || strings.HasPrefix(f[2], "$")) {
					return true
				}
			}
		}
	}
	return m.relative(service)
}

// expected reports whether a resource of another service goes with an action of
// that: then the action is the fault, if there is one.
func (m *misfits) expected(service string) bool {
	return slices.ContainsFunc(m.st.Actions.Values, func(v policy.Text) bool {
		prefix, _, found := strings.Cut(head(v), ":")
		return found && strings.EqualFold(prefix, service)
	})
}

func (m *misfits) otherPartition(written string) bool {
	return m.Region != "" && written != "" && !strings.ContainsAny(written, holed+"$") && !glob.Match(written, partition(m.Region))
}

// otherRegion reports whether an ARN is of another region than the endpoint. Those
// without a region are global. Inference goes to models and profiles of other
// regions (Amazon Bedrock User Guide, "Supported Regions and models for inference
// profiles"), keys of several regions share their ids (AWS KMS Developer Guide,
// "Multi-Region keys"), and what is copied may come from anywhere.
func (m *misfits) otherRegion(service string, fields []string) bool {
	region := fields[3]
	switch {
	case m.Region == "" || region == "" || strings.ContainsAny(region, holed+"$") || glob.Match(region, m.Region):
		return false
	case strings.HasPrefix(service, "bedrock"), len(fields) == 6 && strings.HasPrefix(fields[5], "key/mrk-"):
		return false
	}
	for a := range m.allowedActions(m.st) {
		if strings.Contains(a.Name, "Copy") || strings.Contains(a.Name, "Replica") {
			return false
		}
	}
	return true
}

// partitions looks at the partitions of the principals that a statement names.
func (m *misfits) partitions() {
	if m.Region == "" {
		return
	}
	other := func(v policy.Text) bool {
		f := strings.SplitN(m.located(v), ":", 6)
		return len(f) == 6 && f[0] == "arn" && m.otherPartition(f[1])
	}
	one := Misfit{Rule: "partition-or-region", Noun: "partition", Because: partition(m.Region)}
	element := "Principal"
	if m.st.Principals.Not {
		element = "NotPrincipal"
	}
	var values []policy.Text
	var which []int
	for i, p := range m.st.Principals.Values {
		values = append(values, p.Value)
		if p.Type == "AWS" && other(p.Value) {
			which = append(which, i)
		}
	}
	if len(which) > 0 {
		one.Kills = judged(m.death().Part == "Principal" && len(which) == len(values))
		m.element(one, element, which, values)
	}
	for c, condition := range m.st.Conditions {
		if !strings.EqualFold(condition.Key.String(), "aws:PrincipalArn") {
			continue
		}
		for _, v := range condition.Values {
			if other(v) {
				m.add(Misfit{
					Rule: one.Rule, Noun: one.Noun, Because: one.Because, Name: quoted([]string{v.String()}),
					Kills: judged(m.death().Part == "Condition" && m.death().Condition == c),
				}, c)
				break
			}
		}
	}
}

// mismatch reports that no action of the statement takes such a resource.
func (m *misfits) mismatch() {
	one := Misfit{Rule: "action-resource-mismatch", Kills: Yes}
	for a := range m.allowedActions(m.st) {
		if len(a.targets) > 0 {
			one.Noun, one.Because = a.full, placeholders(a.targets[0].form)
			break
		}
	}
	if one.Noun == "" {
		return // the actions take no resource but *, which is another matter
	}
	all := make([]int, len(m.st.Resources.Values))
	for i := range all {
		all[i] = i
	}
	m.element(one, "Resource", all, m.st.Resources.Values)
}

// placeholders writes an ARN of the catalogue as people do.
func placeholders(form string) string {
	return strings.NewReplacer("${Partition}", "aws", "${", "", "}", "").Replace(form)
}
