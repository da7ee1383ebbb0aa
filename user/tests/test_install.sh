#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What make install brings below DESTDIR and prefix is complete and can be used, and make
# uninstall leaves nothing of it. Usage: test_install.sh BUILD-DIRECTORY

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" install
user=$(realpath "${0%/*}/..")
built=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$dir/root prefix=/opt/looking
there() { make -s --no-print-directory -C "$user" O="$built" DESTDIR="$root" prefix=$prefix "$1"; }

there install
is "all is below the prefix" "$(find "$root" ! -type d ! -path "$root$prefix/*")" ""
is "no link leads nowhere" "$(find "$root" -xtype l)" ""
command=$root$prefix/bin/mmscope
is "the command runs" "$("$command" --version | cut -d ' ' -f 1)" mmscope
is "completion" "$(cd "$root$prefix/share" && ls bash-completion/completions/* zsh/site-functions/*)" \
	$'bash-completion/completions/mmscope\nzsh/site-functions/_mmscope'

# Each name has a page; mandoc or man would find it by that name.
man=$root$prefix/share/man
page() { [ -s "$man/man$2/$1.$2" ] || echo "$1($2)"; }
is "a page for every command" "$("$command" --help |
	sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/mmscope-\1/p' |
	while read -r name; do page "$name" 1; done)" ""
is "a page for every function of the library" "$(nm -D --defined-only "$root$prefix/lib/libmmscope.so" |
	sed -n 's/.* T \([a-z_]*\).*/\1/p' | while read -r name; do page "$name" 3; done)" ""
is "the other pages" "$(page mmscope 1; page mmscope-top 1; page libmmscope 3; page mmscope 4; page mmscope 5)" ""

# A program of somebody else's, by what pkg-config says.
export PKG_CONFIG_PATH=$root$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
cat >"$dir/theirs.c" <<'C'
#include <errno.h>
#include <libmmscope.h>

int main(void)
{
	struct mmscope *m;

	return mmscope_open("/nowhere", &m) != -ENOENT;
}
C
build() {
	# shellcheck disable=SC2046 # flags
	cc -o "$dir/theirs" "$dir/theirs.c" $(pkg-config "$@" --cflags --libs libmmscope) 2>&1
}
is "a program with the shared library" "$(build && LD_LIBRARY_PATH=$root$prefix/lib "$dir/theirs" && echo runs)" runs
rm "$root$prefix/lib/libmmscope.so"
is "a program with the static one" "$(build --static && "$dir/theirs" && echo runs)" runs
is "its version" "$(pkg-config --modversion libmmscope)" "$("$command" --version | cut -d ' ' -f 2)"

there uninstall
is "nothing is left" "$(find "$root" -mindepth 1)" ""

# Where others have installed, too, theirs stays.
there install
touch "$root$prefix/bin/other" "$man/man1/other.1"
there uninstall
is "what belongs to others stays" "$(cd "$root$prefix" && find . ! -type d | sort)" \
	$'./bin/other\n./share/man/man1/other.1'
finish
