#!/usr/bin/env bash
# Called by mmdebstrap with the root: what remains to be set when all packages are installed.
set -euo pipefail
target=$1

# What must differ from machine to machine is made at the first boot.
rm -f "$target"/etc/ssh/ssh_host_*_key* "$target/var/lib/systemd/random-seed" "$target/var/lib/dbus/machine-id"
# Empty, not "uninitialized": systemd would take that for a first boot and enable every unit, sshd too.
: >"$target/etc/machine-id"
echo gateway >"$target/etc/hostname"
printf '127.0.0.1\tlocalhost\n127.0.1.1\tgateway\n::1\tlocalhost\n' >"$target/etc/hosts"
ln -sf /run/systemd/resolve/stub-resolv.conf "$target/etc/resolv.conf"

enable() { chroot "$target" systemctl --quiet enable "$@"; }
enable systemd-networkd.service systemd-resolved.service systemd-timesyncd.service serial-getty@ttyS0.service
enable gateway-config.service gateway-policy.service gateway-healthy.service gateway-trial.timer gateway-grow.service
# Off until the configuration names keys. Nothing waits for all links of a gateway to be up.
chroot "$target" systemctl --quiet disable ssh.service ssh.socket systemd-networkd-wait-online.service
# An image is updated as a whole.
chroot "$target" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service systemd-remount-fs.service

# Kernel and initial RAM disk under names that do not change; the loader's partition has copies of each slot's.
kernel=$(basename "$target"/boot/vmlinuz-*)
mv "$target/boot/$kernel" "$target/boot/vmlinuz"
mv "$target/boot/initrd.img-${kernel#vmlinuz-}" "$target/boot/initrd.img"
rm -f "$target"/{vmlinuz,initrd.img}{,.old} "$target"/boot/System.map-*

# Units stand for them; asking after them takes systemctl a while on a slow machine.
rm -rf "$target"/etc/init.d/* "$target"/etc/rc?.d

mkdir -p "$target/state" "$target/efi" "$target/etc/gatewayd/tls" "$target/var/log/journal"
chmod 0700 "$target/etc/gatewayd/tls"
rm -rf "$target"/var/cache/apt/* "$target"/var/lib/apt/lists/* "$target"/var/log/*.log "$target"/var/log/apt
