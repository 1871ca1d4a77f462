package terraform

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// zipped is a text as gzip and Base64 write it.
func zipped(text string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		return "", err
	}
	// Terraform flushes before it closes, which shows.
	if err := w.Flush(); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// recoder is textencodebase64 or textdecodebase64: Base64 of a text in a character
// encoding, of those that are in use.
func recoder(encode bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}, {Name: "encoding", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, name := args[0].AsString(), args[1].AsString()
			set, ok := characters(name)
			if !ok {
				return cty.NilVal, fmt.Errorf("the encoding %q is not known here", name)
			}
			if encode {
				coded, err := set.NewEncoder().String(text)
				return cty.StringVal(base64.StdEncoding.EncodeToString([]byte(coded))), err
			}
			coded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return cty.NilVal, err
			}
			plain, err := set.NewDecoder().String(string(coded))
			return cty.StringVal(plain), err
		},
	})
}

// characters is an encoding by its name (IANA, "Character Sets").
func characters(name string) (encoding.Encoding, bool) {
	switch strings.ToUpper(name) {
	case "UTF-8", "US-ASCII":
		return encoding.Nop, true
	case "UTF-16LE":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case "ISO-8859-1":
		return charmap.ISO8859_1, true
	case "WINDOWS-1252":
		return charmap.Windows1252, true
	}
	return nil, false
}
