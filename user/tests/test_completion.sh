#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Completion for bash against the command itself: every command, option and column that
# it has is offered. Usage: test_completion.sh COMMAND

set -euo pipefail
command=$1
failed=0 number=0
# shellcheck source-path=SCRIPTDIR source=../completion/mmscope.bash
. "${0%/*}/../completion/mmscope.bash"

# offers EXPECTED WORD...: the last word is what is typed so far
offers() {
	local expected=$1 got
	shift
	COMP_WORDS=("$command" "$@") COMP_CWORD=$#
	COMPREPLY=()
	_mmscope
	got="${COMPREPLY[*]}"
	number=$((number + 1))
	if [[ " $got " == *" $expected "* ]]; then
		echo "ok $number completion of '$*'"
	else
		failed=1
		echo "not ok $number completion of '$*': no '$expected' in '$got'"
	fi
}

offers vmas v
offers translate tr
offers --json --j
offers --html map --h
offers --lock vmas self --l
offers --budget pages self --bu
offers self vmas s
offers $$ vmas $$
offers START vmas self -o ST
offers START,SIZE vmas self -o START,SI
offers +OPS vmas self -o +O
offers never vmas --color n
commands=$("$command" --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p')
for name in $commands; do
	offers "$name" "$name"
done
[ "$number" -gt 20 ] || failed=1
echo "1..$number"
exit $failed
