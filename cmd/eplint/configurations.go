package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/source"
)

// configurations say which configuration holds for which files.
type configurations struct {
	one  *config.Config // what the flags name for all files; else nil
	tree *config.Tree
	// flagged is what --service-data gives for all of them; else those that the
	// configurations name are by theirs.
	flagged *catalogue.Listing
	named   map[*config.Config]*catalogue.Listing
}

// listing is what stands above the table of services under a configuration; nil
// for nothing.
func (c *configurations) listing(of *config.Config) *catalogue.Listing {
	if c.flagged != nil {
		return c.flagged
	}
	return c.named[of]
}

// configurations checks the flags about configurations and reads the file that
// they name. The flags about what is own are part of every configuration.
func (f *inputFlags) configurations(dir string) (*configurations, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.noConfig && f.config != "" {
		return nil, wrongUse("--config and --no-config exclude each other")
	}
	walk := source.Walk{Dir: dir}
	out := &configurations{named: map[*config.Config]*catalogue.Listing{}}
	if f.serviceData != "" {
		var err error
		if out.flagged, err = readListing(walk, f.serviceData); err != nil {
			return nil, wrongUse("--service-data %s", err)
		}
	}
	if f.service != "" {
		if err := checkService(f.service, out.flagged); err != nil {
			return nil, wrongUse("--service %s", err)
		}
	}
	none := f.with(config.Config{Base: dir})
	if f.noConfig {
		out.one = none
		return out, nil
	}
	read := func(file string) (*config.Config, error) {
		c, err := f.readConfig(walk, file, out.flagged)
		if err == nil && c.ServiceData != "" && out.flagged == nil {
			name := filepath.Join(filepath.Dir(file), filepath.FromSlash(c.ServiceData))
			if filepath.IsAbs(c.ServiceData) {
				name = c.ServiceData
			}
			out.named[c], err = readListing(walk, name)
			if err != nil {
				return nil, wrongUse("%s: service-data: %s", file, err)
			}
		}
		return c, err
	}
	if f.config != "" {
		one, err := read(f.config)
		out.one = one
		return out, err
	}
	out.tree = &config.Tree{
		Dir:    dir,
		Exists: func(path string) bool { _, err := os.Lstat(path); return err == nil },
		Read: func(path string) (*config.Config, error) {
			return read(filepath.FromSlash(walk.Display(path, false)))
		},
		None: none,
	}
	return out, nil
}

// readListing reads the output of aws ec2 describe-vpc-endpoint-services.
func readListing(walk source.Walk, file string) (*catalogue.Listing, error) {
	text, err := readNamed(walk, file)
	if err != nil {
		return nil, err
	}
	listing, err := catalogue.ReadListing(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return listing, nil
}

// readConfig reads the file at a path as it is to be shown.
func (f *inputFlags) readConfig(walk source.Walk, file string, listing *catalogue.Listing) (*config.Config, error) {
	absolute := walk.Absolute(file)
	if info, err := os.Stat(absolute); err == nil && info.IsDir() {
		return nil, wrongUse("%s: the configuration cannot be read: it is a folder", file)
	}
	found, err := walk.Find([]string{file})
	if missing := (*source.MissingError)(nil); errors.As(err, &missing) {
		return nil, wrongUse("%s: the configuration cannot be read: no such file", file)
	} else if err != nil {
		return nil, wrongUse("the configuration cannot be read: %s", err)
	}
	text, err := found[0].Read()
	if err != nil {
		return nil, wrongUse("%s: the configuration cannot be read: %s", found[0].Path, err)
	}
	c, err := config.Parse(text, config.Checks{
		Service:      func(name string) error { return checkService(name, listing) },
		ServiceOwned: checkServiceOwned,
		Rule:         checkRule,
	})
	if err != nil {
		return nil, wrongUse("%s", err)
	}
	c.Base = filepath.Dir(absolute)
	return f.with(c), nil
}

// with adds what the flags say to a configuration.
func (f *inputFlags) with(c config.Config) *config.Config {
	add := func(list *[]string, key, flag string, values []string) {
		for _, value := range values {
			c.Values = append(c.Values, config.Value{Key: key + "[" + strconv.Itoa(len(*list)) + "]", Text: value, From: flag})
			*list = append(*list, value)
		}
	}
	add(&c.Perimeter.Accounts, "perimeter.accounts", "--account", f.accounts)
	add(&c.Perimeter.Organizations, "perimeter.organizations", "--org", f.organizations)
	if f.serviceData != "" {
		c.Values = slices.DeleteFunc(c.Values, func(v config.Value) bool { return v.Key == "service-data" })
		c.Values = append(c.Values, config.Value{Key: "service-data", Text: f.serviceData, From: "--service-data"})
		c.ServiceData = f.serviceData
	}
	return &c
}

// of returns the configuration of the files in a folder; see config.Tree for
// named.
func (c *configurations) of(folder, named string) (*config.Config, error) {
	if c.one != nil {
		return c.one, nil
	}
	return c.tree.For(folder, named)
}

// above returns the configurations whose exclude holds in a folder, the nearest
// first.
func (c *configurations) above(folder, named string) ([]*config.Config, error) {
	if c.one != nil {
		return []*config.Config{c.one}, nil
	}
	return c.tree.Above(folder, named)
}

func (c *configurations) exclusions(folder, named string) ([]source.Exclusion, error) {
	all, err := c.above(folder, named)
	var list []source.Exclusion
	for _, one := range all {
		for _, pattern := range one.Exclude {
			list = append(list, source.Exclusion{Pattern: pattern, Base: one.Base})
		}
	}
	return list, err
}

// exclusions are those of the flags.
func (f *inputFlags) exclusions(dir string) []source.Exclusion {
	var list []source.Exclusion
	for _, pattern := range f.exclude {
		list = append(list, source.Exclusion{Pattern: pattern, Base: dir})
	}
	return list
}

func checkServiceOwned(id string) error {
	var ids []string
	for _, owned := range catalogue.OwnedResources() {
		ids = append(ids, owned.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	near := config.Nearest(id, ids, 3)
	if len(near) == 0 {
		return fmt.Errorf("%q is no resource that an AWS service owns: the ids are %s", id, strings.Join(ids, ", "))
	}
	return fmt.Errorf("%q is no resource that an AWS service owns: did you mean %s?", id, strings.Join(near, ", "))
}
