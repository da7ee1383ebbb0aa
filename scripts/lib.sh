# shellcheck shell=bash
# Functions shared by the scripts here. To be sourced; does nothing by itself.
# The sourcing script has set -euo pipefail and begins with a comment block, which
# is also its --help text.

me=${0##*/}
top=$(realpath "${BASH_SOURCE[0]%/*}/..")
cache=${MMSCOPE_CACHE:-${XDG_CACHE_HOME:-${HOME:?not set}/.cache}/mmscope}
export top cache

warn() { echo "$me: $*" >&2; }

# die [-STATUS] "what: why" [hint]
die() {
	local status=1
	case $1 in -[0-9]*) status=${1#-}; shift ;; esac
	warn "$1"
	[ -z "${2:-}" ] || echo "  $2" >&2
	exit "$status"
}

# The comment block at the head of the running script, as help.
help() {
	sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//; p' "$0"
}

# usage WHAT: a mistake on the command line
usage() {
	die -2 "$1" "try: ${0} --help"
}

# value OPTION COUNT: the option needs a word behind it
value() {
	[ "$2" -ge 2 ] || usage "$1: needs a value"
}

kernel_names() {
	awk '!/^#/ && NF { print $1 }' "$top/scripts/kernels"
}

# kernel_row NAME: sets k_suite k_arch k_image k_headers k_qemu
kernel_row() {
	local row
	row=$(awk -v name="$1" '!/^#/ && $1 == name' "$top/scripts/kernels")
	[ -n "$row" ] || die -2 "kernel '$1': not in scripts/kernels" \
		"known: $(kernel_names | xargs)"
	# shellcheck disable=SC2034 # for the caller
	read -r _ k_suite k_arch k_image k_headers k_qemu <<<"$row"
	[ "$k_qemu" != - ] || k_qemu=
}

# need COMMAND PURPOSE: PURPOSE is one that scripts/setup knows
need() {
	command -v "$1" >/dev/null || die -4 "$1: not installed" "run: scripts/setup --for $2"
}

# apt_options SUITE ARCH: sets apt_opts, with which apt sees that suite.
# The suites of the machine's own sources are all that is needed so far.
apt_options() {
	local own
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ "$1/$2" = "$own/$(dpkg --print-architecture)" ] ||
		die "$1/$2: not this machine's suite and architecture ($own/$(dpkg --print-architecture))"
	apt_opts=(-qq)
	# As root apt downloads as user _apt, who cannot write to our directories.
	[ "$(id -u)" != 0 ] || apt_opts+=(-o APT::Sandbox::User=root)
}

# apt_field PACKAGE FIELD: of the version apt would take; nothing if it knows none
apt_field() {
	apt-cache "${apt_opts[@]}" --no-all-versions show "$1" 2>/dev/null |
		sed -n "s/^$2: //p" | head -n1
}

# apt_lists PACKAGE: make sure that apt knows PACKAGE, on a fresh machine by asking
# the archive once.
apt_lists() {
	[ -z "$(apt_field "$1" Version)" ] || return 0
	[ "$(id -u)" = 0 ] || die "$1: unknown to apt" "run as root: apt-get update"
	apt-get "${apt_opts[@]}" update >&2 || true
	[ -n "$(apt_field "$1" Version)" ] || die "$1: unknown to apt, also after apt-get update"
}

# Download packages NAME=VERSION into the directory $1; apt checks the checksums.
apt_download() {
	local dir=$1
	shift
	(cd "$dir" && apt-get "${apt_opts[@]}" download "$@" >&2)
}

# lock FILE: hold it till this process ends. Descriptors pass to children, so
# what may outlive us is started with 9>&-.
lock() {
	mkdir -p "${1%/*}"
	exec 9>"$1"
	flock 9
}
