#!/usr/bin/env bash
# Measures the gateway and compares with an empty program of the same run. See --help for options.
set -uo pipefail
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh
prerequisites "${BUILD_PACKAGES[@]}" "${LAB_PACKAGES[@]}" nftables python3

project=tests/Gateway.Benchmarks
dotnet build "$project" -c Release --nologo -v quiet -clp:NoSummary || fail "the build failed"
exec dotnet out/bin/Gateway.Benchmarks/release/gateway-bench.dll "$@"
