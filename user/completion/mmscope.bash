# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of mmscope's command line for bash. Commands, options, columns and what an
# option or a command takes are what the command itself says: nothing here needs to follow it.

_mmscope_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^ \([a-z]\{1,\}\) .*/\1/p'
}

# A line for each option, long and short, and what it takes, if anything.
_mmscope_options() {
	"$@" --help 2>/dev/null |
		sed -nE 's/^ +((-.), )?(--[a-z-]+)( ([A-Z]+))? .*/\3 \5\n\2 \5/p' | grep '^-'
}

_mmscope_columns() {
	"$1" "$2" --help 2>/dev/null |
		sed -n '/^Columns/,/^$/s/^[* ] *\([A-Z_]\{1,\}\)  .*/\1/p'
}

# What stands behind the command, as its usage has it.
_mmscope_arguments() {
	"$1" "$2" --help 2>/dev/null | sed -n "s/^ mmscope $2 \[OPTIONS\] *//p"
}

_mmscope() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i head
	local name argument words=''
	local -A takes=()
	COMPREPLY=()
	# bash takes --name=value for three words.
	[ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$word" != = ] || word=''
	while read -r name argument; do takes[$name]=$argument; done < <(_mmscope_options "${COMP_WORDS[0]}")
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) [ -z "${takes[${COMP_WORDS[i]}]:-}" ] || i=$((i + 1)) ;;
		=) i=$((i + 1)) ;;
		*) command=${COMP_WORDS[i]}; break ;;
		esac
	done
	if [ -n "$command" ]; then
		takes=()
		while read -r name argument; do
			takes[$name]=$argument
		done < <(_mmscope_options "${COMP_WORDS[0]}" "$command")
	fi

	argument=''
	case $before in -?*) argument=${takes[$before]:-} ;; esac
	case $argument in
	'') ;;
	WHEN)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
		return
		;;
	FILE | PATH)
		compopt -o filenames 2>/dev/null || true
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	COLUMNS)
		[ -n "$command" ] || return
		# The last of a list, with those before it.
		head=''
		case $word in *,*) head=${word%,*}, ;; +*) head=+ ;; esac
		mapfile -t COMPREPLY < <(compgen -P "$head" \
			-W "$(_mmscope_columns "${COMP_WORDS[0]}" "$command")" -- "${word#"$head"}")
		compopt -o nospace 2>/dev/null || true
		return
		;;
	*) return ;;
	esac
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "${!takes[*]}" -- "$word")
		return
		;;
	esac
	if [ -z "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_mmscope_commands "${COMP_WORDS[0]}")" -- "$word")
		return
	fi
	# A process may be a recording.
	case $(_mmscope_arguments "${COMP_WORDS[0]}" "$command") in
	*CMD*) mapfile -t COMPREPLY < <(compgen -c -- "$word") ;;
	*PID* | 'A B') words="self $(cd /proc && printf '%s\n' [0-9]*)" ;;&
	*PID* | 'A B' | *FILE*)
		compopt -o filenames 2>/dev/null || true
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; compgen -f -- "$word")
		;;
	esac
}

complete -F _mmscope mmscope
