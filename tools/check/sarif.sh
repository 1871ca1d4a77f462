#!/usr/bin/env bash
# Validates eplint's SARIF for a path with Microsoft's validator and GitHub's
# rules. The validator exits with 0 whatever it finds, so its report is read.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
eplint=$1
path=$2
tool=${SARIF_MULTITOOL:-.bin/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool}
[ -x "$tool" ] || absent "@microsoft/sarif-multitool"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$eplint" --format "sarif=$out/findings.sarif" --fail-on never --quiet "$path"
mkdir "$out/empty"
"$eplint" --format "sarif=$out/nothing.sarif" --fail-on never --quiet "$out/empty"
for f in findings nothing; do
	"$tool" validate "$out/$f.sarif" --rule-kind 'Sarif;Ghas' --level 'Error;Warning' \
		--kind 'Fail;Pass;Review;Open;NotApplicable;Informational' \
		-o "$out/report.sarif" --log ForceOverwrite --quiet >/dev/null
	node -e '
		const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8").replace(/^\uFEFF/, ""));
		if (!report.runs.length) throw new Error("the validator did not run");
		const found = report.runs.flatMap(r => r.results || []).filter(r => ["error", "warning", undefined].includes(r.level));
		for (const r of found) console.error(r.ruleId, r.level || "warning", JSON.stringify(r.message));
		process.exit(found.length ? 1 : 0);
	' "$out/report.sarif"
	echo "sarif: $f: no error, no warning"
done
