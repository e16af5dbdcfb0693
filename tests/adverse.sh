#!/usr/bin/env bash
# Real MPTCP hosts around a real gatewayd on bad links: delay, loss, reordering, duplication, and paths that are cut and come
# back, by netem, in two emulated machines with a kernel of Debian's. In each case an upload and a download run at once while
# policies are swapped; both must arrive whole over MPTCP, no checksum may be wrong, every actor must have acted. Where hosts use
# DSS checksums, each is also verified in frames recorded where it was sent and where it arrived, which says who made a wrong one.
# Nothing depends on how long it takes.
# Writes out/adverse/adverse.json, the machines' logs beside it, and a table to standard output.
#
# adverse.sh [--only REGEX] [--kernel SERIES] [--at-once N]
#   REGEX selects cases by SITE/FAULT, for example 'wire.*/loss'; SERIES is 6.12, and both machines run at a time, if not told
set -euo pipefail
cd "$(dirname "$0")/.."
. appliance/prerequisites.sh
. tests/machines.sh

only='' series=6.12 at_once=2
while [ $# -gt 0 ]; do
	case $1 in
	--only) only=${2:?--only needs a regular expression} && shift 2 ;;
	--kernel) series=${2:?--kernel needs a series, such as 6.12} && shift 2 ;;
	--at-once) at_once=${2:?--at-once needs a number} && shift 2 ;;
	*) fail "'$1' is not known: adverse.sh [--only REGEX] [--kernel SERIES] [--at-once N]" ;;
	esac
done
machines_begin adverse "$at_once"

echo "== kernel" >&2
machine_sources
kernel=$(newest_kernel "$series")
fetch_kernel "$kernel" veth bridge sch_netem cls_bpf sch_ingress tcp_diag

echo "== programs" >&2
machine_root ethtool procps tcpdump
publish tests/Gateway.Adverse
publish src/Gateway.Daemon "$AHEAD_OF_TIME"
install -m 0755 tests/adverse-init "$work/root/adverse-init"
echo "$only" >"$work/root/only"
pack

echo "== cases on Linux $kernel" >&2
for machine in 1 2; do
	wait_for_machines $((at_once - 1))
	start_machine "$kernel" /adverse-init "$output/machine-$machine.log" "adverse=$machine"
done
wait_for_machines 0
sed -i 's/\r$//' "$output"/machine-?.log
{ grep -ah '^{"site"' "$output"/machine-?.log || true; } | jq -s --arg kernel "$kernel" '{kernel: $kernel, cases: .}' >"$output/adverse.json"
rm -rf "$work"

jq -r '["site", "fault", "up MB", "down MB", "swaps", "lost", "retransmitted", "out of order", "acted", "seconds", "as it must be"],
	(.cases[] | [.site, .fault, (.upload_bytes / 1e5 | round / 10), (.download_bytes / 1e5 | round / 10), .swaps, .lost,
	             .hosts.TcpRetransSegs // 0, .hosts.TcpExtTCPOFOQueue // 0, ([.acted | to_entries[] | "\(.key) \(.value)"] | join(", ")),
	             .seconds, (if .ok then "yes" else "NO" end)]) | @tsv' "$output/adverse.json" |
	column -t -s "$(printf '\t')"
jq -r '.cases[] | select(.ok | not) | "\(.site)/\(.fault):", (.problems[] | "  \(.)")' "$output/adverse.json"
whole=$(cat "$output"/machine-?.log | grep -ac '^{"kind":"end","code":0}' || true)
cases=$(jq '.cases | length' "$output/adverse.json")
[ "$cases" -gt 0 ] || fail "no case ran: see the logs in $output"
[ "$whole" = 2 ] || fail "not every case is as it must be: see $output/adverse.json and the logs beside it"
