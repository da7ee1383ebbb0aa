#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs every command line that README, Documentation, manual pages and --help show, on the
# fake device: each must be understood and say something. A process that only the text has
# is replaced by "self".
# Usage: test_docs.sh COMMAND TOP

set -euo pipefail
command=$1 top=$2 number=0 failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export MMSCOPE_FAKE=''

# Lines of literal blocks, of manual pages, and examples of --help.
lines() {
	sed -nE 's|^    (\$ )?(build/user/)?mmscope ([^\|<>]*)$|\3|p' \
		"$top"/README*.md "$top"/Documentation/*.rst
	sed -nE 's/^\.Dl [#$] mmscope ([^\|<>]*)$/\1/p' "$top"/Documentation/man/*.1 | tr -d '\\&'
	"$command" --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p' | while read -r name; do
		"$command" "$name" --help | sed -n '/^Example:/,/^$/s/^ mmscope //p'
	done
}

while read -r line; do
	# Without a process of its own only "self" can be looked at; symbols need one, too.
	[[ " $line " == *" self "* || $line == info* ]] || continue
	# One without an end, and one for several processes, have tests of their own.
	[[ $line != *[\<\>\|]* && $line != watch* && $line != share* ]] || continue
	read -ra words <<<"${line%%  #*}"
	number=$((number + 1)) status=0
	"$command" --device /dev/null "${words[@]}" >out 2>err </dev/null || status=$?
	# On standard output, or in the file that it was to write.
	[ -n "$(find . -type f ! -name err -size +0)" ] || [ $status = 4 ] || status=2
	# It has neither all names nor all flags of a real process.
	! grep -qE 'no such symbol|is called so$|not a flag of' err || status=4
	if [ $status = 4 ]; then
		# The fake device has not all that a kernel has.
		echo "ok $number mmscope $line # SKIP $(head -n 1 err)"
	elif [ $status = 2 ]; then
		failed=1
		echo "not ok $number mmscope $line"
		sed 's/^/# /' err
	else
		echo "ok $number mmscope $line"
	fi
	rm -f -- *
done < <(lines | sed -E 's/^([a-z]+) ([0-9]+|\$\$)( |$)/\1 self\3/' | sort -u)
[ "$number" -ge 10 ] || failed=1
echo "1..$number"
exit $failed
