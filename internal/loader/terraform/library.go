package terraform

import (
	"crypto/md5"  //nolint:gosec // Terraform has it
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// library returns the functions that are worked out over known values alone.
func library(name string) (function.Function, bool) {
	if f, ok := standard(name); ok {
		return f, true
	}
	return own(name)
}

// standard are the functions that Terraform takes from cty.
func standard(name string) (function.Function, bool) {
	var f function.Function
	switch name {
	case "abs":
		f = stdlib.AbsoluteFunc
	case "ceil":
		f = stdlib.CeilFunc
	case "chunklist":
		f = stdlib.ChunklistFunc
	case "contains":
		f = stdlib.ContainsFunc
	case "csvdecode":
		f = stdlib.CSVDecodeFunc
	case "floor":
		f = stdlib.FloorFunc
	case "format":
		f = stdlib.FormatFunc
	case "formatdate":
		f = stdlib.FormatDateFunc
	case "formatlist":
		f = stdlib.FormatListFunc
	case "indent":
		f = stdlib.IndentFunc
	case "join":
		f = stdlib.JoinFunc
	case "length":
		f = stdlib.StrlenFunc
	case "log":
		f = stdlib.LogFunc
	case "lower":
		f = stdlib.LowerFunc
	case "max":
		f = stdlib.MaxFunc
	case "min":
		f = stdlib.MinFunc
	case "parseint":
		f = stdlib.ParseIntFunc
	case "pow":
		f = stdlib.PowFunc
	case "range":
		f = stdlib.RangeFunc
	case "regex":
		f = stdlib.RegexFunc
	case "regexall":
		f = stdlib.RegexAllFunc
	case "setintersection":
		f = stdlib.SetIntersectionFunc
	case "setsubtract":
		f = stdlib.SetSubtractFunc
	case "signum":
		f = stdlib.SignumFunc
	case "split":
		f = stdlib.SplitFunc
	case "strrev":
		f = stdlib.ReverseFunc
	case "substr":
		f = stdlib.SubstrFunc
	case "timeadd":
		f = stdlib.TimeAddFunc
	case "title":
		f = stdlib.TitleFunc
	case "tobool":
		f = stdlib.MakeToFunc(cty.Bool)
	case "tonumber":
		f = stdlib.MakeToFunc(cty.Number)
	case "trim":
		f = stdlib.TrimFunc
	case "trimprefix":
		f = stdlib.TrimPrefixFunc
	case "trimsuffix":
		f = stdlib.TrimSuffixFunc
	case "upper":
		f = stdlib.UpperFunc
	default:
		return f, false
	}
	return f, true
}

// own are the functions that Terraform has of its own.
func own(name string) (function.Function, bool) {
	switch name {
	case "alltrue", "anytrue":
		return quantifier(name == "alltrue"), true
	case "startswith":
		return tester(strings.HasPrefix), true
	case "endswith":
		return tester(strings.HasSuffix), true
	case "strcontains":
		return tester(strings.Contains), true
	case "basename":
		return texts(func(s string) (string, error) { return filepath.Base(s), nil }), true
	case "dirname":
		return texts(func(s string) (string, error) { return filepath.Dir(s), nil }), true
	case "base64encode":
		return texts(func(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }), true
	case "base64decode":
		return texts(decoded), true
	case "base64gzip":
		return texts(zipped), true
	case "textencodebase64", "textdecodebase64":
		return recoder(name == "textencodebase64"), true
	case "urlencode":
		return texts(func(s string) (string, error) { return url.QueryEscape(s), nil }), true
	case "urldecode":
		return texts(url.QueryUnescape), true
	case "uuidv5":
		return uuids(), true
	case "md5":
		return digest(md5.New, hex.EncodeToString), true
	case "sha1":
		return digest(sha1.New, hex.EncodeToString), true
	case "sha256":
		return digest(sha256.New, hex.EncodeToString), true
	case "sha512":
		return digest(sha512.New, hex.EncodeToString), true
	case "base64sha256":
		return digest(sha256.New, base64.StdEncoding.EncodeToString), true
	case "base64sha512":
		return digest(sha512.New, base64.StdEncoding.EncodeToString), true
	case "replace":
		return replacer(), true
	case "sum":
		return summer(), true
	case "index":
		return finder(), true
	case "matchkeys":
		return matcher(), true
	case "transpose":
		return transposer(), true
	case "timecmp":
		return timer(), true
	case "cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets", "cidrcontains":
		return network(name), true
	}
	return function.Function{}, false
}

func decoded(s string) (string, error) {
	text, err := base64.StdEncoding.DecodeString(s)
	if err == nil && !utf8.Valid(text) {
		err = errors.New("not UTF-8")
	}
	return string(text), err
}

func parameters(types ...cty.Type) []function.Parameter {
	var list []function.Parameter
	for _, t := range types {
		list = append(list, function.Parameter{Name: "x", Type: t})
	}
	return list
}

func texts(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.String),
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			return cty.StringVal(s), err
		},
	})
}

