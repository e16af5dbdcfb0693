#!/usr/bin/env bash
# Makes, from Debian 12 and the gateway's package, what runs a gateway without an installation.
#
# build.sh [--output DIR] [--package FILE] [--kernel PACKAGE]
#   --output DIR       out/image if not given; gets
#                        gateway.img        disk image: UEFI, two slots for the root, the state partition grows at the first boot
#                        gateway.root.zst   the root alone, for gateway-slot(8) of a gateway that runs
#                        gateway.oci        the same root for containers, an OCI layout with the tag gateway
#   --package FILE     a package of appliance/package.sh; built if not given
#   --kernel PACKAGE   linux-image-6.12-cloud-amd64 if not given, for virtual machines; linux-image-6.12-amd64 has drivers of hardware
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/appliance/prerequisites.sh"
. "$root/image/system.sh"
. "$root/image/disk.sh"
. "$root/image/oci.sh"

output=$root/out/image package= kernel=linux-image-6.12-cloud-amd64
while [ $# -gt 0 ]; do
	case $1 in
	--output) output=${2:?--output needs a directory} && shift 2 ;;
	--package) package=${2:?--package needs a file} && shift 2 ;;
	--kernel) kernel=${2:?--kernel needs the name of a package} && shift 2 ;;
	*) fail "'$1' is not known: build.sh [--output DIR] [--package FILE] [--kernel PACKAGE]" ;;
	esac
done
[ "$(dpkg --print-architecture)" = amd64 ] || fail "images are built on amd64 only"
prerequisites mmdebstrap e2fsprogs dosfstools mtools fdisk zstd umoci
[ -z "$package" ] || [ -f "$package" ] || fail "$package is not there: build it with appliance/package.sh"

mkdir -p "$output"
work=$(mktemp -d -p "$output")
trap 'rm -rf --one-file-system "$work"' EXIT

if [ -z "$package" ]; then
	"$root/appliance/package.sh" --output "$work/package" --programs "$work/programs"
	package=$(echo "$work"/package/*.deb)
fi
echo "== root"
make_system "$work/system" "$package" "$kernel"
make_root_filesystem "$work/system" "$work/root"
zstd --quiet -T0 -3 "$work/root" -o "$work/gateway.root.zst"
echo "== disk"
make_disk "$work/system" "$work/root" "$work/gateway.img"
echo "== OCI"
make_oci "$work/system" "$work/gateway.oci"

rm -rf "$output/gateway.oci"
mv "$work"/gateway.{img,root.zst,oci} "$output"
ls -d "$output"/gateway.{img,root.zst,oci}
