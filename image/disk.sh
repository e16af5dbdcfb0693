# Sourced by build.sh: the disk image. No loop device is needed: file systems are made beside it and copied in.
#
#   1  gateway-esp     FAT: systemd-boot, kernel and initial RAM disk of each slot, an entry for each
#   2  gateway-a       root, ext4, never written but by gateway-slot
#   3  gateway-b       the other root
#   4  gateway-state   ext4: what is changed in /etc and /var, for both roots; grows to the end of the disk
#
# make_disk SYSTEM ROOT IMAGE

ESP_MIB=256
SLOT_MIB=1024
STATE_MIB=256

make_disk() {
	local system=$1 filesystem=$2 image=$3 esp=$work/esp state=$work/state
	local start=1 a=$((1 + ESP_MIB)) b=$((1 + ESP_MIB + SLOT_MIB)) rest=$((1 + ESP_MIB + 2 * SLOT_MIB))
	rm -f "$image"
	truncate -s "$((rest + STATE_MIB + 1))M" "$image"
	sfdisk --quiet --no-reread --no-tell-kernel "$image" <<-END || fail "the partition table could not be written"
		label: gpt
		start=${start}MiB, size=${ESP_MIB}MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=gateway-esp
		start=${a}MiB, size=${SLOT_MIB}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=gateway-a
		start=${b}MiB, size=${SLOT_MIB}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=gateway-b
		start=${rest}MiB, size=${STATE_MIB}MiB, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name=gateway-state
	END
	make_esp "$system" "$esp"
	mke2fs -q -t ext4 -b 4096 -L gateway-state "$state" "${STATE_MIB}M" || fail "the state's file system could not be made"
	copy_in "$esp" "$image" "$start"
	copy_in "$filesystem" "$image" "$a"
	copy_in "$state" "$image" "$rest"
}

# The first slot is on trial until its first boot is healthy, like any other.
make_esp() {
	local system=$1 esp=$2
	rm -f "$esp"
	mkfs.fat -F 32 -n GATEWAYESP -C "$esp" "$((ESP_MIB * 1024))" >/dev/null || fail "the loader's file system could not be made"
	local loader=$system/usr/lib/systemd/boot/efi/systemd-bootx64.efi
	"$system/usr/sbin/gateway-slot" entry a 1 >"$work/entry"
	printf 'timeout 0\neditor no\n' >"$work/loader.conf"
	mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/systemd ::/loader ::/loader/entries ::/gateway ::/gateway/a ::/gateway/b
	mcopy -i "$esp" "$loader" ::/EFI/BOOT/BOOTX64.EFI
	mcopy -i "$esp" "$loader" ::/EFI/systemd/systemd-bootx64.efi
	mcopy -i "$esp" "$system/boot/vmlinuz" "$system/boot/initrd.img" ::/gateway/a
	mcopy -i "$esp" "$work/loader.conf" ::/loader/loader.conf
	mcopy -i "$esp" "$work/entry" ::/loader/entries/gateway-a+3.conf
}

copy_in() { # FILE IMAGE MIB
	dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none
}
