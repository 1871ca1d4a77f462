// Package catalogue holds what eplint knows about AWS besides its policy
// language: the endpoint services, the actions and resource types of the
// services behind them, the global condition keys, and the resources that AWS
// services own. It is embedded, decoded at first use, and never asks AWS. What
// the facts mean for a policy is left to its users.
//
// The tables data/*.json are kept by hand; sources.json says where each comes
// from and how far it is to be trusted. The generator makes the rest of them:
// run npm ci in tools/catalogue, then go generate here.
package catalogue

import (
	"compress/flate"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
)

//go:generate go -C ../../tools/catalogue run . -data ../../internal/catalogue/data -node-modules node_modules

//go:embed data/sources.json
var sourcesJSON []byte

// A Source says where one table comes from.
type Source struct {
	Name    string `json:"name"` // of the table, such as endpoint_services
	Origin  string `json:"source"`
	Version string `json:"version"` // of the origin
	// Retrieved is the day that the origin was read, as YYYY-MM-DD.
	Retrieved string `json:"retrieved"`
	Licence   string `json:"licence"`
	Trust     string `json:"trust"`
}

var sources = sync.OnceValue(func() []Source { return decodeJSON[[]Source](sourcesJSON) })

// Sources returns where the tables come from, the endpoint services first. The
// slice is shared: it is not to be changed.
func Sources() []Source { return sources() }

// decodeJSON panics on text that does not decode, since the text is part of
// the program.
func decodeJSON[T any](text []byte) T {
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Errorf("catalogue: embedded table: %w", err))
	}
	return v
}

// inflate panics on a block that does not inflate, as decodeJSON does.
func inflate(block string) string {
	var out strings.Builder
	if _, err := io.Copy(&out, flate.NewReader(strings.NewReader(block))); err != nil {
		panic(fmt.Errorf("catalogue: embedded block: %w", err))
	}
	return out.String()
}

// split cuts a list of the compact forms, in which no items are the empty text.
func split(list, sep string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, sep)
}
