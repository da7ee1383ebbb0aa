# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What tests in the shell share: results as TAP. To be sourced, with a name for all.

tap_name=$1 tap_number=0 tap_failed=0

# is WHAT GOT EXPECTED
is() {
	tap_number=$((tap_number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_number $tap_name: $1"
	else
		tap_failed=1
		printf 'not ok %d %s: %s\n# %q, expected %q\n' "$tap_number" "$tap_name" "$1" "$2" "$3"
	fi
}

# The plan, and the status of all.
finish() {
	echo "1..$tap_number"
	exit $tap_failed
}
