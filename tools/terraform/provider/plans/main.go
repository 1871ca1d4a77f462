// Command plans has Terraform plan the configurations beside the provider, and
// keeps what `terraform show -json` says. It touches no network: the provider
// is the one in the folder above, put in place of hashicorp/aws.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// version is the Terraform whose plans are kept: another's differ in format.
const version = "1.11.4"

func main() {
	check := flag.Bool("check", false, "compare with the committed plans, and write nothing")
	folder := flag.String("folder", "..", "the `folder` of configurations and plans")
	flag.Parse()
	differ, err := run(*folder, flag.Args(), *check)
	if err != nil {
		fmt.Fprintln(os.Stderr, "plans:", err)
		os.Exit(1)
	}
	if differ {
		os.Exit(1)
	}
}

// run says whether something differs, which without check is never.
func run(folder string, names []string, check bool) (differ bool, err error) {
	work, err := os.MkdirTemp("", "plans")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(work)
	if work, err = filepath.EvalSymlinks(work); err != nil {
		return false, err
	}
	t, err := prepare(work)
	if err != nil {
		return false, err
	}
	all := len(names) == 0
	if all {
		if names, err = configurations(folder); err != nil {
			return false, err
		}
	}
	made, err := t.each(folder, names)
	if err != nil {
		return false, err
	}
	kept := filepath.Join(folder, "plans")
	if check {
		return compare(work, kept, made, all)
	}
	return false, replace(kept, made, all)
}

// configurations are the names of the folders below configurations.
func configurations(folder string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(folder, "configurations"))
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, err
}

// terraform is the program, its environment, and where it may write.
type terraform struct {
	work        string
	environment []string
}

// prepare builds the provider and tells Terraform to take it.
func prepare(work string) (*terraform, error) {
	t := &terraform{work: work}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "AWS_") {
			t.environment = append(t.environment, variable)
		}
	}
	if _, err := t.command(".", "go", "build", "-o", filepath.Join(work, "provider", "terraform-provider-aws"), "."); err != nil {
		return nil, err
	}
	config := filepath.Join(work, "terraform.rc")
	text := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n}\n",
		filepath.ToSlash(filepath.Join(work, "provider")))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	t.environment = append(t.environment, "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_ARGS=-no-color")
	out, err := t.command(work, "terraform", "version", "-json")
	if err != nil {
		return nil, err
	}
	var says struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &says); err != nil {
		return nil, err
	}
	if says.Version != version {
		return nil, fmt.Errorf("terraform is %s, and the plans are made by %s", says.Version, version)
	}
	return t, nil
}

// command runs a program and returns its output; its errors hold what it said.
func (t *terraform) command(folder, name string, arguments ...string) ([]byte, error) {
	c := exec.Command(name, arguments...)
	c.Dir = folder
	c.Env = t.environment
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(arguments, " "), err, out.Bytes(), said.Bytes())
	}
	return out.Bytes(), nil
}

// each plans the configurations, as many at a time as there are processors,
// and returns the files by name.
func (t *terraform) each(folder string, names []string) (map[string][]byte, error) {
	made := map[string][]byte{}
	var failed []error
	var lock sync.Mutex
	var wait sync.WaitGroup
	turn := make(chan struct{}, runtime.NumCPU())
	for _, name := range names {
		wait.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			files, err := t.plan(filepath.Join(folder, "configurations", name), name)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", name, err))
			}
			maps.Copy(made, files)
		})
	}
	wait.Wait()
	return made, errors.Join(failed...)
}

// applied are the configurations of which the state and the plan after it are
// kept too.
func applied() []string {
	return []string{"jsonencode", "policy-resource", "foreach-map", "module-endpoints", "unknown-jsonencode", "unknown-document"}
}

// plan runs Terraform on a copy of one configuration.
func (t *terraform) plan(from, name string) (map[string][]byte, error) {
	at := filepath.Join(t.work, "copies", name)
	if err := copyFolder(at, from); err != nil {
		return nil, err
	}
	// What init does without a network: only local modules are installed.
	if _, err := t.command(at, "terraform", "get"); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	show := func(file string, arguments ...string) error {
		out, err := t.command(at, "terraform", append([]string{"show", "-json"}, arguments...)...)
		if err != nil {
			return err
		}
		files[file], err = settle(out, t.work)
		return err
	}
	plan := func(file string) error {
		if _, err := t.command(at, "terraform", "plan", "-lock=false", "-out=plan"); err != nil {
			return err
		}
		return show(file, "plan")
	}
	if err := plan(name + ".json"); err != nil {
		return nil, err
	}
	if !slices.Contains(applied(), name) {
		return files, nil
	}
	if _, err := t.command(at, "terraform", "apply", "-lock=false", "plan"); err != nil {
		return nil, err
	}
	if err := show(name + ".state.json"); err != nil {
		return nil, err
	}
	return files, plan(name + ".again.json")
}

// copyFolder copies a configuration. OpenTofu's files become Terraform's: a
// name in both is OpenTofu's.
func copyFolder(to, from string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if stem, ok := strings.CutSuffix(path, ".tofu"); ok {
			return os.Rename(path, stem+".tf")
		}
		return nil
	})
}

// settle makes the text the same in every run: without the time, and in order
// where Terraform has none. A path of this machine is an error.
func settle(text []byte, work string) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var whole map[string]any
	if err := decoder.Decode(&whole); err != nil {
		return nil, err
	}
	delete(whole, "timestamp")
	if attributes, ok := whole["relevant_attributes"].([]any); ok {
		slices.SortFunc(attributes, func(a, b any) int {
			return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
		})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(whole); err != nil {
		return nil, err
	}
	if bytes.Contains(out.Bytes(), []byte(work)) {
		return nil, errors.New("the plan holds a path of this machine")
	}
	return out.Bytes(), nil
}

// replace writes the files, and removes those that nothing makes any more.
func replace(kept string, made map[string][]byte, all bool) error {
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return err
	}
	if all {
		old, err := filepath.Glob(filepath.Join(kept, "*.json"))
		if err != nil {
			return err
		}
		for _, path := range old {
			if _, ok := made[filepath.Base(path)]; !ok {
				if err := os.Remove(path); err != nil {
					return err
				}
			}
		}
	}
	for name, text := range made {
		if err := os.WriteFile(filepath.Join(kept, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compare prints how the committed files differ from the new ones: of all, or
// of those that were made.
func compare(work, kept string, made map[string][]byte, all bool) (differ bool, err error) {
	fresh := filepath.Join(work, "plans")
	if err := replace(fresh, made, true); err != nil {
		return false, err
	}
	if all {
		return diff(kept, fresh)
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		found, err := diff(filepath.Join(kept, name), filepath.Join(fresh, name))
		if err != nil {
			return false, err
		}
		differ = differ || found
	}
	return differ, nil
}

// diff prints how one file or folder differs from another.
func diff(from, to string) (bool, error) {
	c := exec.Command("diff", "-ruN", from, to)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return true, nil
	}
	return false, err
}
