#!/usr/bin/env bash
# Compares eplint's evaluator with one that others wrote, on random pairs of
# policies and requests and on the witnesses of random policies. That one runs in a Node process of its own: it is
# AGPL-3.0, and no part of it is linked, copied or shipped.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
command -v node >/dev/null || absent node
folder=tools/differential
if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then
	command -v npm >/dev/null || absent npm
	if ! npm ci --prefix "$folder" --no-audit --no-fund; then
		absent "@cloud-copilot/iam-simulate"
	fi
	cp "$folder/package-lock.json" "$folder/node_modules/.installed"
fi
go test -count=1 -run AnEvaluatorThatOthersWrote -v ./internal/policy ./internal/query
