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

# kernel_row NAME: sets k_suite k_arch k_image k_headers k_build k_boot k_append k_qemu
kernel_row() {
	local row
	# Built as others are whose suite is so (scripts/built/kernel.sh), but not among
	# kernel_names, for the tests of all kernels do not include them.
	# shellcheck disable=SC2034 # for the caller
	case $1 in
	debug | kcsan)
		k_suite=built k_arch=amd64 k_image=linux-source-6.12 k_headers=$k_image
		k_build=here k_boot=vmlinux k_append='' k_qemu=''
		return
		;;
	esac
	row=$(awk -v name="$1" '!/^#/ && $1 == name' "$top/scripts/kernels")
	[ -n "$row" ] || die -2 "kernel '$1': not in scripts/kernels" \
		"known: $(kernel_names | xargs)"
	# shellcheck disable=SC2034 # for the caller
	read -r _ k_suite k_arch k_image k_headers k_build k_boot k_append k_qemu <<<"$row"
	[ "$k_append" != - ] || k_append=
	[ "$k_qemu" != - ] || k_qemu=
}

# guest_suite ARCH: the suite whose programs run in a guest of that architecture: the
# one this machine's own cross compilers are made for, where it has that port.
guest_suite() {
	case $1 in
	riscv64) echo trixie ;;
	*) echo bookworm ;;
	esac
}

# gnu_type ARCH: what its cross compilers are called by
gnu_type() {
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	i386) echo i686-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	riscv64) echo riscv64-linux-gnu ;;
	*) die -4 "architecture $1: no support" "see Documentation/porting.rst" ;;
	esac
}

# kernel_cc ARCH: the compiler for its kernels and their modules
kernel_cc() {
	local type
	type=$(gnu_type "$1") || return
	case $1 in
	amd64 | i386) echo gcc-12 ;;
	*) echo "$type-gcc-12" ;;
	esac
}

# machine ARCH: sets emulator, machine, cpu (for TCG), console, tty (of --terminal), and
# native when this machine's processor can run it itself.
# shellcheck disable=SC2034 # for the caller
machine() {
	emulator='' machine=() cpu=max console=ttyS0 tty=hvc0 native=''
	# A 32-bit kernel knows AMD only without SMP; qemu-system-i386 (7.2) finds no page table
	# above 4 GiB. Without erms string copies count as their loops; la57 is for a row to ask for.
	case $1 in
	amd64) emulator=qemu-system-x86_64 machine=(-M q35) cpu=max,-erms,-fsrm,la57=off ;;
	i386) emulator=qemu-system-x86_64 machine=(-M q35) cpu=max,-erms,-fsrm,vendor=GenuineIntel ;;
	arm64) emulator=qemu-system-aarch64 machine=(-M virt) cpu=max,pauth-impdef=on console=ttyAMA0 ;;
	riscv64) emulator=qemu-system-riscv64 machine=(-M virt) cpu=rv64 ;;
	*) die "architecture $1: no machine for it" "teach scripts/lib.sh: machine()" ;;
	esac
	case $(uname -m)/$1 in x86_64/amd64 | x86_64/i386 | aarch64/arm64) native=1 ;; esac
}

# need COMMAND PURPOSE: PURPOSE is one that scripts/setup knows
need() {
	command -v "$1" >/dev/null || die -4 "$1: not installed" "run: scripts/setup --for $2"
}

# apt_lists_of SUITE ARCH: sets apt_lists_dir, where apt keeps what it knows of that
# suite for that architecture, and apt_own when that is what the machine itself runs.
apt_lists_of() {
	local own
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")/$(dpkg --print-architecture)
	apt_own='' apt_lists_dir=$cache/apt/$1-$2/lists
	[ "$1/$2" != "$own" ] || apt_own=1 apt_lists_dir=/var/lib/apt/lists
}

# apt_options SUITE ARCH: sets apt_opts, with which apt sees that suite for that
# architecture. The machine's own needs nothing; for any other one apt gets lists of
# its own in the cache, from the machine's own mirrors.
apt_options() {
	local own dir new
	apt_lists_of "$1" "$2"
	apt_opts=(-qq -o Acquire::Retries=5)
	# As root apt downloads as user _apt, who cannot write to our directories.
	[ "$(id -u)" != 0 ] || apt_opts+=(-o APT::Sandbox::User=root)
	[ -z "$apt_own" ] || return 0

	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	dir=$cache/apt/$1-$2
	new=$dir/sources.list.$BASHPID
	mkdir -p "$dir"/{lists,archives}/partial
	# Suites named alike on the same mirrors; unstable has no security updates.
	# shellcheck disable=SC2016 # apt's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 'Component: main' |
		awk -v own="$own" -v suite="$1" '
			$2 == own || ($2 == own "-security" && suite != "sid") {
				sub(own, suite, $2)
				print "deb", $1, $2, "main"
			}' | sort -u >"$new"
	[ -s "$new" ] || die "apt: no source of Debian $own found" \
		"look at: apt-get indextargets"
	mv "$new" "$dir/sources.list"
	: >"$dir/status" # nothing is installed there
	# Suites that are no longer kept up have lists out of date.
	apt_opts+=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=-
		-o "Dir::State::Lists=$dir/lists" -o "Dir::State::status=$dir/status"
		-o "Dir::Cache=$dir" -o "APT::Architecture=$2" -o "APT::Architectures=$2"
		-o Acquire::Check-Valid-Until=false -o Acquire::Languages=none)
}

# apt_field PACKAGE FIELD: of the version apt would take; nothing if it knows none
apt_field() {
	apt-cache "${apt_opts[@]}" --no-all-versions show "$1" 2>/dev/null |
		sed -n "s/^$2: //p" | head -n1
}

