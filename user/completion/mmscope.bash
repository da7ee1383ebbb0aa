# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of mmscope's command line for bash. Commands, options and columns are what
# the command itself says: nothing here needs to follow it.

_mmscope_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^ \([a-z]\{1,\}\) .*/\1/p'
}

_mmscope_options() {
	"$@" --help 2>/dev/null | grep -oE -- '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

_mmscope_columns() {
	"$1" "$2" --help 2>/dev/null |
		sed -n '/^Columns/,/^$/s/^[* ] *\([A-Z_]\{1,\}\)  .*/\1/p'
}

_mmscope() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i head
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-o | --output | --color | --device) i=$((i + 1)) ;;
		-*) ;;
		*) command=${COMP_WORDS[i]}; break ;;
		esac
	done
	case $before in
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
		return
		;;
	--device | --html | --svg)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	-o | --output)
		[ -n "$command" ] || return
		# The last of a list, with those before it.
		head=''
		case $word in *,*) head=${word%,*}, ;; +*) head=+ ;; esac
		mapfile -t COMPREPLY < <(compgen -P "$head" \
			-W "$(_mmscope_columns "${COMP_WORDS[0]}" "$command")" -- "${word#"$head"}")
		compopt -o nospace 2>/dev/null || true
		return
		;;
	esac
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen \
			-W "$(_mmscope_options "${COMP_WORDS[0]}" ${command:+"$command"})" -- "$word")
		;;
	*)
		if [ -z "$command" ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_mmscope_commands "${COMP_WORDS[0]}")" -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen \
				-W "self $(cd /proc && printf '%s\n' [0-9]*)" -- "$word")
		fi
		;;
	esac
}

complete -F _mmscope mmscope
