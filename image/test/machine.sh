# Sourced by test.sh: the virtual machine. Its NICs are taps in gwimage-box, its console is in console.log.

vm=

make_machine() {
	cp --sparse=always "$image" "$work/disk"
	truncate -s 4G "$work/disk"
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/variables"
	make_configuration
}

# What an operator puts on the small disk beside the image.
make_configuration() {
	local from=$work/configuration
	mkdir -p "$from/network"
	configure_gateway "$from"
	nic mgmt0 01 >"$from/network/10-mgmt0.link"
	nic data0 02 >"$from/network/10-data0.link"
	nic data1 03 >"$from/network/10-data1.link"
	printf '[Match]\nName=mgmt0\n[Network]\nAddress=10.91.0.2/24\n' >"$from/network/20-management.network"
	# A NIC of a wire takes frames for others.
	printf '[Match]\nName=data0 data1\n[Link]\nPromiscuous=yes\n[Network]\nLinkLocalAddressing=no\n' >"$from/network/20-wire.network"
	cp "$work/ssh.pub" "$from/authorized_keys"
	# Loading the programs takes more than a minute where the processor is emulated.
	mkdir -p "$from/system/gatewayd.service.d"
	printf '[Service]\nTimeoutStartSec=300\nWatchdogSec=120\n' >"$from/system/gatewayd.service.d/emulated.conf"
	# And a boot more than ten, beside other work.
	mkdir -p "$from/system/gateway-trial.timer.d"
	printf '[Timer]\nOnBootSec=\nOnBootSec=25min\n' >"$from/system/gateway-trial.timer.d/emulated.conf"
	echo gw1 >"$from/hostname"
	truncate -s 8M "$work/configuration.img"
	mkfs.fat -n GATEWAYCFG "$work/configuration.img" >/dev/null
	mcopy -s -i "$work/configuration.img" "$from"/* ::/
}

nic() { # NAME LAST BYTE OF THE MAC ADDRESS
	printf '[Match]\nMACAddress=52:54:00:67:77:%s\n[Link]\nName=%s\n' "$2" "$1"
}

# A fifth level of page tables and nested machines only cost time here. Two processors and four queues: native XDP takes a
# transmit queue for each processor besides those of the kernel. A reset ends the emulator and another one takes over the
# disk: after one of its own resets it may run what it had translated of the system before, and then hangs.
start_machine() {
	local nics=() name
	for name in mgmt0:01 data0:02 data1:03; do
		nics+=(-netdev "tap,id=${name%:*},ifname=tap-${name%:*},script=no,downscript=no,queues=4"
			-device "virtio-net-pci,netdev=${name%:*},mac=52:54:00:67:77:${name#*:},mq=on,vectors=10,romfile=")
	done
	echo "=== power on" >>"$work/console.log"
	rm -f "$work/serial.log"
	while ip netns exec gwimage-box qemu-system-x86_64 -name gwimage -M q35 -accel tcg,thread=multi -cpu max,la57=off,svm=off -smp 2 -m 1536 \
		-no-reboot -display none -monitor none -chardev "file,id=console,path=$work/serial.log,append=on" -serial chardev:console \
		-no-user-config -nodefaults -device virtio-rng-pci \
		-drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd -drive "if=pflash,format=raw,file=$work/variables" \
		-drive "if=none,id=disk,format=raw,file=$work/disk" -device virtio-blk-pci,drive=disk,bootindex=1 \
		-drive "if=none,id=configuration,format=raw,file=$work/configuration.img" -device virtio-blk-pci,drive=configuration \
		"${nics[@]}"; do true; done >>"$work/qemu.log" 2>&1 &
	vm=$!
}

cut_power() {
	[ -n "$vm" ] || return 0
	local emulator
	# No other emulator is started meanwhile.
	kill -STOP "$vm" 2>/dev/null || true
	emulator=$(ps -o pid= --ppid "$vm" || true)
	kill -9 "$vm" $emulator 2>/dev/null || true
	wait "$vm" 2>/dev/null || true
	while [ -n "$emulator" ] && kill -0 $emulator 2>/dev/null; do sleep 0.1; done
	vm=
	cat "$work/serial.log" >>"$work/console.log"
}

gateway() { # gatewayctl from outside, with alice's certificate
	ip netns exec gwimage-operator "$work/gateway/gatewayctl" --address 10.91.0.2:9443 \
		--ca "$work/tls/ca.pem" --cert "$work/tls/alice.pem" --key "$work/tls/alice.key" "$@"
}

serves() { # asked for cheaply first: the emulator needs the processors
	ip netns exec gwimage-operator timeout 2 bash -c '</dev/tcp/10.91.0.2/9443' 2>/dev/null && gateway status
}

on_machine() { # a command, by ssh
	ip netns exec gwimage-operator ssh -q -i "$work/ssh" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/known_hosts" \
		-o ConnectTimeout=10 root@10.91.0.2 "$@"
}

await() { # SECONDS WHAT COMMAND...: repeated until it succeeds
	local seconds=$1 what=$2 begin=$SECONDS
	shift 2
	until "$@" >/dev/null 2>&1; do
		if [ -n "$vm" ] && ! kill -0 "$vm" 2>/dev/null; then fail "the virtual machine has ended: $(tail -n 3 "$work/qemu.log")"; fi
		if [ $((SECONDS - begin)) -ge "$seconds" ]; then
			tail -n 40 "$work/serial.log" >&2 || true
			fail "$what: not within $seconds s"
		fi
		sleep 2
	done
	echo "   $what: $((SECONDS - begin)) s"
}

good() { # SLOT: it runs and its trial is over
	on_machine gateway-slot status | grep -qx "$1  runs, good"
}