# Ask the archive; again when a mirror is just being changed.
apt_update() {
	local try
	for try in 1 2 3; do
		# apt calls it a success when it has only some of the lists.
		apt-get "${apt_opts[@]}" -o APT::Update::Error-Mode=any update >&2 && return
		sleep $((try * 10))
	done
	return 1
}

# apt_lists PACKAGE: make sure that apt knows PACKAGE, by asking the archive when it
# does not. Lists in the cache nobody else refreshes: once a week.
apt_lists() {
	if [ -n "$(apt_field "$1" Version)" ]; then
		[ -z "$apt_own" ] || return 0
		[ -n "$(find "$apt_lists_dir" -maxdepth 0 -mtime +7)" ] || return 0
	fi
	[ -z "$apt_own" ] || [ "$(id -u)" = 0 ] ||
		die "$1: unknown to apt" "run as root: apt-get update"
	apt_update || true
	[ -n "$(apt_field "$1" Version)" ] || die "$1: unknown to apt, also after apt-get update" \
		"is there a network, and still such a package?"
}

# Download packages NAME=VERSION into the directory $1; apt checks the checksums.
apt_download() {
	local dir=$1
	shift
	(cd "$dir" && apt-get "${apt_opts[@]}" download "$@" >&2)
}

# linux_source DIR [TAR-ARGUMENT...]: the source of Debian's 6.12, or what of it the
# arguments name, into DIR. The package is some 150 MB and is not kept.
linux_source() {
	local dir=$1 package=linux-source-6.12
	shift
	apt_download "$dir" "$package" || return
	dpkg-deb --fsys-tarfile "$dir"/linux-source-*.deb |
		tar -xO "./usr/src/$package.tar.xz" |
		xz -dc -T0 |
		tar -x -C "$dir" --strip-components=1 "$@" || return
	rm "$dir"/linux-source-*.deb
}

# unpack_deb FILE DIR: without its scripts; old packages have /lib, new ones /usr/lib
unpack_deb() {
	local dir
	for dir in bin lib sbin; do
		mkdir -p "$2/usr/$dir"
		[ -e "$2/$dir" ] || ln -s "usr/$dir" "$2/$dir"
	done
	dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"
}

# in_root ROOT COMMAND...: with ROOT as /, but the checkout and the cache where they are
in_root() {
	local user=()
	[ "$(id -u)" = 0 ] || user=(--map-root-user)
	# shellcheck disable=SC2016 # of the inner shell
	unshare "${user[@]}" --mount bash -euc '
		root=$1
		shift
		for dir in /proc /dev "$top" "$cache"; do
			mkdir -p "$root$dir"
			mount --rbind "$dir" "$root$dir"
		done
		exec chroot "$root" env -C "$PWD" PATH=/usr/sbin:/usr/bin LANG=C "$@"' in_root "$@"
}

# lock FILE: hold it till this process ends. Descriptors pass to children, so
# what may outlive us is started with 9>&-.
lock() {
	mkdir -p "${1%/*}"
	exec 9>"$1"
	flock 9
}

# beside FUNCTION NAME...: FUNCTION NAME for each, as many at a time as there are
# processors; each keeps its own status
beside() {
	local function=$1 running=0 name
	shift
	for name; do
		if [ $running -ge "$(nproc)" ]; then
			wait -n || true
			running=$((running - 1))
		fi
		"$function" "$name" &
		running=$((running + 1))
	done
	wait
}

# traced_lines KO SECTION: FILE:LINE of each offset on stdin, of a module built with KCFLAGS=-g
traced_lines() {
	addr2line -e "$1" -j "$2" |
		sed -n 's|^.*/module/||; s| (discriminator.*||; /^tests\//d; /^[a-z_]*\/*[a-z_0-9]*\.[ch]:[0-9]/p'
}

# traced_places KO SECTION: offsets of the calls by which the compiler reports a place, of
# the four bytes that say where they go
traced_places() {
	objdump -r -j "$2" "$1" | awk '/__sanitizer_cov_trace_pc/ { print $1 }'
}

# report_lines NAME ALL REACHED [REASONS]: of two sorted lists of FILE:LINE below module/,
# how many lines of each file were reached, then those that were not, with their text.
# REASONS: a file with FILE, a pattern for the text, and why no test comes there.
report_lines() {
	local name=$1 all=$2 reached=$3 reasons=${4:-/dev/null} file line text on pattern reason why
	comm -12 "$all" "$reached" | awk -F: -v all="$all" -v name="$name" '
		{ reached[$1]++; sum++ }
		END {
			while (getline <all) { nr[$1]++; total++ }
			for (file in nr)
				printf "%-24s %4d of %4d lines\n", file, reached[file], nr[file] | "sort"
			close("sort")
			printf "%s: %d of %d lines of module/ reached, %.1f%%\n", name, sum, total,
				100 * sum / total
		}'
	echo "not reached:"
	comm -23 "$all" "$reached" | sort -t: -k1,1 -k2,2n | while IFS=: read -r file line; do
		text=$(sed -n "${line}s/^[[:space:]]*//p" "$top/module/$file") why=''
		while IFS=$'\t' read -r on pattern reason; do
			# shellcheck disable=SC2053 # patterns
			if [[ $on == "$file" && $text == $pattern ]]; then
				why=$reason
				break
			fi
		done <"$reasons"
		printf '  %s:%s: %s%s\n' "$file" "$line" "$text" "${why:+   ($why)}"
	done
}

# In the guest: a swap device in compressed memory.
swap_on() {
	! grep -q zram0 /proc/swaps || return 0
	[ -e /sys/block/zram0 ] || modprobe zram num_devices=1
	echo 512M >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0
}
