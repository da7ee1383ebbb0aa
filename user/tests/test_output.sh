#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Output that cannot be written is a failure and is said so, by every command, as table and
# as JSON; a reader that goes away is nobody's news. On the fake device.
# Usage: test_output.sh COMMAND

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" output
command=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run() { "$command" --device /dev/null "$@"; }
run snapshot 42 -o "$dir/kept.mms"
MMSCOPE_FAKE=many=3 run snapshot 42 -o "$dir/other.mms"
# Something to be found.
export MMSCOPE_FAKE=permissive=1

# ended COMMAND...: what it says, and its status; 141: SIGPIPE
ended() {
	local status=0
	"$@" 2>"$dir/err" || status=$?
	# There is no program behind the fake device.
	echo "$(grep -v ": not all was checked: " "$dir/err") [$status]"
}
# shellcheck disable=SC2317 # called by ended
full() { run "$@" >/dev/full; }
# Nobody reads, from the beginning on.
# shellcheck disable=SC2317,SC2094 # likewise; a pipe
unread() {
	mkfifo "$dir/pipe"
	exec 4<>"$dir/pipe" 5>"$dir/pipe" 4>&-
	rm "$dir/pipe"
	run "$@" >&5
}

tried=''
while read -r name arguments; do
	tried+="$name"$'\n'
	for json in '' --json; do
		# shellcheck disable=SC2086 # several arguments
		set -- $name $json $arguments
		is "/dev/full: $*" "$(ended full "$@")" "mmscope: write error: No space left on device [1]"
		is "nobody reads: $*" "$(ended unread "$@")" " [141]"
	done
	is "/dev/full: $name --help" "$(ended full "$name" --help)" \
		"mmscope: write error: No space left on device [1]"
done <<-END
	info
	mm 42
	vmas 42
	walk 42 0x10000000
	translate 42 0x10000000
	extents 42
	pages 42
	stat 42
	tables 42
	tasks 42
	store 42
	ops 42
	find 42 0x10000000
	explain 42 0x10000000
	map 42
	gaps 42
	watch 42 --count 2 --interval 0.1
	share $$ $PPID
	rmap 0x110000000
	layout 42
	show $dir/kept.mms
	diff $dir/other.mms 42
	audit 42
	aslr --runs 16 -- /bin/true
	kernel 0xffffffff81000000
	verify self
END
is "maps" "$(ended full vmas 42 --format maps)" "mmscope: write error: No space left on device [1]"

# Those that are left write files, or have the terminal for themselves.
is "every command was tried" \
	"$("$command" --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p' | grep -vxF "$tried" | xargs)" \
	"tui snapshot"
# Not by its own name: what replaces it must not replace that of this machine.
ln -s /dev/full "$dir/full"
for file in "$dir/full" /nowhere/file; do
	[ "$file" = /nowhere/file ] && why="No such file or directory" || why="No space left on device"
	is "snapshot -o ${file##*/}" "$(ended run snapshot 42 -o "$file")" "mmscope: $file: $why [1]"
	is "map --html ${file##*/}" "$(ended run map 42 --html "$file")" "mmscope: $file: $why [1]"
	is "map --svg ${file##*/}" "$(ended run map 42 --svg "$file")" "mmscope: $file: $why [1]"
done
is "a device is left where it is" "$(readlink "$dir/full")" /dev/full

# What -o names may be a pipe, or a link to a file.
shows() { run show "$1" --json | sed 's/"time":"[^"]*"//'; }
export MMSCOPE_FAKE=
ln -s /proc/self/fd/1 "$dir/stdout"
run snapshot 42 -o "$dir/stdout" | cat >"$dir/piped.mms"
is "a recording through a pipe" "$(shows "$dir/piped.mms")" "$(shows "$dir/kept.mms")"
cp "$dir/kept.mms" "$dir/log"
run snapshot 42 -o "$dir/stdout" >>"$dir/log"
is "standard output is gone on with" "$(stat -c %s "$dir/log")" $((2 * $(stat -c %s "$dir/kept.mms")))
head -c 100000 /dev/zero >"$dir/gone"
exec 6<>"$dir/gone"
rm "$dir/gone"
run snapshot 42 -o /proc/self/fd/6
cat /proc/self/fd/6 >"$dir/unlinked.mms"
exec 6>&-
is "a recording in place of what has no name" "$(shows "$dir/unlinked.mms")" "$(shows "$dir/kept.mms")"
ln -s come.mms "$dir/leads.mms"
run snapshot 42 -o "$dir/leads.mms"
is "a link to what is not there yet" "$(shows "$dir/come.mms") $(readlink "$dir/leads.mms")" "$(shows "$dir/kept.mms") come.mms"
: >"$dir/file.mms"
ln -s file.mms "$dir/link.mms"
run snapshot 42 -o "$dir/link.mms"
is "a recording by a link" "$(shows "$dir/file.mms")" "$(shows "$dir/kept.mms")"
is "which stays a link" "$(readlink "$dir/link.mms")" file.mms
finish
