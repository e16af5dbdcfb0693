#!/usr/bin/env bash
# Writes the bill of materials of the package (CycloneDX 1.5 JSON) to standard output.
#
# bill.sh PROGRAMS PACKET-PROGRAMS VERSION DATE DEPENDS
#   PROGRAMS         directory with the published *.deps.json: their NuGet packages and runtime
#   PACKET-PROGRAMS  directory with the compiled *.bpf.o
#   DEPENDS          the Debian packages it needs, as in a control file
set -euo pipefail
programs=$1 objects=$2 version=$3 date=$4 depends=$5
caches=${NUGET_PACKAGES:-$HOME/.nuget/packages}

licence() { # ID VERSION: the SPDX expression the package declares, if any
	local description=$caches/${1,,}/$2/${1,,}.nuspec
	[ ! -f "$description" ] || sed -n 's|.*<license type="expression">\(.*\)</license>.*|\1|p' "$description" | head -1
}

packages() {
	jq -r '.libraries | to_entries[] | select(.value.type != "project") | [(.key | sub("^runtimepack\\."; "") | split("/")[]), (.value.sha512 // "" | sub("^sha512-"; ""))] | join(" ")' \
		"$programs"/*.deps.json | LC_ALL=C sort -u | while read -r id release hash; do
		jq -n --arg id "$id" --arg release "$release" --arg licence "$(licence "$id" "$release")" \
			--arg hash "$(printf %s "$hash" | base64 -d | od -An -v -tx1 | tr -d ' \n')" '
			{type: "library", name: $id, version: $release, "bom-ref": "pkg:nuget/\($id)@\($release)", purl: "pkg:nuget/\($id)@\($release)"}
			+ (if $hash != "" then {hashes: [{alg: "SHA-512", content: $hash}]} else {} end)
			+ (if $licence != "" then {licenses: [{expression: $licence}]} else {} end)'
	done
}

packet_programs() {
	local object
	for object in "$objects"/*.bpf.o; do
		jq -n --arg name "$(basename "$object")" --arg version "$version" --arg hash "$(sha256sum "$object" | cut -d' ' -f1)" '
			{type: "firmware", name: $name, version: $version, "bom-ref": "bpf:\($name)", description: "packet program, embedded in gatewayd",
			 licenses: [{expression: "MIT OR GPL-2.0-only"}], hashes: [{alg: "SHA-256", content: $hash}]}'
	done
}

debian() {
	tr ',' '\n' <<<"$depends" | while read -r package constraint; do
		jq -n --arg package "$package" --arg constraint "$constraint" '
			{type: "library", name: $package, "bom-ref": "pkg:deb/debian/\($package)", purl: "pkg:deb/debian/\($package)", scope: "required"}
			+ (if $constraint != "" then {description: "needed \($constraint)"} else {} end)'
	done
}

{ packages; packet_programs; debian; } | jq -s --arg version "$version" --arg date "$date" '
	{bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
	 metadata: {timestamp: "\($date)T00:00:00Z", component: {type: "application", name: "emptcp-gateway", version: $version, "bom-ref": "emptcp-gateway",
	            licenses: [{expression: "MIT"}]}},
	 components: ., dependencies: [{ref: "emptcp-gateway", dependsOn: [.[]."bom-ref"]}]}'
