#!/usr/bin/env bash
# Has Terraform plan the configurations again, and compares the plans with the
# committed ones, which the loader's tests read.
set -euo pipefail
. "$(dirname "$0")/skip.sh"
version=$(sed -n 's/^const version = "\(.*\)"$/\1/p' tools/terraform/provider/plans/main.go)
terraform version 2>/dev/null | grep -qx "Terraform v$version" || absent "terraform $version"
tools/terraform/plan.sh -check
