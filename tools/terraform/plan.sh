#!/usr/bin/env bash
# Makes the plans of all configurations, or with names of those; with -check
# compares them with the committed ones.
set -euo pipefail
cd "$(dirname "$0")/provider"
exec go run ./plans "$@"
