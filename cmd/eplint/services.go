package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/source"
)

const servicesUsage = `usage: eplint services [--format text|json] [--service-data FILE] [NAME…]

Lists the endpoint services that eplint knows. A NAME is an id such as ecr.api
or a full name such as com.amazonaws.eu-west-1.ecr.api; without one, all are
listed. FILE is the untouched output of aws ec2 describe-vpc-endpoint-services, of
one or several regions: it stands above what eplint knows.
`

// runServices prints what the catalogue knows about endpoint services, all or
// the named ones, and returns the exit code: 2 for wrong use.
func runServices(args []string, stdout, stderr io.Writer) int {
	flags := pflag.NewFlagSet("services", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	format := flags.String("format", "text", "text or json")
	var file string
	addServiceData(flags, &file)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			fmt.Fprint(stdout, servicesUsage)
			return 0
		}
		fmt.Fprintf(stderr, "eplint services: %v\n%s", err, servicesUsage)
		return 2
	}
	if *format != "text" && *format != "json" {
		fmt.Fprintf(stderr, "eplint services: --format %q is not text or json\n", *format)
		return 2
	}
	if err := notEmpty(flags); err != nil {
		return misused(stderr, "services", err)
	}
	var listing *catalogue.Listing
	if file != "" {
		dir, err := os.Getwd()
		if err != nil {
			return fail(stderr, "services", err)
		}
		if listing, err = readListing(source.Walk{Dir: dir}, file); err != nil {
			return misused(stderr, "services", wrongUse("--service-data %s", err))
		}
	}
	services, err := namedServices(flags.Args(), listing)
	if err != nil {
		fmt.Fprintf(stderr, "eplint services: %v\n", err)
		return 2
	}
	if *format == "json" {
		err = writeServicesJSON(stdout, services)
	} else {
		named := flags.NArg() > 0
		err = writeServicesText(stdout, services, named)
		if err == nil {
			fmt.Fprintln(stderr, servicesAppeal(listing.Services()))
		}
	}
	if err != nil {
		return fail(stderr, "services", err)
	}
	return 0
}

// namedServices returns the services in the order of their names, each once,
// and all of them for no names.
func namedServices(names []string, listing *catalogue.Listing) ([]catalogue.Service, error) {
	if len(names) == 0 {
		return listing.Services(), nil
	}
	var out []catalogue.Service
	for _, name := range names {
		service, ok := listing.ByID(name)
		if !ok {
			var match catalogue.Match
			match, ok = listing.ByName(name)
			service = match.Service
		}
		if !ok {
			if near := catalogue.Nearest(name, 3); len(near) > 0 {
				return nil, fmt.Errorf("unknown service %q; near it: %s", name, strings.Join(near, ", "))
			}
			return nil, fmt.Errorf("unknown service %q; eplint services lists those that are known", name)
		}
		if !slices.ContainsFunc(out, func(s catalogue.Service) bool { return s.ID == service.ID }) {
			out = append(out, service)
		}
	}
	return out, nil
}

// The widths of the table's first columns, so that most rows fit a terminal of
// 80 columns. A longer cell pushes its own row only.
const (
	idWidth    = 28
	typesWidth = 18 // "gateway, interface"
)

func writeServicesText(w io.Writer, services []catalogue.Service, notes bool) error {
	width := 0
	for _, s := range services {
		width = max(width, len(s.ID))
	}
	width = min(width, idWidth)
	var out strings.Builder
	row := func(id, types, policies, prefixes string) {
		line := fmt.Sprintf("%-*s  %-*s  %-11s  %s", width, id, typesWidth, types, policies, prefixes)
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	row("ID", "TYPES", "POLICIES", "PREFIXES")
	for _, s := range services {
		policies := "unknown"
		switch s.Policy {
		case catalogue.Supported:
			policies = "yes, " + string(s.Confidence)
		case catalogue.Unsupported:
			policies = "no, " + string(s.Confidence)
		}
		types := make([]string, len(s.Types))
		for i, t := range s.Types {
			types[i] = string(t)
		}
		row(s.ID, strings.Join(types, ", "), policies, strings.Join(s.Prefixes, ", "))
	}
	if notes {
		for _, s := range services {
			if s.Note != "" {
				fmt.Fprintf(&out, "\n%s: %s\n", s.ID, s.Note)
			}
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// servicesAppeal asks for the one source that settles the unknown rows. The
// filter keeps services of the user's own and of partners out of the output.
func servicesAppeal(services []catalogue.Service) string {
	unknown := 0
	for _, s := range services {
		if s.Policy == catalogue.Unknown {
			unknown++
		}
	}
	return fmt.Sprintf("for %d of %d services eplint does not know whether their endpoints obey a policy: please contribute the untouched output of "+
		"aws ec2 describe-vpc-endpoint-services --filters Name=owner,Values=amazon", unknown, len(services))
}

// serviceJSON is one service in the output of --format json. PolicySupported
// is null when it is not known.
type serviceJSON struct {
	ID              string           `json:"id"`
	Title           string           `json:"title,omitempty"`
	Names           []string         `json:"names"`
	Types           []catalogue.Type `json:"types"`
	PolicySupported *bool            `json:"policy_supported"`
	Confidence      string           `json:"confidence"`
	ActionPrefixes  []string         `json:"action_prefixes,omitempty"`
	CrossAccount    bool             `json:"cross_account"`
	Note            string           `json:"note,omitempty"`
}

func writeServicesJSON(w io.Writer, services []catalogue.Service) error {
	rows := make([]serviceJSON, len(services))
	for i, s := range services {
		rows[i] = serviceJSON{
			ID: s.ID, Title: s.Title, Names: s.Names, Types: s.Types, Confidence: string(s.Confidence),
			ActionPrefixes: s.Prefixes, CrossAccount: s.CrossAccount, Note: s.Note,
		}
		if s.Policy != catalogue.Unknown {
			supported := s.Policy == catalogue.Supported
			rows[i].PolicySupported = &supported
		}
	}
	return writeJSON(w, struct {
		Schema   int           `json:"schema"`
		Services []serviceJSON `json:"services"`
	}{1, rows})
}