func tester(f func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.String, cty.String),
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

func digest(f func() hash.Hash, encode func([]byte) string) function.Function {
	return texts(func(s string) (string, error) {
		h := f()
		h.Write([]byte(s))
		return encode(h.Sum(nil)), nil
	})
}

func quantifier(all bool) function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.List(cty.Bool)),
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for it := args[0].ElementIterator(); it.Next(); {
				if _, v := it.Element(); (!v.IsNull() && v.True()) != all {
					return cty.BoolVal(!all), nil
				}
			}
			return cty.BoolVal(all), nil
		},
	})
}

// replacer is replace over known texts: of a regular expression too.
func replacer() function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.String, cty.String, cty.String),
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			search := args[1].AsString()
			if len(search) > 1 && strings.HasPrefix(search, "/") && strings.HasSuffix(search, "/") {
				return stdlib.RegexReplace(args[0], cty.StringVal(search[1:len(search)-1]), args[2])
			}
			return stdlib.Replace(args[0], args[1], args[2])
		},
	})
}

func summer() function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.List(cty.Number)),
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].LengthInt() == 0 {
				return cty.NilVal, errors.New("no values")
			}
			total := cty.Zero
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				if v.IsNull() {
					return cty.NilVal, errors.New("a null value")
				}
				total = total.Add(v)
			}
			return total, nil
		},
	})
}

func finder() function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.DynamicPseudoType, cty.DynamicPseudoType),
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].CanIterateElements() {
				return cty.NilVal, errors.New("not a list")
			}
			i := int64(0)
			for it := args[0].ElementIterator(); it.Next(); i++ {
				_, v := it.Element()
				if equal(v, args[1]) {
					return cty.NumberIntVal(i), nil
				}
			}
			return cty.NilVal, errors.New("not found")
		},
	})
}

func equal(a, b cty.Value) bool {
	if b, err := convert.Convert(b, a.Type()); err == nil {
		return a.RawEquals(b)
	}
	return false
}

func matcher() function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params: parameters(list, list, list),
		Type: func(args []cty.Value) (cty.Type, error) {
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			values, keys, search := args[0].AsValueSlice(), args[1].AsValueSlice(), args[2].AsValueSlice()
			if len(values) != len(keys) {
				return cty.NilVal, errors.New("lists of two lengths")
			}
			var out []cty.Value
			for i, k := range keys {
				for _, s := range search {
					if equal(k, s) {
						out = append(out, values[i])
						break
					}
				}
			}
			if len(out) == 0 {
				return cty.ListValEmpty(t.ElementType()), nil
			}
			return cty.ListVal(out), nil
		},
	})
}

func transposer() function.Function {
	lists := cty.Map(cty.List(cty.String))
	return function.New(&function.Spec{
		Params: parameters(lists),
		Type:   function.StaticReturnType(lists),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			out := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				k, list := it.Element()
				for inner := list.ElementIterator(); inner.Next(); {
					_, v := inner.Element()
					out[v.AsString()] = append(out[v.AsString()], k)
				}
			}
			if len(out) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			values := map[string]cty.Value{}
			for k, list := range out {
				values[k] = cty.ListVal(list)
			}
			return cty.MapVal(values), nil
		},
	})
}

func timer() function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.String, cty.String),
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			a, err := time.Parse(time.RFC3339, args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			b, err := time.Parse(time.RFC3339, args[1].AsString())
			return cty.NumberIntVal(int64(a.Compare(b))), err
		},
	})
}

// uuids names things by names within a namespace (RFC 4122, section 4.3).
func uuids() function.Function {
	return function.New(&function.Spec{
		Params: parameters(cty.String, cty.String),
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			space := args[0].AsString()
			for i, name := range []string{"dns", "url", "oid", "x500"} {
				if name == space {
					space = "6ba7b81" + string("0124"[i]) + "-9dad-11d1-80b4-00c04fd430c8"
				}
			}
			id, err := hex.DecodeString(strings.ReplaceAll(space, "-", ""))
			if err != nil || len(id) != 16 {
				return cty.NilVal, errors.New("no namespace")
			}
			h := sha1.New() //nolint:gosec // that is how these are made
			h.Write(append(id, args[1].AsString()...))
			u := h.Sum(nil)[:16]
			u[6], u[8] = u[6]&0x0F|0x50, u[8]&0x3F|0x80
			return cty.StringVal(hex.EncodeToString(u[:4]) + "-" + hex.EncodeToString(u[4:6]) + "-" + hex.EncodeToString(u[6:8]) + "-" + hex.EncodeToString(u[8:10]) + "-" + hex.EncodeToString(u[10:])), nil
		},
	})
}
