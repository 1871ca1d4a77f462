package plan

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// A module is one instance of a module of the configuration.
type module struct {
	address string       // empty for the root
	config  *syntax.Node // nil when the plan does not hold it
	parent  *module
	call    *syntax.Node // the call of it in the configuration of its parent
	key     string       // "[0]", `["a"]` or empty

	children  map[string]*module      // by name and key
	resources map[string]*syntax.Node // as configured, by kind and name
}

// child is an instance of a module that another calls.
func (m *module) child(name, key string) *module {
	if c := m.children[name+key]; c != nil {
		return c
	}
	call := m.config.Get("module_calls").Get(name)
	c := &module{address: within(m.address, "module."+name+key), config: call.Get("module"), parent: m, call: call, key: key}
	if m.children == nil {
		m.children = map[string]*module{}
	}
	m.children[name+key] = c
	return c
}

// resource is a resource as configured; nil when the configuration has none.
func (m *module) resource(name string) *syntax.Node {
	if m.resources == nil {
		m.resources = map[string]*syntax.Node{}
		if list := m.config.Get("resources"); list != nil {
			for _, item := range list.Items {
				address, _ := item.Get("address").Literal()
				m.resources[address] = item
			}
		}
	}
	return m.resources[name]
}

// moduleAt is the module of an address.
func (r *reader) moduleAt(address string) *module {
	m := r.root
	words := Words(address)
	for len(words) >= 2 && words[0] == "module" {
		name, key := words[1], ""
		words = words[2:]
		if len(words) > 0 && strings.HasPrefix(words[0], "[") {
			key, words = words[0], words[1:]
		}
		m = m.child(name, key)
	}
	return m
}

// Words are the names and the indexes of an address or a reference, indexes with
// their brackets.
func Words(address string) []string {
	var list []string
	for len(address) > 0 {
		end := strings.IndexAny(address, ".[")
		switch {
		case end < 0:
			return append(list, address)
		case end > 0:
			list = append(list, address[:end])
			address = address[end:]
		case address[0] == '.':
			address = address[1:]
		default:
			end := bracket(address)
			list = append(list, address[:end])
			address = address[end:]
		}
	}
	return list
}

// bracket is where the index ends that a text starts with.
func bracket(text string) int {
	quoted := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return len(text)
}

// joinedWords is the opposite of Words.
func joinedWords(list []string) string {
	var b strings.Builder
	for i, w := range list {
		if i > 0 && !strings.HasPrefix(w, "[") {
			b.WriteByte('.')
		}
		b.WriteString(w)
	}
	return b.String()
}
