# Sourced by the checks: what to do when a tool is absent. In CI that is a
# failure, since a check that did not run found nothing; elsewhere it is said.
absent() {
	if [ -n "${CI:-}" ]; then
		echo "$0: $1 is not installed, and in CI it must be" >&2
		exit 1
	fi
	echo "$0: skipped: $1 is not installed" >&2
	exit 0
}
