#!/usr/bin/env bash
# Boots Debian's kernels in small emulated machines. In each, every packet program is loaded, the packet tests run
# (BPF_PROG_TEST_RUN), an object that must be refused is refused, and gatewayd attaches ports with the capabilities of its unit.
# Writes out/kernels/kernels.json, a log for each kernel beside it, and a table to standard output.
#
# kernels.sh [--only REGEX]   REGEX selects series, for example '6\.1|7'
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. appliance/prerequisites.sh

# What must work, and what is known not to and must say so.
series=(5.10 6.1 6.12 6.18 7)
too_old=5.10
only=.
while [ $# -gt 0 ]; do
	case $1 in
	--only) only=${2:?--only needs a regular expression} && shift 2 ;;
	*) fail "'$1' is not known: kernels.sh [--only REGEX]" ;;
	esac
done
prerequisites "${BUILD_PACKAGES[@]}" qemu-system-x86 mmdebstrap cpio kmod jq xz-utils git

output=$root/out/kernels
work=$output/work
rm -rf "$output"/*.log "$output"/*.json "$work"
mkdir -p "$work" "$output/packages" "$output/apt/lists/partial" "$output/apt/cache/archives/partial"

echo "== kernels" >&2
archive=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
for suite in bullseye bookworm trixie trixie-backports; do
	echo "deb [signed-by=$keys] $archive $suite main"
done >"$output/apt/sources.list"
cat >"$output/apt/apt.conf" <<EOF
Dir::Etc::sourcelist "$output/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$output/apt/lists";
Dir::Cache "$output/apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
EOF
apt() { APT_CONFIG=$output/apt/apt.conf command "$@"; }
apt apt-get update -qq || fail "apt-get update failed: check the package sources"
offered=$(apt apt-cache pkgnames linux-image- | grep -E '^linux-image-[0-9].*-cloud-amd64$' | sort -V)

# Newest kernel of a series: its name below /lib/modules.
newest() {
	local name
	name=$(grep "^linux-image-${1//./\\.}\\." <<<"$offered" | tail -1)
	[ -n "$name" ] || fail "no kernel $1 in the package sources"
	echo "${name#linux-image-}"
}

fetch() { # KERNEL: its boot image and the modules the test needs, as $work/vmlinuz-KERNEL and $work/modules-KERNEL.cpio
	local kernel=$1 tree=$work/kernel modules=$work/modules names package
	names="linux-image-$kernel"
	# From 7.x on the image and the modules have packages of their own.
	for package in linux-binary-$kernel linux-modules-$kernel; do
		if apt apt-cache pkgnames "$package" | grep -qx "$package"; then names+=" $package"; fi
	done
	rm -rf "$tree" "$modules"
	mkdir -p "$tree" "$modules/usr/lib/modules/$kernel"
	for package in $names; do
		ls "$output/packages/${package}"_*.deb >/dev/null 2>&1 || (cd "$output/packages" && apt apt-get download -qq "$package")
		dpkg-deb -x "$output/packages/${package}"_*.deb "$tree"
	done
	[ ! -d "$tree/lib/modules" ] || { mkdir -p "$tree/usr/lib" && mv "$tree/lib/modules" "$tree/usr/lib/modules"; }
	cp "$(find "$tree" -name 'vmlinuz*' -type f | head -1)" "$work/vmlinuz-$kernel"
	(cd "$tree/usr/lib/modules/$kernel" && find kernel -name 'veth.ko*' -o -name 'cls_bpf.ko*' -o -name 'sch_ingress.ko*' |
		cpio --quiet -pdm "$modules/usr/lib/modules/$kernel" && cp modules.builtin* modules.order "$modules/usr/lib/modules/$kernel")
	depmod -b "$modules/usr" "$kernel" 2>/dev/null || depmod -b "$modules" "$kernel"
	(cd "$modules" && find . | cpio --quiet -o -H newc >"$work/modules-$kernel.cpio")
}

echo "== programs" >&2
base=$work/base
appliance/clean-root.sh "$base" kmod
rm -rf "$base"/usr/share/{doc,man,locale,info} "$base"/var/lib/{apt,dpkg/info} "$base"/var/cache
dotnet publish tests/Gateway.Kernels -c Release -r linux-x64 --self-contained -o "$base/opt/kernels" --nologo -v quiet \
	-p:PublishReadyToRun=true -p:RunAnalyzers=false || fail "publishing the tests failed"
dotnet publish src/Gateway.Daemon -c Release -r linux-x64 --self-contained -o "$base/opt/gateway" --nologo -v quiet \
	-p:PublishReadyToRun=true -p:RunAnalyzers=false || fail "publishing gatewayd failed"
dotnet publish src/Gateway.Cli -c Release -r linux-x64 --self-contained -o "$base/opt/gateway" --nologo -v quiet \
	-p:PublishReadyToRun=true -p:RunAnalyzers=false || fail "publishing gatewayctl failed"
clang -g -O2 -target bpf -mcpu=v3 -I /usr/include/x86_64-linux-gnu -c tests/Gateway.Bpf.Tests/Programs/refused.bpf.c \
	-o "$base/opt/kernels/refused.bpf.o"
install -m 0755 tests/kernels-init "$base/kernels-init"
(cd "$base" && find . -xdev | cpio --quiet -o -H newc >"$work/base.cpio")

failed=0
for one in "${series[@]}"; do
	grep -qE "$only" <<<"$one" || continue
	kernel=$(newest "$one")
	echo "== $kernel" >&2
	fetch "$kernel"
	cat "$work/base.cpio" "$work/modules-$kernel.cpio" >"$work/initrd"
	log=$output/$kernel.log
	timeout 900 qemu-system-x86_64 -accel tcg,thread=single -cpu max -M q35 -m 3072 -smp 2 -nographic -no-reboot -nic none \
		-kernel "$work/vmlinuz-$kernel" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 rdinit=/kernels-init" \
		</dev/null 2>&1 | tr -d '\r' >"$log" || echo "$kernel did not end by itself" >&2
	expect=works
	[ "$one" != "$too_old" ] || expect=refused
	grep -a '^{"kind"' "$log" | jq -cs --arg kernel "$kernel" --arg expect "$expect" '
		def of($kind): map(select(.kind == $kind));
		{kernel: $kernel, expect: $expect,
		 refused: (of("refused") | first | .text // null),
		 features: (of("feature") | map({(.name): .ok}) | add // {}),
		 loads: (of("load") | map({(.name): .ok}) | add // {}),
		 refuses_bad_object: (of("refuse") | first | .ok // false),
		 tests: (of("tests") | first | .name // "none"),
		 failures: (of("test") | map({name, text})),
		 egress: (of("egress") | first | .name // null),
		 daemon: (of("daemon") | first | .ok // false)}
		| .ok = (if $expect == "refused" then .refused != null and (.daemon | not)
		         else .refuses_bad_object and .daemon and (.loads | length == 5 and all) and (.tests | test(" 0 failed$")) end)' \
		>"$work/$kernel.json"
	[ "$(jq .ok "$work/$kernel.json")" = true ] || failed=$((failed + 1))
done
jq -s . "$work"/*.json >"$output/kernels.json"
rm -rf "$work"

jq -r '["kernel", "programs load", "packet tests", "bad object", "egress", "frags", "veth checksums", "gatewayd", "as expected"],
	(.[] | [.kernel, (if .refused then "refused: too old" elif (.loads | length == 5 and all) then "all" else "NOT: " + ([.loads | to_entries[] | select(.value | not) | .key] | join(" ")) end),
	        .tests, (if .refused then "-" elif .refuses_bad_object then "refused" else "ACCEPTED" end), .egress // "-",
	        (if .features["xdp-frags"] then "yes" else "no" end), (if .features["veth-checksums"] then "probed" else "declared" end),
	        (if .daemon then "serves" else "ends, says why" end), (if .ok then "yes" else "NO" end)]) | @tsv' "$output/kernels.json" |
	column -t -s "$(printf '\t')"
[ "$failed" = 0 ] || fail "$failed kernels do not do what they should: see $output/kernels.json and the logs beside it"
