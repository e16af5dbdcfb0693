#!/usr/bin/env bash
# Shows the main job on real traffic: raises real MPTCP hosts around a gateway, applies policies through
# gRPC and prints what they did, before and after.
#
#   appliance/demo.sh [--json FILE] [--scene NAME] [--family v4|v6]
set -euo pipefail
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh
prerequisites "${BUILD_PACKAGES[@]}" "${LAB_PACKAGES[@]}"

echo "building"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build tests/Gateway.Demo -c Release -v quiet --nologo >"$log" 2>&1 ||
	! dotnet build src/Gateway.Daemon -c Release -v quiet --nologo >>"$log" 2>&1; then
	cat "$log" >&2
	fail "the build failed"
fi

clean() {
	rm -f "$log"
	remove_leftovers
}
trap clean EXIT
trap 'kill -TERM "${demo:-}" 2>/dev/null; wait "${demo:-}" 2>/dev/null; exit 130' INT TERM
dotnet out/bin/Gateway.Demo/release/gateway-demo.dll "$@" &
demo=$!
wait "$demo"
