#!/usr/bin/env bash
# Boots Debian's kernels in small emulated machines. In each, every packet program is loaded, the packet tests run
# (BPF_PROG_TEST_RUN), an object that must be refused is refused, and gatewayd attaches ports of every kind with the
# capabilities of its unit. On a kernel that is too old gatewayd must end and say so.
# Writes out/kernels/kernels.json, a log for each kernel beside it, and a table to standard output.
#
# kernels.sh [--only REGEX] [--at-once N]   REGEX selects series, for example '6\.1$|7'; N machines run at a time, two if not told
set -euo pipefail
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh
. tests/machines.sh

# In the order of booting: the short one last.
series=(6.1 7 6.12 6.18 5.10)
too_old=5.10
only=. at_once=2
while [ $# -gt 0 ]; do
	case $1 in
	--only) only=${2:?--only needs a regular expression} && shift 2 ;;
	--at-once) at_once=${2:?--at-once needs a number} && shift 2 ;;
	*) fail "'$1' is not known: kernels.sh [--only REGEX] [--at-once N]" ;;
	esac
done
selected=()
for one in "${series[@]}"; do
	if grep -qE "$only" <<<"$one"; then selected+=("$one"); fi
done
[ ${#selected[@]} -gt 0 ] || fail "no series is like $only: there are ${series[*]}"
machines_begin kernels "$at_once"

echo "== kernels" >&2
machine_sources
kernels=()
for one in "${selected[@]}"; do
	kernel=$(newest_kernel "$one")
	fetch_kernel "$kernel" veth cls_bpf sch_ingress
	kernels+=("$kernel")
done

echo "== programs" >&2
machine_root
publish tests/Gateway.Kernels
publish src/Gateway.Daemon "$AHEAD_OF_TIME"
publish src/Gateway.Cli "$AHEAD_OF_TIME"
clang -g -O2 -target bpf -mcpu=v3 -I "/usr/include/$(uname -m)-linux-gnu" -c tests/Gateway.Bpf.Tests/Programs/refused.bpf.c \
	-o "$work/root/refused.bpf.o"
install -m 0755 tests/kernels-init "$work/root/kernels-init"
pack

# What runs in a machine keeps one CPU busy.
for kernel in "${kernels[@]}"; do
	wait_for_machines $((at_once - 1))
	echo "== $kernel" >&2
	date +%s >"$work/$kernel.start"
	start_machine "$kernel" /kernels-init "$output/$kernel.log"
done
wait_for_machines 0

failed=0
for kernel in "${kernels[@]}"; do
	log=$output/$kernel.log
	seconds=$(($(stat -c %Y "$log") - $(cat "$work/$kernel.start")))
	sed -i 's/\r$//' "$log"
	expect=works
	case $kernel in "$too_old".*) expect=refused ;; esac
	{ grep -a '^{"kind"' "$log" || true; } | jq -cs --arg kernel "$kernel" --arg expect "$expect" --argjson seconds "$seconds" '
		def of($kind): map(select(.kind == $kind));
		{kernel: $kernel, expect: $expect, seconds: $seconds,
		 refused: (of("refused") | first | .text // null),
		 features: (of("feature") | map({(.name): .ok}) | add // {}),
		 loads: (of("load") | map({(.name): .ok}) | add // {}),
		 all_load: (of("loaded") | first | .ok // false),
		 load_failures: (of("load") | map(select(.ok | not) | {name, text})),
		 refuses_bad_object: (of("refuse") | first | .ok // false),
		 tests: (of("tests") | first | .name // "none"),
		 failures: (of("test") | map({name, text})),
		 passed_the_second_time: ((of("again") | map(.name)) - (of("test") | map(.name))),
		 egress: (of("egress") | first | .name // null),
		 daemon: (of("daemon") | first | .ok // false),
		 daemon_ended: (of("daemon") | first | .ended // false),
		 daemon_said: (of("daemon") | first | .text // null)}
		| .ok = (if $expect == "refused"
		         then .refused != null and (.daemon | not) and .daemon_ended and (.daemon_said // "" | test("too old"))
		         else .refuses_bad_object and .daemon and .all_load and (.tests | test("^[1-9][0-9]* passed, 0 failed$")) end)' \
		>"$work/$kernel.json"
	[ "$(jq .ok "$work/$kernel.json")" = true ] || failed=$((failed + 1))
done
for kernel in "${kernels[@]}"; do
	cat "$work/$kernel.json"
done | jq -s 'sort_by(.kernel | split(".")[:2] | map(tonumber))' >"$output/kernels.json"

jq -r '["kernel", "programs", "packet tests", "bad object", "egress", "frags", "veth checksums", "gatewayd", "seconds", "as expected"],
	(.[] | [.kernel,
	        (if .refused then "-" elif .all_load then "all load"
	         else "NOT: " + ([.load_failures[].name] + (if .loads | all then ["the machine ended"] else [] end) | join(", ")) end),
	        (if .refused then "-" else .tests + (.passed_the_second_time | if length > 0 then ", \(length) at the second try" else "" end) end),
	        (if .refused then "-" elif .refuses_bad_object then "refused" else "ACCEPTED" end),
	        .egress // "-",
	        (if .refused then "-" elif .features["xdp-frags"] then "yes" else "no" end),
	        (if .refused then "-" elif .features["veth-checksums"] then "probed" else "declared" end),
	        (if .daemon then "serves" elif .daemon_said // "" != "" then "ends: too old" else "DOES NOT SERVE" end),
	        .seconds, (if .ok then "yes" else "NO" end)]) | @tsv' "$output/kernels.json" |
	column -t -s "$(printf '\t')"
[ "$failed" = 0 ] || fail "$failed kernels do not do what they should: see $output/kernels.json and the logs beside it"
