# Sourced by test.sh: the OCI root under podman, with the NICs in gwimage-box.

container=

podman_here() { podman --root "$work/podman" --runroot "$work/podman-run" --tmpdir "$work/podman-tmp" --cgroup-manager cgroupfs --runtime runc "$@"; }

container() {
	echo "== container"
	ip -n gwimage-box address add 10.91.0.2/24 dev mgmt0
	ip -n gwimage-operator neighbour flush dev eth0
	local id configuration=$work/container
	mkdir -p "$work/container-state"
	configure_gateway "$configuration"
	id=$(podman_here pull -q "oci:$images/gateway.oci:gateway") || fail "podman does not take the OCI root"
	container=gwimage
	run_container "$id"
	await 60 "healthy, by gRPC with mutual TLS" gateway status
	unsteered "without a policy"
	gateway policy apply "$work/policy.yaml" --comment "from outside" | sed 's/^/   /'
	local applied
	applied=$(revision)
	steered "with the policy"
	echo "== container killed and started"
	podman_here kill --signal KILL gwimage >/dev/null
	podman_here wait gwimage >/dev/null 2>&1 || true
	podman_here rm -f gwimage >/dev/null
	run_container "$id"
	await 60 "healthy again" gateway status
	[ "$(revision)" = "$applied" ] || fail "in the new container revision $(revision) runs, not $applied"
	steered "in the new container"
}

# runc also takes a machine with both versions of cgroups. Limits are given for podman would raise them, which takes
# CAP_SYS_RESOURCE, and a build machine may not have it.
run_container() {
	podman_here run --detach --name gwimage --privileged --ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --ulimit nproc=4096:4096 \
		--network "ns:/run/netns/gwimage-box" --volume "$work/container:/etc/gatewayd:ro" --volume "$work/container-state:/var/lib/gatewayd" \
		"$1" >"$work/podman.log" 2>&1 || fail "podman does not start the container: $(tail -n 2 "$work/podman.log")"
}

container_down() {
	[ -n "$container" ] || return 0
	podman_here rm -f "$container" >/dev/null 2>&1 || true
	podman_here rmi -af >/dev/null 2>&1 || true
	umount "$work/podman/overlay" 2>/dev/null || true
	rm -rf "$work"/podman{,-run,-tmp}
}
