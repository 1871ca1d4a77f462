GO ?= go

.PHONY: build test check race lint sarif pre-commit differential second-opinion terraform bench fuzz generate

build:
	$(GO) build -buildvcs=auto -trimpath -ldflags "-s -w" -o eplint ./cmd/eplint

# All that needs nothing but Go: the tests hold the rules' format and strict
# checks and the examples' SARIF against its schema.
test:
	$(GO) vet ./...
	$(GO) test ./...

check: test race lint sarif pre-commit differential second-opinion terraform

# The comparisons with an evaluator and a solver that others wrote, and the
# thousands of random policies, are slow here and find no race.
race:
	$(GO) test -race -skip 'OthersWrote|Generated|Enumeration|HardDocuments|HoleStandsFor|OrderChanges|OnlyTakesAway|AnswersHold|Transitive' ./...

lint:
	tools/check/golangci-lint.sh

sarif: build
	tools/check/sarif.sh ./eplint examples

pre-commit:
	tools/check/pre-commit.sh

differential:
	tools/check/differential.sh

second-opinion:
	tools/check/second-opinion.sh

terraform:
	tools/check/terraform.sh

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...
	tools/bench/process.sh

fuzz:
	tools/check/fuzz.sh

# Renews the rules' findings and index, the golden files, and the README.
generate:
	$(GO) test ./internal/lint -update
	$(GO) test ./internal/report ./cmd/eplint -update
