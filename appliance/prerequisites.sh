# Sourced by the scripts that build and run: installs what is missing, or says in one line what to do.
#
# prerequisites PACKAGE...   installs Debian packages that are not installed yet
# remove_leftovers           removes what labs of dead processes left

fail() {
	printf '%s: %s\n' "$(basename "$0")" "$1" >&2
	exit 1
}

prerequisites() {
	[ "$(id -u)" -eq 0 ] || fail "must run as root: it creates network namespaces and loads packet programs (try: sudo $0)"
	[ "$(uname -s)" = Linux ] || fail "needs Linux"
	command -v dotnet >/dev/null || fail "the .NET SDK is missing: install .NET SDK 10 and put dotnet on PATH"
	case "$(dotnet --version 2>/dev/null)" in
	1[0-9].*) ;;
	*) fail "the .NET SDK is too old: install .NET SDK 10" ;;
	esac
	[ "$(cat /proc/sys/net/mptcp/enabled 2>/dev/null)" = 1 ] ||
		fail "this kernel has no MPTCP, or it is off: use a kernel with CONFIG_MPTCP and set net.mptcp.enabled=1"
	local missing=() package
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	if [ ${#missing[@]} -gt 0 ]; then
		echo "installing ${missing[*]}"
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq || fail "apt-get update failed: check the package sources"
		apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
			fail "could not install ${missing[*]}"
	fi
	if ! grep -q ' /sys/fs/bpf bpf ' /proc/mounts; then
		mount -t bpf bpf /sys/fs/bpf || fail "cannot mount bpffs on /sys/fs/bpf"
	fi
	export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
}

# A lab that ends by itself leaves nothing. One that was interrupted may leave namespaces whose owner is gone, and the
# pins and files of a gatewayd whose lab is gone.
remove_leftovers() {
	dotnet out/bin/Gateway.Lab/release/gateway-lab.dll clean >/dev/null 2>&1 || true
	local files name
	for files in "${TMPDIR:-/tmp}"/gw*-gatewayd; do
		name=$(basename "$files" -gatewayd)
		[ -d "$files" ] && [ ! -e "/run/netns/$name-gateway" ] || continue
		dotnet out/bin/Gateway.Daemon/release/gatewayd.dll --cleanup --pins "/sys/fs/bpf/$name" >/dev/null 2>&1 || true
		rm -rf "$files"
	done
}

# What building takes, and what the lab runs.
BUILD_PACKAGES=(clang llvm libbpf-dev libbpf1 linux-libc-dev gcc)
LAB_PACKAGES=(iproute2 ethtool bpftool procps)
# What the tests of the package need.
PACKAGE_PACKAGES=(git jq xz-utils lintian mmdebstrap systemd-container man-db groff-base binutils)
