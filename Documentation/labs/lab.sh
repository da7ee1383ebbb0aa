# shellcheck shell=bash
# What the scripts of labs share. To be sourced by DIR/run, which has its program as
# $program. Every lab ends with "done_lab", or with
# "skip_lab".

set -euo pipefail
program=${program:?}
checks=0 wrong=0 pid='' arguments=()
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true' EXIT

# start: run the program, with $arguments, up to its first stop
start() {
	coproc PROGRAM { exec "$program" "${arguments[@]}"; }
	pid=$PROGRAM_PID
	hear
}

# What the program says until it waits: its names become variables.
hear() {
	local said_name said_value
	while read -r said_name said_value <&"${PROGRAM[0]}" && [ "$said_name" != -- ]; do
		printf -v "$said_name" %s "$said_value"
	done
}

# step: let the program go on to its next stop
step() {
	echo >&"${PROGRAM[1]}"
	hear
}

# finish: let the program go on to its end
finish() {
	echo >&"${PROGRAM[1]}"
	wait "$pid" || true
	pid=''
}

# see COMMAND...: show a command, and what it says
see() {
	printf '$ %s\n' "$*"
	"$@" || true
}

# ask FILTER COMMAND...: what jq's FILTER makes of the command's JSON
ask() {
	local filter=$1
	shift
	{ "$@" --json || [ $? = 1 ]; } | jq -r "$filter"
}

# check WHAT GOT EXPECTED
check() {
	checks=$((checks + 1))
	if [ "$2" = "$3" ]; then
		echo "pass: $1: $2"
	else
		wrong=$((wrong + 1))
		echo "FAIL: $1: $2, expected $3"
	fi
}

# holds WHAT EXPRESSION: arithmetic that must be true
holds() {
	checks=$((checks + 1))
	if (($2)); then
		echo "pass: $1"
	else
		wrong=$((wrong + 1))
		echo "FAIL: $1: not so: $2"
	fi
}

# skip_lab WHY: this machine or kernel lacks what the lab is about
skip_lab() {
	echo "skipped: $1"
	exit 4
}

done_lab() {
	echo "$checks checks, $wrong wrong"
	[ "$checks" -gt 0 ] && [ "$wrong" = 0 ]
}

# vma FIELD ADDR: a fact of the mapping that holds an address
vma() {
	ask "[.vmas[] | select(.start <= \"$2\" and \"$2\" < .end and
		(.start | length) == (\"$2\" | length))][0].$1" mmscope vmas "$pid"
}

# at FIELD ADDR [PID]: a fact of the walk to an address
at() {
	ask ".walk[0].$1" mmscope walk "${3:-$pid}" "$2"
}

# present ADDR BYTES: how many pages of a range have a frame
present() {
	ask '[.pages[] | select(.status == "mapped")] | length' mmscope pages "$pid" "$1+$2"
}
