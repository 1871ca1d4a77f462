package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/eplint/eplint/internal/finding"
)

// CheckAccount returns an error when the id is not that of an AWS account.
func CheckAccount(id string) error {
	if len(id) != 12 || strings.Trim(id, digits) != "" {
		return fmt.Errorf("%q is no account id: give its twelve digits", id)
	}
	return nil
}

// CheckOrganization returns an error when the id is not that of an
// organization (AWS Organizations API Reference, Organization).
func CheckOrganization(id string) error {
	rest, ok := strings.CutPrefix(id, "o-")
	if !ok || !isID(rest, 10) {
		return fmt.Errorf("%q is no organization id: give o- and 10 to 32 lower-case letters or digits", id)
	}
	return nil
}

// CheckType returns an error when the name is not an endpoint type that can
// carry a policy.
func CheckType(name string) error {
	if name != "gateway" && name != "interface" {
		return fmt.Errorf("%q is no endpoint type: give gateway or interface", name)
	}
	return nil
}

// CheckDay returns an error when the text is no day, as in 2027-03-31.
func CheckDay(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q is no day: write it as in 2027-03-31", text)
	}
	return nil
}

func checkReason(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("a reason says why the finding is wanted as it is")
	}
	return nil
}

// CheckFailOn returns an error when the name is neither a severity nor never.
func CheckFailOn(name string) error {
	if _, ok := finding.ParseSeverity(name); !ok && name != "never" {
		return fmt.Errorf("%q is none of error, warning, note, never", name)
	}
	return nil
}

// CheckRegion returns an error when the name does not have the form of a
// region's. Which regions there are is not asked: AWS adds some every year.
func CheckRegion(name string) error {
	parts := strings.Split(name, "-")
	last := len(parts) - 1
	ok := last >= 2 && parts[last] != "" && strings.Trim(parts[last], digits) == ""
	for _, part := range parts[:last] {
		ok = ok && part != "" && strings.Trim(part, letters) == ""
	}
	if !ok {
		return fmt.Errorf("%q is no region: give one such as eu-west-1", name)
	}
	return nil
}

// checkOrganizationPath takes the paths of aws:PrincipalOrgPaths: an
// organization, a root, organizational units (AWS Organizations API Reference,
// Root and OrganizationalUnit), and the wildcard that policies end them with.
func checkOrganizationPath(path string) error {
	parts := strings.Split(organizationPath(path), "/")
	if err := CheckOrganization(parts[0]); err != nil {
		return fmt.Errorf("%q is no path in an organization: it begins with the organization's id, as in o-exampleorg1/r-ab12/ou-ab12-11111111/", path)
	}
	for i, part := range parts[1 : len(parts)-1] {
		ok := false
		if i == 0 {
			root, cut := strings.CutPrefix(part, "r-")
			ok = cut && isID(root, 4)
		} else if unit, cut := strings.CutPrefix(part, "ou-"); cut {
			root, id, _ := strings.Cut(unit, "-")
			ok = isID(root, 4) && isID(id, 8)
		}
		if !ok {
			return fmt.Errorf("%q is no path in an organization: %q is not the id of a root or of an organizational unit, as in o-exampleorg1/r-ab12/ou-ab12-11111111/", path, part)
		}
	}
	return nil
}

// organizationPath is a path without the wildcard that may end it, and with the
// slash that AWS ends it with.
func organizationPath(path string) string {
	if rest, ok := strings.CutSuffix(path, "/*"); ok {
		path = rest
	}
	return strings.TrimSuffix(path, "/") + "/"
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"
)

// isID reports whether the text is an id of AWS Organizations: so many lower-case
// letters and digits, and 32 at most.
func isID(text string, least int) bool {
	return len(text) >= least && len(text) <= 32 && strings.Trim(text, digits+letters) == ""
}

// checkResource takes patterns of whole ARNs (IAM User Guide, "IAM ARNs"), so
// that no pattern means every resource by mistake.
func checkResource(pattern string) error {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" || strings.ContainsAny(pattern, " \t\n\f\r") {
		return fmt.Errorf("%q is no pattern of an ARN: give one such as arn:aws:s3:::example-*", pattern)
	}
	if strings.Contains(pattern, "${") {
		return fmt.Errorf("%q holds a variable: only * and ? have a meaning here", pattern)
	}
	return nil
}

func checkAction(pattern string) error {
	prefix, name, _ := strings.Cut(pattern, ":")
	upper := strings.ToUpper(letters)
	if prefix == "" || name == "" || strings.Trim(prefix, digits+letters+upper+"-") != "" || strings.Trim(name, digits+letters+upper+"*?") != "" {
		return fmt.Errorf("%q is no pattern of an action: give one such as s3:Get*", pattern)
	}
	return nil
}

func checkPattern(pattern string) error {
	if err := checkName(pattern); err != nil {
		return err
	}
	if !doublestar.ValidatePattern(pattern) {
		return fmt.Errorf("%q is no valid pattern", pattern)
	}
	return nil
}

func checkName(pattern string) error {
	if pattern == "" {
		return errors.New("the pattern is empty")
	}
	return nil
}
