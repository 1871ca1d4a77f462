#!/usr/bin/env bash
# Runs the linters, which also hold the table of who may import whom.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
command -v golangci-lint >/dev/null || absent "golangci-lint 2.15.0"
golangci-lint run ./...
golangci-lint fmt --diff ./...
