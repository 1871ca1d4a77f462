// Command opa links the parts of OPA that eplint links, and exits: what starting
// costs before anything is done.
package main

import (
	_ "github.com/open-policy-agent/opa/v1/ast"
	_ "github.com/open-policy-agent/opa/v1/storage/inmem"
	_ "github.com/open-policy-agent/opa/v1/topdown"
)

func main() {}
