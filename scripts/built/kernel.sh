# shellcheck shell=bash disable=SC2154,SC2034 # the sourcing script's variables
# How a kernel that Debian does not have is built, in the place of fetching one: sourced by
# scripts/kernel for those whose suite is "built". The source is Debian's linux-source, the
# configuration guest.config, guest.ARCH.config and NAME.config beside this file. Only the
# image and the headers are kept, under a key of all they were made from.

store=$cache/kernels/$name
# Whose source it is, and who must know of it.
k_suite=bookworm
fragments=("$top/scripts/built/"{guest,"guest.$k_arch","$name"}.config)
log=$store.log
case $k_arch in
amd64) arch=x86 image=bzImage ;;
arm64) arch=arm64 image=Image ;;
*) die "architecture $k_arch: not known how its kernels are built" "teach scripts/built/kernel.sh" ;;
esac
cc=$(kernel_cc "$k_arch")
for tool in bc:build flex:build bison:build gcc-12:build "$cc:matrix"; do
	need "${tool%:*}" "${tool#*:}"
done
# More than apt's lists can have changed since it was made.
if [ -n "$(find "$top/scripts/built" -newer "$store/checked" 2>/dev/null)" ]; then
	rm -f "$store/checked" # others may be here as well
fi

wanted() {
	local version
	version=$(apt_field "$k_image" Version)
	echo "${version:+$version-$(cat "${fragments[@]}" "$top/scripts/built/kernel.sh" | sha256sum | cut -c1-12)}"
}

download() {
	mkdir -p "$1"
	linux_source "$1" --exclude="arch/[!${arch::1}]*/*.[chS]" --exclude='arch/*/boot/dts' \
		--exclude='Documentation/*/*'
}

# kernel_make OBJ ARGUMENT...: the same bytes every time
kernel_make() {
	local obj=$1
	shift
	make -s -C "$source" O="$obj" ARCH="$arch" CROSS_COMPILE="$(gnu_type "$k_arch")-" \
		CC="$cc" HOSTCC=gcc-12 \
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
		"correct the files in scripts/built/"
}

unpack() {
	local dir=$1 source=$1/debs obj=$1/obj release headers
	: >"$log"
	mkdir -p "$obj" "$dir/boot"
	warn "kernel $name: building it, once; some ten minutes on two processors"
	configure "$obj"
	kernel_make "$obj" -j"$(nproc)" "$image" modules
	release=$(<"$obj/include/config/kernel.release")
	headers=$dir/usr/src/linux-headers-$release
	mkdir -p "$headers" "$dir/lib/modules/$release"
	# The programs there are for this machine, whatever the module will be for.
	# shellcheck disable=SC2016 # $( is make's
	kernel_make "$obj" run-command \
		KBUILD_RUN_COMMAND='CC=$(HOSTCC) $(srctree)/scripts/package/install-extmod-build '"$headers"
	sed -i "1i ARCH := $arch\\nCROSS_COMPILE := $(gnu_type "$k_arch")-" "$headers/Makefile"
	cp "$obj/.config" "$headers/"
	cp "$obj"/modules.{builtin,builtin.modinfo,order} "$dir/lib/modules/$release/"
	depmod -b "$dir" "$release"
	cp "$obj/arch/$arch/boot/$image" "$dir/boot/vmlinuz-$release"
	"$(gnu_type "$k_arch")-strip" -o "$dir/boot/vmlinux-$release" "$obj/vmlinux"
	make_initrd "$dir" "$release" "$dir/boot/initrd-$release"
	rm -rf "$source" "$obj"
	echo "$release" >"$dir/release"
	chmod 755 "$dir"
}
