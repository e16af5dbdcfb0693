# Sourced by build.sh: the root as an OCI image of one layer, without kernel and boot.
#
# make_oci SYSTEM LAYOUT

make_oci() {
	local system=$1 layout=$2
	tar -C "$system" --numeric-owner --sort=name --xattrs --exclude='./boot/*' --exclude='./usr/lib/modules/*' --exclude='./usr/lib/firmware/*' --exclude='./dev/*' \
		-cf "$work/layer.tar" . || fail "the layer could not be packed"
	rm -rf "$layout"
	umoci init --layout "$layout"
	umoci new --image "$layout:gateway"
	umoci raw add-layer --image "$layout:gateway" "$work/layer.tar" || fail "the layer could not be added"
	umoci config --image "$layout:gateway" --architecture amd64 --os linux \
		--config.entrypoint /usr/lib/gateway-image/container --config.volume /var/lib/gatewayd \
		--config.env PATH=/usr/sbin:/usr/bin:/sbin:/bin --config.env DOTNET_EnableDiagnostics=0 --config.stopsignal SIGTERM
	umoci gc --layout "$layout"
	rm "$work/layer.tar"
}
