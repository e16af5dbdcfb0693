#!/usr/bin/env bash
# What takes too long for every run of the tests: builds the package twice, from two clean clones in different directories, and
# compares the bytes; then runs the tests of the package on a clean Debian with the first of them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. appliance/prerequisites.sh
prerequisites "${BUILD_PACKAGES[@]}" "${LAB_PACKAGES[@]}" "${PACKAGE_PACKAGES[@]}"
[ -z "$(git status --porcelain)" ] || echo "what is not committed is not in the package" >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for clone in first another/place; do
	echo "== $clone"
	mkdir -p "$(dirname "$work/$clone")"
	git clone --quiet "$root" "$work/$clone"
	"$work/$clone/appliance/package.sh" --output "$work/$clone.out" --programs "$work/$clone.programs"
done
for file in "$work"/first.out/*; do
	cmp "$file" "$work/another/place.out/$(basename "$file")" || fail "two builds of $(basename "$file") differ: compare them with diffoscope"
	sha256sum "$file"
done

echo "== clean Debian"
dotnet build tests/Gateway.Appliance.Tests --nologo -v quiet
GATEWAY_PROGRAMS=$work/first.programs dotnet test tests/Gateway.Appliance.Tests --no-build --nologo
