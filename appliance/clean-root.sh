#!/usr/bin/env bash
# Makes a clean Debian 12 with an init, what the gateway's package depends on, and nothing else:
# clean-root.sh DIR [PACKAGE...] [-- OPTION OF MMDEBSTRAP...]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/appliance/prerequisites.sh"
[ $# -ge 1 ] || fail "say where: clean-root.sh DIR [PACKAGE...] [-- OPTION OF MMDEBSTRAP...]"
directory=$1
shift
[ ! -e "$directory" ] || fail "$directory exists already: remove it first"
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"
packages=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	packages+=("$1")
	shift
done
[ $# -eq 0 ] || shift

# The package sources of this machine, wherever they are.
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources; do
	if [ -s "$file" ] && grep -q bookworm "$file"; then sources+=("$file"); fi
done
depends=$(sed -e 's/([^)]*)//g' -e 's/ //g' "$root/appliance/package/depends")
mkdir -p "$(dirname "$directory")"
trap 'rm -rf "$directory.new"' EXIT
mmdebstrap --quiet --variant=minbase --include="$(IFS=, && echo "systemd-sysv,$depends${packages[*]:+,${packages[*]}}")" "$@" \
	bookworm "$directory.new" "${sources[@]}" >&2
mv "$directory.new" "$directory"
