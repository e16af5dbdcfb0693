#!/usr/bin/env bash
# Repeats the experiments of the research system on real MPTCP hosts around a real gateway: prints what they
# measured, writes plots to out/experiments/ and the figures as JSON.
#
#   tests/experiments.sh [--json FILE] [--only NAME]     (NAME: multi_tenant, path_management, fct_overhead,
#                                                         rate_limit, rate_limit_shared)
set -euo pipefail
json=()
args=()
while [ $# -gt 0 ]; do
	case "$1" in
	--json) [ $# -ge 2 ] || { echo "--json needs a file" >&2; exit 2; }
		json=(--json "$(realpath -m "$2")")
		shift ;;
	*) args+=("$1") ;;
	esac
	shift
done
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh
prerequisites "${BUILD_PACKAGES[@]}" "${LAB_PACKAGES[@]}"

echo "building"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build tests/Gateway.Experiments -c Release -v quiet --nologo >"$log" 2>&1; then
	cat "$log" >&2
	fail "the build failed"
fi
rm -f "$log"

trap remove_leftovers EXIT
trap 'kill -TERM "${running:-}" 2>/dev/null; wait "${running:-}" 2>/dev/null; exit 130' INT TERM
dotnet out/bin/Gateway.Experiments/release/gateway-experiments.dll ${json[@]+"${json[@]}"} ${args[@]+"${args[@]}"} &
running=$!
wait "$running"
