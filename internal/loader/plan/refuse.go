package plan

import (
	"bytes"
	"strings"
)

// Refused says what to do about a file of Terraform's or OpenTofu's that may hold
// endpoints in a form which nobody else reads; it is empty for any other file.
func Refused(text []byte) string {
	start, end := text[:min(len(text), maxHead)], text[max(0, len(text)-maxHead):]
	brace := bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n"), []byte("{"))
	holds := func(text []byte, words ...string) bool {
		for _, w := range words {
			if !bytes.Contains(text, []byte(w)) {
				return false
			}
		}
		return true
	}
	const save = `: save it with "terraform show -json FILE"`
	switch {
	// The plan is the first file of the archive, whose name comes after 30 bytes.
	case bytes.HasPrefix(text, []byte("PK\x03\x04")) && len(text) > 36 && strings.HasPrefix(string(text[30:36]), "tfplan"):
		return `the file is a plan as "terraform plan -out" writes it, which only Terraform reads` + save
	case brace && holds(start, `"@level"`, `"@module"`) && (holds(start, `"terraform.ui"`) || holds(start, `"tofu.ui"`)) && holds(text, endpointType):
		return `the file is the log of "terraform plan -json", which does not hold the values: plan with -out=FILE, and then` + strings.TrimPrefix(save, ":")
	case brace && holds(start, `"encrypted_data"`, `"meta"`) && holds(end, `"encryption_version"`):
		return `the file is a state or a plan that OpenTofu encrypted: save it with "tofu show -json"`
	}
	return ""
}

// maxHead is how much of the start and of the end of a file tells what it is.
const maxHead = 8 << 10
