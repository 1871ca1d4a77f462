#!/usr/bin/env bash
# Compares eplint's answers with those of cvc5, a solver that others wrote, on
# random policies.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
command -v cvc5 >/dev/null || absent cvc5
go test -count=1 -timeout 30m -run TestAnswersAgreeWithASolverThatOthersWrote -v ./internal/query/cvc5 -questions 200
