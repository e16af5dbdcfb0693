#!/usr/bin/env bash
# Boots the image in an emulated machine between real MPTCP hosts, and runs the OCI root likewise: configuration at the first boot,
# policy from outside, power cut, update and return to the last good root.
#
# test.sh [--image DIR] [--only boot|machine|container] [--keep]
#   --image DIR   what image/build.sh made; out/image if not given, and built when it is not there
#   --only boot   the machine's first boot and a policy from outside, and no more
#   --keep        keeps disk and console of the machine in out/image-test
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/appliance/prerequisites.sh"
. "$root/image/test/network.sh"
. "$root/image/test/traffic.sh"
. "$root/image/test/machine.sh"
. "$root/image/test/container.sh"

images=$root/out/image only= keep=
while [ $# -gt 0 ]; do
	case $1 in
	--image) images=${2:?--image needs a directory} && shift 2 ;;
	--only) only=${2:?--only needs boot, machine or container} && shift 2 ;;
	--keep) keep=1 && shift ;;
	*) fail "'$1' is not known: test.sh [--image DIR] [--only boot|machine|container] [--keep]" ;;
	esac
done
case $only in "" | boot | machine | container) ;; *) fail "--only knows boot, machine and container" ;; esac
prerequisites qemu-system-x86 ovmf iproute2 ethtool python3 openssl openssh-client jq procps e2fsprogs dosfstools mtools zstd
case $only in "" | container) prerequisites podman runc conmon ;; esac
[ -e "$images/gateway.img" ] || "$root/image/build.sh" --output "$images"
image=$images/gateway.img

work=$root/out/image-test
rm -rf "$work"
mkdir -p "$work/tls"
clean() {
	cut_power
	container_down
	network_down
	[ -n "$keep" ] || rm -f "$work"/{disk,configuration.img,root,spoiled*}
}
trap clean EXIT
trap 'exit 130' INT TERM

certificates() {
	cd "$work/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=Gateway CA" -keyout ca.key -out ca.pem
	issue gateway IP:10.91.0.2 serverAuth
	issue alice URI:spiffe://example.net/noc/alice clientAuth
	cd "$root"
} 2>"$work/openssl.log"

issue() { # NAME, SUBJECT ALTERNATIVE NAME, USAGE
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
	printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$2" "$3" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -extfile "$1.ext" -out "$1.pem"
}

# What gatewayd is told: a wire between the data NICs, gRPC with mutual TLS.
configure_gateway() { # DIRECTORY
	mkdir -p "$1/tls"
	cp "$work"/tls/{ca.pem,gateway.pem,gateway.key} "$1/tls"
	cat >"$1/gatewayd.yaml" <<-'END'
		version: 1
		state: /var/lib/gatewayd
		ports:
		  - {nic: data0, mode: wire, peer: data1}
		access:
		  - {uri: "spiffe://example.net/noc/*", role: operator}
		listen: {address: "0.0.0.0:9443", ca: /etc/gatewayd/tls/ca.pem, cert: /etc/gatewayd/tls/gateway.pem, key: /etc/gatewayd/tls/gateway.key}
	END
}

revision() { # asked again: beside other work an emulated machine does not always answer in time
	for _ in 1 2 3 4 5; do
		gateway policy show -o json 2>"$work/revision.log" | jq -er .applied.revision && return
		sleep 5
	done
	cat "$work/revision.log" >&2
	return 1
}

# The root as it is updated; the operator's gatewayctl is the one in it.
echo "== preparing"
zstd -dqf "$images/gateway.root.zst" -o "$work/root"
debugfs -R "rdump /usr/lib/gateway $work" "$work/root" 2>/dev/null
[ -x "$work/gateway/gatewayctl" ] || fail "there is no gatewayctl in $images/gateway.root.zst"
certificates
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh"
echo "$POLICY" >"$work/policy.yaml"
network_down
network_up
start_server

first_boot() {
	echo "== first boot"
	taps_up
	make_machine
	start_machine
	await 900 "healthy, by gRPC with mutual TLS" serves
	await 300 "the first root is good" good a
	on_machine test -e /sys/fs/bpf/gateway || fail "nothing is pinned"
	[ "$(on_machine df --output=size -m /state | tail -n 1)" -gt 1000 ] || fail "the state has not grown with the disk"
	unsteered "without a policy"

	echo "== policy from outside"
	gateway policy apply "$work/policy.yaml" --comment "from outside" | sed 's/^/   /'
	applied=$(revision)
	steered "with the policy"
}

# What an operator's gateway goes through later.
life() {
	echo "== power cut"
	cut_power
	start_machine
	await 900 "healthy again" serves
	[ "$(revision)" = "$applied" ] || fail "after the power cut revision $(revision) runs, not $applied"
	steered "after the power cut"

	echo "== update that does not work"
	spoil
	await 300 "sshd" on_machine true
	on_machine gateway-slot install - <"$work/spoiled.zst" | sed 's/^/   /'
	on_machine systemctl reboot || true
	await 300 "the spoiled root is tried" grep -q 'Command line:.*root=PARTLABEL=gateway-b' "$work/serial.log"
	await 900 "the last good root is back by itself" good_again
	on_machine gateway-slot status | sed 's/^/   /'
	on_machine gateway-slot status | grep -qx 'b  did not become healthy' || fail "the spoiled root is not marked as such"
	[ "$(grep -c 'Command line:.*root=PARTLABEL=gateway-b' "$work/serial.log")" = 2 ] || fail "the spoiled root was not tried twice"
	await 900 "healthy on the last good root" serves
	[ "$(revision)" = "$applied" ] || fail "after the return revision $(revision) runs, not $applied"
	steered "after the return"

	echo "== update that works"
	on_machine gateway-slot install - <"$images/gateway.root.zst" | sed 's/^/   /'
	on_machine systemctl reboot || true
	await 900 "the new root is good" good b
	[ "$(revision)" = "$applied" ] || fail "after the update revision $(revision) runs, not $applied"
	steered "on the new root"
}

good_again() { ! grep -q 'Command line:.*root=PARTLABEL=gateway-b' <(tail -n 1 <(grep 'Command line:' "$work/serial.log")) && good a; }

# The same root with a gatewayd that ends at once.
spoil() {
	cp --sparse=always "$work/root" "$work/spoiled"
	printf '#!/bin/sh\necho "this gatewayd does not start" >&2\nexit 1\n' >"$work/spoiled.sh"
	debugfs -w -f - "$work/spoiled" >/dev/null 2>&1 <<-END
		rm /usr/lib/gateway/gatewayd
		write $work/spoiled.sh /usr/lib/gateway/gatewayd
		set_inode_field /usr/lib/gateway/gatewayd mode 0100755
	END
	zstd -qf -1 "$work/spoiled" -o "$work/spoiled.zst"
}

if [ "$only" != container ]; then
	first_boot
	[ "$only" = boot ] || life
	cut_power
	taps_down
fi
case $only in "" | container) container ;; esac
echo "== done in $((SECONDS / 60)) min $((SECONDS % 60)) s"
