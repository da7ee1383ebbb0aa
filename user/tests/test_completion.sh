#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Completion for bash and for zsh against the command itself: every command, every option
# of each and every column is offered, and what an argument may be.
# Usage: test_completion.sh COMMAND

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" completion
# LeakSanitizer stops the program to look at it, and has been seen to wait for ever below zsh.
export ASAN_OPTIONS=detect_leaks=0
here=$(realpath "${0%/*}")
command=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
touch kept.mms
# shellcheck source-path=SCRIPTDIR source=../completion/mmscope.bash
. "$here/../completion/mmscope.bash"

# by_bash, by_zsh WORD...: what is offered for the last word, one a line
by_bash() {
	COMP_WORDS=("$command" "$@") COMP_CWORD=$#
	COMPREPLY=()
	_mmscope
	printf '%s\n' "${COMPREPLY[@]}"
}

# The builtins of a completion, that work only while one types: what is added is printed,
# if it begins as the word does.
by_zsh() {
	zsh -f -c '
		setopt extended_glob
		compset() { [[ $PREFIX == ${~2}* ]] && { HEAD+=${(M)PREFIX#${~2}} PREFIX=${PREFIX#${~2}} }; }
		compadd() {
			local -a all
			while [[ $1 == -* ]]; do
				case $1 in -S) shift ;; -a) all=(${(P)2}); shift ;; esac
				shift
			done
			all+=("$@")
			print -rl -- $HEAD${^${(M)all:#${PREFIX}*}}
		}
		_files() { compadd *(N) }
		_command_names() { compadd ${(k)commands} }
		words=("${@[2,-1]}") CURRENT=$(($# - 1)) PREFIX=$words[CURRENT] HEAD=
		completion() { . $1 }
		completion $1' zsh "$here/../completion/_mmscope" "$command" "$@"
}

# offers EXPECTED WORD...: the last word is what is typed so far
offers() {
	local expected=$1 shell
	shift
	for shell in bash ${zsh:+zsh}; do
		is "$shell: '$*'" "$("by_$shell" "$@" | grep -Fx -m 1 -e "$expected")" "$expected"
	done
}

# nothing WORD...: no guess
nothing() {
	local shell
	for shell in bash ${zsh:+zsh}; do is "$shell: nothing for '$*'" "$("by_$shell" "$@")" ""; done
}

zsh=$(command -v zsh) || {
	tap_number=$((tap_number + 1))
	echo "ok $tap_number completion: zsh # SKIP no zsh"
}
offers vmas v
offers kept.mms --from k
offers pages --from kept.mms pa
offers pages --color never --json pa
offers START,SIZE vmas self -o START,SI
offers +OPS vmas self -o +O
offers never vmas --color n
offers kept.mms map self --html k
offers kept.mms gaps self --file ''
offers kept.mms snapshot self -o k
offers kept.mms show k
offers kept.mms diff k
offers kept.mms diff kept.mms k
offers $$ diff kept.mms $$
offers self vmas s
offers kept.mms vmas k
offers true aslr -- tru
nothing rmap ''
nothing info ''
nothing pages self --budget ''
nothing stat self --by ''
# With the sign, bash has three words, zsh one.
is "bash: --color=n" "$(by_bash vmas --color = n)" never
is "bash: --color=" "$(by_bash vmas --color = | sort | tail -n 1)" never
[ -z "$zsh" ] || is "zsh: --color=n" "$(by_zsh vmas --color=n)" --color=never

# Whatever is in the help of a command. The names are found otherwise than by completion.
commands=$("$command" --help | awk '/^Commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }')
for name in $commands; do
	help=$("$command" "$name" --help)
	for shell in bash ${zsh:+zsh}; do
		is "$shell: $name" "$("by_$shell" "$name")" "$name"
		is "$shell: options of $name" "$("by_$shell" "$name" -- | sort -u)" \
			"$(grep -oE '^ .{5}[a-z-]+' <<<"$help" | grep -oE -e '--[a-z-]+' | sort -u)"
		[[ $help == *"Columns ("* ]] || continue
		is "$shell: columns of $name" "$("by_$shell" "$name" -o '' | sort)" \
			"$(awk '/^Columns/ { on = 1; next } !NF { on = 0 }
				on { print $1 == "*" ? $2 : $1 }' <<<"$help" | sort)"
	done
done
finish
