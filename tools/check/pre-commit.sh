#!/usr/bin/env bash
# Installs the hook of this repository with the real pre-commit and runs it on a
# repository with a bad template, then on one with a good policy.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
command -v pre-commit >/dev/null || absent pre-commit
here=$(pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/home GIT_CONFIG_GLOBAL=$work/gitconfig
git config --global user.name test
git config --global user.email test@example.com
git config --global --add safe.directory '*'

try() {
	git init -q "$work/$1"
	cp "$2" "$work/$1/"
	git -C "$work/$1" add -A
	(cd "$work/$1" && pre-commit try-repo "$here" eplint --all-files --verbose) >"$work/$1.out" 2>&1
}

if try bad "$here/examples/network.yaml"; then
	cat "$work/bad.out"
	echo "pre-commit: the hook passed a template with findings" >&2
	exit 1
fi
if ! grep -q 'missing-account-condition' "$work/bad.out"; then
	cat "$work/bad.out"
	echo "pre-commit: the hook failed, but not with a finding" >&2
	exit 1
fi
if ! try good "$here/examples/policies/s3-endpoint.json"; then
	cat "$work/good.out"
	echo "pre-commit: the hook failed on a policy that is right" >&2
	exit 1
fi
echo "pre-commit: the hook fails on findings and passes without"
