# shellcheck shell=bash disable=SC2154,SC2034 # the sourcing script's variables
# How a kernel that finds mistakes is built, in the place of fetching one: sourced by
# scripts/kernel for the names that lib.sh calls built. The source is Debian's
# linux-source, the configuration guest.config and NAME.config beside this file. Only
# the image and the headers are kept, under a key of all they were made from.

store=$cache/kernels/$name
# Whose source it is, and who must know of it.
k_suite=bookworm
fragments=("$top/scripts/debug/guest.config" "$top/scripts/debug/$name.config")
log=$store.log
for tool in bc:build flex:build bison:build gcc-12:build; do need "${tool%:*}" "${tool#*:}"; done
# More than apt's lists can have changed since it was made.
if [ -n "$(find "$top/scripts/debug" -newer "$store/checked" 2>/dev/null)" ]; then
	rm -f "$store/checked" # others may be here as well
fi

wanted() {
	local version
	version=$(apt_field "$k_image" Version)
	echo "${version:+$version-$(cat "${fragments[@]}" "$top/scripts/debug/kernel.sh" | sha256sum | cut -c1-12)}"
}

download() {
	mkdir -p "$1"
	linux_source "$1" --exclude='arch/[!x]*/*.[chS]' --exclude='arch/*/boot/dts' \
		--exclude='Documentation/*/*'
}

# kernel_make OBJ ARGUMENT...: the same bytes every time
kernel_make() {
	local obj=$1
	shift
	make -s -C "$source" O="$obj" CC=gcc-12 HOSTCC=gcc-12 \
		KBUILD_BUILD_TIMESTAMP=1970-01-01 KBUILD_BUILD_USER=mmscope KBUILD_BUILD_HOST=guest "$@" >>"$log" 2>&1 9>&- || {
		tail -n 20 "$log" >&2
		die "kernel $name: does not build" "log: $log"
	}
}

# All that the fragments ask for must have come true.
configure() {
	local obj=$1 option missing=''
	cat "${fragments[@]}" >"$obj/fragment"
	kernel_make "$obj" KCONFIG_ALLCONFIG="$obj/fragment" allnoconfig
	while read -r option; do
		grep -qxF "$option" "$obj/.config" || missing+=" $option"
	done < <(grep '^CONFIG_' "$obj/fragment")
	[ -z "$missing" ] || die "kernel $name: the source has no$missing" \
		"correct the files in scripts/debug/"
}

unpack() {
	local dir=$1 source=$1/debs obj=$1/obj release headers
	: >"$log"
	mkdir -p "$obj" "$dir/boot"
	warn "kernel $name: building it, once; some ten minutes on two processors"
	configure "$obj"
	kernel_make "$obj" -j"$(nproc)" bzImage modules
	release=$(<"$obj/include/config/kernel.release")
	headers=$dir/usr/src/linux-headers-$release
	mkdir -p "$headers" "$dir/lib/modules/$release"
	# shellcheck disable=SC2016 # $( is make's
	kernel_make "$obj" run-command \
		KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$headers"
	cp "$obj/.config" "$headers/"
	cp "$obj"/modules.{builtin,builtin.modinfo,order} "$dir/lib/modules/$release/"
	depmod -b "$dir" "$release"
	cp "$obj/arch/x86/boot/bzImage" "$dir/boot/vmlinuz-$release"
	strip -o "$dir/boot/vmlinux-$release" "$obj/vmlinux"
	make_initrd "$dir" "$release" "$dir/boot/initrd-$release"
	rm -rf "$source" "$obj"
	echo "$release" >"$dir/release"
	chmod 755 "$dir"
}
