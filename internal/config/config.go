// Package config reads .eplint.yaml: whom the user trusts, which files hold
// endpoint policies, and what to leave out. It decides nothing itself.
package config

import "fmt"

// Name is the name of the configuration file.
const Name = ".eplint.yaml"

// A Config is what the user says about his environment.
type Config struct {
	Perimeter Perimeter
	Endpoints []Endpoint
	Ignores   []Ignore
	// Exclude are doublestar patterns of files to leave out.
	Exclude []string
	// FailOn is the least severity that makes the exit code 1, or never; empty
	// when not said.
	FailOn string
	// ServiceData is the file with the output of aws ec2
	// describe-vpc-endpoint-services, relative to the configuration's folder; empty
	// when not said.
	ServiceData string
	// Base is the absolute folder that the patterns start from, that of the
	// file. Parse leaves it empty: it does not know where the file lies.
	Base string
	// Values are the values one by one, in the order of the file.
	Values []Value
}

// A Value is one value of a configuration and who says it.
type Value struct {
	// Key leads to the value: perimeter.accounts[0].
	Key string
	// Text is the value as it is written; [] for a list with nothing in it.
	Text string
	// From is the place, as path:line:column with the column in characters, or
	// what else says it: a flag.
	From string
}

// A Perimeter is what counts as own, and what is trusted beside it.
type Perimeter struct {
	// Accounts are ids of twelve digits, those of Members among them.
	Accounts []string
	// Members are the ids of accounts' organizations, by the account's id; nil
	// when no organization of an account is said.
	Members map[string]string
	// Organizations are ids such as o-exampleorg.
	Organizations []string
	// OrganizationPaths are parts of organizations of which all accounts are
	// own: o-exampleorg1/r-ab12/ou-ab12-11111111/, always with the slash last.
	OrganizationPaths []string
	// ThirdParties are accounts that are trusted, and not own.
	ThirdParties []ThirdParty
	// TrustedResources are ARN patterns with * and ? of resources that are
	// trusted whoever owns them.
	TrustedResources []string
	// ServiceOwned are the catalogue's ids of trusted resources of AWS
	// services, or all alone. It means something when ServiceOwnedSaid.
	ServiceOwned     []string
	ServiceOwnedSaid bool
}

// Empty reports whether nothing is said about who is own.
func (p Perimeter) Empty() bool {
	return len(p.Accounts) == 0 && len(p.Organizations) == 0 && len(p.OrganizationPaths) == 0
}

// A ThirdParty is an account that is trusted, and what it is trusted with.
type ThirdParty struct {
	Account string
	// Resources are ARN patterns with * and ?; nil for every resource.
	Resources []string
	// Actions are patterns such as s3:Get*; nil for every action.
	Actions []string
}

// An Endpoint says what files leave open about endpoints: those in the files of
// a path, those of a name, or those to which both apply.
type Endpoint struct {
	Path    string // a doublestar pattern, relative to the configuration's folder; empty for every file
	Name    string // a pattern with * and ?; empty for every name
	Service string // a catalogue id or full name; empty when not said
	Type    string // gateway or interface; empty when not said
	Region  string // eu-west-1; empty when not said
}

// An Ignore says which findings are wanted as they are. What is empty takes
// everything; one of Path, Endpoint and Sid is not.
type Ignore struct {
	Path     string // a doublestar pattern, relative to the configuration's folder
	Endpoint string // a pattern with * and ? for the endpoint's name
	Sid      string // a pattern with * and ? for the statement's Sid
	Rules    []string
	Reason   string
	Until    string // the last day on which it holds, YYYY-MM-DD; empty for ever
	From     string // where it stands, as path:line:column
}

// An Error is a fault in a configuration file.
type Error struct {
	Path         string
	Line, Column int // from 1, the column in characters
	Message      string
}

// Error returns path:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}
