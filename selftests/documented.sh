#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every command line of mmscope that README, Documentation, the manual pages and --help
# show, run as it stands by the shell on a real process: each must be understood and say
# something. Only what belongs to the process of the text is changed: its number, its
# addresses, its frames. TAP on stdout.

set -euo pipefail
top=${MMSCOPE_TOP:?} number=0 failed=0
for tool in python3 jq setpriv pidof; do
	command -v "$tool" >/dev/null || { echo "1..0 # SKIP no $tool" && exit 4; }
done
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir"

# Literal blocks, manual pages, examples of --help. What begins otherwise than with a
# command's name is text or output.
lines() {
	local commands
	commands=$(mmscope --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p')
	{
		sed -nE 's|^    (\$ )?(build/user/)?(.*\bmmscope .*)$|\3|p' "$top"/README*.md "$top"/Documentation/*.rst
		sed -nE 's/^\.Dl [#$] (.*\bmmscope .*)$/\1/p' "$top"/Documentation/man/*.1 | tr -d '\\&'
		for command in $commands; do
			mmscope "$command" --help | sed -n '/^Example:/,/^$/s/^ mmscope/mmscope/p'
		done
	} | sed 's/  *#.*//' | grep -E "^mmscope (${commands//$'\n'/|})( |$)" | sort -u
}

# A process of the text: the shell, with symbols, a heap and swapped pages.
start() {
	"$@" &
	pids+=($!)
}
# shellcheck disable=SC2016 # for the shell that is started
for _ in 1 2 3; do
	start bash -c 'trap "data=\$(printf %0400000d 1)" USR1; while :; do sleep 600 & wait; done'
done
# One that is not position-independent.
start python3 -c 'import time; time.sleep(600)'
start setpriv --reuid 33 sleep 600
ln -s "$(command -v sleep)" sshd
start ./sshd 600
pid=${pids[0]}
until grep -q . "/proc/$pid/task/$pid/children"; do sleep 0.05; done
va=$(mmscope mm "$pid" --json | jq -r .mm.start_stack)
pa=$(mmscope translate "$pid" "$va" --json | jq -r '.translate[0].pa')
echo "$va" >addresses
mkdir kept
mmscope snapshot "$pid" --pages -o kept/before.mms
cp kept/before.mms kept/a.mms

# Since then it has changed, and has swapped pages.
children() { wc -w <"/proc/$pid/task/$pid/children"; }
kill -USR1 "$pid"
until [ "$(children)" -ge 2 ]; do sleep 0.05; done
read -r from to < <(mmscope vmas "$pid" --json |
	jq -r '[.vmas[] | select(.kind == "heap")][0] | .start + " " + .end')
python3 - "$pid" "$from" "$to" <<'PYTHON'
import ctypes, os, struct, sys
pid, start, end = (int(word, 0) for word in sys.argv[1:])
middle = (start + end) // 2 & ~0xfff
range_of = struct.pack("QQ", middle, end - middle)
PROCESS_MADVISE, MADV_PAGEOUT = 440, 21
ctypes.CDLL(None).syscall(PROCESS_MADVISE, os.pidfd_open(pid), range_of, 1, MADV_PAGEOUT, 0)
PYTHON

# The line, of the processes that are there.
substitute() {
	local line=$1 frames=$va
	[[ $line != "mmscope rmap "* ]] || frames=$pa
	sed -E "s/ 0x[0-9a-f]{7,}/ $frames/g
		s/^(mmscope [a-z]+|mmscope diff [a-z.]+) ([0-9]+|self)\b/\1 $pid/
		s/^(mmscope share $pid) [0-9]+/\1 ${pids[1]}/
		s/^(mmscope share $pid ${pids[1]}) [0-9]+/\1 ${pids[2]}/" <<<"$line"
}

# run LINE: 0 if it did what it should
run() {
	local status=0
	# Not as something new.
	cp -p kept/* .
	case $1 in
	# Has no end of its own as long as the process has none.
	*" watch "[0-9]*) timeout -s INT 5 bash -c "$1" >out 2>err </dev/null || status=$? ;;
	*) bash -o pipefail -c "$1"$'\nexit $?' >out 2>err </dev/null || status=$? ;;
	esac
	case $1/$status in
	# Two that do not differ: nothing is right.
	*"| diff "*/0) return 0 ;;
	*/0 | *" watch "*/124) ;;
	# 1: something was found.
	*" diff "*/1 | *" audit "*/1) ;;
	# It asks for a terminal; user/tests/terminal gives it one.
	*" tui"*/1) grep -q terminal err && return 0 || return 1 ;;
	*) echo "status $status" >>err && return 1 ;;
	esac
	# On standard output, or in the file that it is to write.
	[ -n "$(find . -maxdepth 1 -newer kept -type f ! -name err -size +0)" ]
}

mapfile -t shown < <(lines)
for line in "${shown[@]}"; do
	number=$((number + 1))
	touch kept
	actual=$(substitute "$line")
	if run "$actual"; then
		echo "ok $number ${line#mmscope }"
	else
		echo "not ok $number ${line#mmscope }"
		echo "# $actual"
		sed 's/^/# /' err
		failed=1
	fi
	find . -maxdepth 1 -type f ! -name addresses -delete
done
echo "1..$number"
[ "$number" -ge 60 ] && [ $failed = 0 ]
