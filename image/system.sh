# Sourced by build.sh: the content of the root, the same for the disk image and for containers.
#
# make_system DIR PACKAGE KERNEL        a Debian with the gateway's package and what lies in image/root
# make_root_filesystem DIR FILE         as an ext4 file system

# Kernel and boot; the gateway's management; what an operator needs on a console.
SYSTEM_PACKAGES=(
	initramfs-tools busybox zstd systemd-boot udev dbus e2fsprogs dosfstools kmod fdisk
	openssh-server systemd-timesyncd systemd-resolved logrotate ca-certificates
	procps ethtool iputils-ping less vim-tiny jq bash-completion
)

make_system() {
	local directory=$1 package=$2 kernel=$3
	# What lies in image/root is there before the kernel's package makes the initial RAM disk.
	"$root/appliance/clean-root.sh" "$directory" "$kernel" "${SYSTEM_PACKAGES[@]}" -- \
		--dpkgopt=path-exclude='/usr/share/doc/*' --dpkgopt=path-include='/usr/share/doc/*/copyright' \
		--dpkgopt=path-exclude='/usr/share/locale/*' --dpkgopt=path-exclude='/usr/share/man/*' \
		--dpkgopt=path-include='/usr/share/man/man[158]/gateway*' --dpkgopt=path-include='/usr/share/doc/emptcp-gateway/*' \
		--dpkgopt=force-confold \
		--essential-hook="tar -C '$root/image/root' --owner=root --group=root --mode=u=rwX,go=rX -c . | tar -C \"\$1\" --no-overwrite-dir -x" \
		--customize-hook="cp '$package' \"\$1/gateway.deb\"" \
		--customize-hook="chroot \"\$1\" dpkg --install /gateway.deb >/dev/null" \
		--customize-hook="rm \"\$1/gateway.deb\"" \
		--customize-hook="'$root/image/finish.sh' \"\$1\""
}

make_root_filesystem() {
	local directory=$1 file=$2 size
	# Nothing ever writes to it: room is only left for what file systems need themselves.
	size=$(($(du -sm --apparent-size "$directory" | cut -f1) * 115 / 100 + 48))
	[ "$size" -le "$SLOT_MIB" ] || fail "the root needs $size MiB, a slot has $SLOT_MIB: make SLOT_MIB in image/disk.sh larger"
	rm -f "$file"
	mke2fs -q -t ext4 -O ^has_journal -m 0 -N "$(($(find "$directory" | wc -l) + 1000))" -L gateway-root -d "$directory" "$file" "${size}M" ||
		fail "the root file system could not be made"
}
