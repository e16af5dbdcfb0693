# Sourced by test.sh: who stands around the gateway, each in a network namespace.
#
#   gwimage-operator 10.91.0.1 ── mgmt0 ┐
#   gwimage-client 10.92.0.1, .3 ─ data0 ┤ gwimage-box ├ data1 ── gwimage-server 10.92.0.2
#
# In gwimage-box the far ends have the names of the gateway's NICs: a container takes them as they are, and for a virtual
# machine each is bridged to a tap.

namespaces=(gwimage-operator gwimage-client gwimage-server gwimage-box)

network_up() {
	local name
	for name in "${namespaces[@]}"; do
		ip netns add "$name"
		ip -n "$name" link set lo up
	done
	link operator mgmt0 10.91.0.1
	link client data0 10.92.0.1 10.92.0.3
	link server data1 10.92.0.2
	# The second subflow comes from the client's other address, by the same wire.
	ip -n gwimage-client mptcp limits set subflows 2 add_addr_accepted 2
	ip -n gwimage-server mptcp limits set subflows 2 add_addr_accepted 2
	ip -n gwimage-client mptcp endpoint add 10.92.0.3 dev eth0 subflow
}

link() { # HOST NIC ADDRESS...
	local host=$1 nic=$2 address
	shift 2
	ip -n gwimage-box link add "$nic" type veth peer name eth0 netns "gwimage-$host"
	for address in "$@"; do ip -n "gwimage-$host" address add "$address/24" dev eth0; done
	# A wire hands over frames by XDP_REDIRECT, which a veth takes with NAPI only.
	ip netns exec "gwimage-$host" ethtool -K eth0 gro on >/dev/null
	ip -n "gwimage-$host" link set eth0 up
	ip -n gwimage-box link set "$nic" up
}

taps_up() { # for QEMU in gwimage-box
	local nic
	for nic in mgmt0 data0 data1; do
		ip -n gwimage-box tuntap add dev "tap-$nic" mode tap multi_queue
		ip -n gwimage-box link add "br-$nic" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
		ip -n gwimage-box link set "$nic" master "br-$nic"
		ip -n gwimage-box link set "tap-$nic" master "br-$nic" up
		ip -n gwimage-box link set "br-$nic" up
	done
}

taps_down() {
	local nic
	for nic in mgmt0 data0 data1; do
		ip -n gwimage-box link delete "br-$nic" 2>/dev/null || true
		ip -n gwimage-box link delete "tap-$nic" 2>/dev/null || true
	done
}

network_down() {
	local name pid
	for name in "${namespaces[@]}"; do
		[ -e "/run/netns/$name" ] || continue
		for pid in $(ip netns pids "$name"); do kill -9 "$pid" 2>/dev/null || true; done
		ip netns delete "$name"
	done
}
