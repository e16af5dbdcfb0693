#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. The last line is "N passed, N failed".
#
# run.sh [--boot]
#   --boot   also boots the image in an emulated machine between real hosts, as every landing does: five minutes more
set -uo pipefail
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh

boot=
case "$*" in
"") ;;
--boot) boot=1 ;;
*) fail "'$*' is not known: run.sh [--boot]" ;;
esac
prerequisites "${BUILD_PACKAGES[@]}" "${LAB_PACKAGES[@]}" "${PACKAGE_PACKAGES[@]}" \
	python3-grpcio python3-grpc-tools python3-protobuf tcpdump tshark prometheus curl tmux
command -v npm >/dev/null || prerequisites nodejs npm

ours() { # what a gateway or a lab has in the kernel
	{
		ip netns list | grep '^gw'
		ls -d /sys/fs/bpf/gw*
		bpftool prog show | grep ' name gw_'
		bpftool map show | grep ' name gw_'
	} 2>/dev/null | sort
}

# Short runs: what would make later ones faster costs more than it gives.
export DOTNET_TieredPGO=0

# Tests that show what a fault does write rows of the table of faults there.
export GATEWAY_FAULTS=$PWD/out/test-results/faults

# Another gateway of this machine is not the tests' leftover.
before=$(ours)

results=out/test-results
rm -rf "$results"
mkdir -p "$results"

echo "== build"
dotnet build Gateway.sln --nologo -v quiet || { echo "the build failed"; echo "0 passed, 1 failed"; exit 1; }

failed=0 passed=0 skipped=0

count() { # attribute of the Counters element of a result file
	grep -o "<Counters [^>]*" "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'
}

run() { # a test project: its output when it has ended, its exit code in a file
	local name=${1##*/}
	dotnet test "$1" --no-build --nologo -v quiet --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" \
		--results-directory "$results" --blame-hang-timeout 8min >"$results/$name.log" 2>&1
	echo $? >"$results/$name.status"
	sed "1i == $name" "$results/$name.log"
}

# The end-to-end tests wait for traffic most of the time: the rest runs beside them, one thing at a time.
run tests/Gateway.EndToEnd.Tests &
trap 'pkill -TERM -P $!; exit 130' INT TERM

echo "== format"
if dotnet format Gateway.sln --verify-no-changes --no-restore -v quiet; then
	passed=$((passed + 1))
else
	echo "dotnet format would change files"
	failed=$((failed + 1))
fi

for project in tests/*.Tests; do
	[ "$project" = tests/Gateway.EndToEnd.Tests ] || run "$project"
done

# Completeness and correctness of the bench, not its times: one case of each kind.
echo "== bench"
if dotnet out/bin/Gateway.Benchmarks/debug/gateway-bench.dll --quick --json "$results/bench.json" \
	--case udp,chain3,set_backup,event,rules_1m_random,apply_1k,swap,hitless,events >"$results/bench.txt" 2>&1; then
	passed=$((passed + 1))
else
	grep -e FAILED -e missing -A 3 "$results/bench.txt" || cat "$results/bench.txt"
	failed=$((failed + 1))
fi

wait

# Once nothing else runs: an emulated machine takes every processor, and rates of real hosts are measured above.
if [ -n "$boot" ]; then
	echo "== image"
	image=out/appliance/image
	if image/build.sh --output "$image" --package "$(ls out/appliance/package/*.deb)" >"$results/image.txt" 2>&1 &&
		image/test.sh --image "$image" --only boot >>"$results/image.txt" 2>&1; then
		passed=$((passed + 1))
	else
		tail -n 60 "$results/image.txt"
		failed=$((failed + 1))
	fi
fi

for project in tests/*.Tests; do
	name=${project##*/}
	trx=$results/$name.trx
	if [ ! -s "$trx" ] || [ "$(count "$trx" executed)" = 0 ]; then
		echo "$name ran no test"
		failed=$((failed + 1))
		continue
	fi
	passed=$((passed + $(count "$trx" passed)))
	project_failed=$(($(count "$trx" failed) + $(count "$trx" error) + $(count "$trx" timeout) + $(count "$trx" aborted)))
	[ "$(cat "$results/$name.status")" != 0 ] && [ "$project_failed" -eq 0 ] && project_failed=1
	failed=$((failed + project_failed))
	skipped=$((skipped + $(count "$trx" total) - $(count "$trx" executed)))
done

echo "== faults"
{
	sed '/^| ---/q' tests/FAULTS.md
	cat "$GATEWAY_FAULTS"/* 2>/dev/null | LC_ALL=C sort -u
} >out/FAULTS.md
if diff tests/FAULTS.md out/FAULTS.md; then
	passed=$((passed + 1))
else
	echo "the table of faults is another than tests/FAULTS.md: a fault was not withstood, or copy out/FAULTS.md there"
	failed=$((failed + 1))
fi

echo "== left behind"
left=$(comm -13 <(echo "$before") <(ours))
if [ -n "$left" ]; then
	echo "tests left behind:"
	echo "$left"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi

if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
