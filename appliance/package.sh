#!/usr/bin/env bash
# Builds the Debian package of the gateway and its bill of materials: the same bytes from the same commit.
#
# package.sh [--output DIR] [--programs DIR]
#   --output DIR     gets emptcp-gateway_VERSION_amd64.deb and .cdx.json (CycloneDX); out/package if not given
#   --programs DIR   keeps the published programs; when they are there already, they are packed and nothing is compiled
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/appliance/prerequisites.sh"

output=$root/out/package programs=
while [ $# -gt 0 ]; do
	case $1 in
	--output) output=${2:?--output needs a directory} && shift 2 ;;
	--programs) programs=${2:?--programs needs a directory} && shift 2 ;;
	*) fail "'$1' is not known: package.sh [--output DIR] [--programs DIR]" ;;
	esac
done
[ "$(dpkg --print-architecture)" = amd64 ] || fail "packages are built on amd64 only"
prerequisites "${BUILD_PACKAGES[@]}" git jq xz-utils

git() { command git -c safe.directory="$root" -C "$root" "$@"; }
commit=$(git rev-parse --short=12 HEAD) || fail "run it in a clone: the version is that of the commit"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$root/Directory.Build.props")+git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$commit
[ -z "$(git status --porcelain)" ] || version=$version+changed
name=emptcp-gateway_${version}_amd64

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
lib=$tree/usr/lib/gateway
umask 022

put() { # MODE SOURCE TARGET
	install -D -m "$1" "$root/appliance/$2" "$tree/$3"
}

programs=${programs:-$work/programs}
if [ ! -e "$programs/complete" ]; then
	echo "== programs"
	# No symbol files: they hold where they were built. One directory for both programs: one runtime.
	for project in Gateway.Daemon Gateway.Cli; do
		dotnet publish "$root/src/$project" -c Release -r linux-x64 --self-contained -o "$programs/lib" --nologo -v quiet \
			-p:ArtifactsPath="$work/artifacts" -p:ContinuousIntegrationBuild=true -p:DebugType=none -p:CopyDocumentationFilesFromPackages=false \
			-p:RunAnalyzers=false -p:PublishReadyToRun=true || fail "publishing $project failed"
	done
	# LTTng tracing needs a library that Debian has in another version; nothing else uses it. The rest is for debuggers.
	rm -f "$programs"/lib/{libcoreclrtraceptprovider.so,libmscordbi.so,libmscordaccore.so,createdump,*.xml,*.pdb}
	mkdir "$programs/bpf"
	cp "$work"/artifacts/bpf/*.bpf.o "$programs/bpf"
	# What the programs tell of themselves takes a while to ask for.
	"$programs/lib/gatewayd" --help >"$programs/gatewayd.help"
	"$root/appliance/man/commands.sh" "$programs/lib/gatewayctl" "$date" >"$programs/gatewayctl.1"
	touch "$programs/complete"
fi
mkdir -p "$tree/usr/lib"
cp -r "$programs/lib" "$lib"
find "$lib" -type f -exec chmod 0644 {} +
chmod 0755 "$lib/gatewayd" "$lib/gatewayctl"
mkdir -p "$tree/usr/bin" "$tree/usr/sbin"
ln -s ../lib/gateway/gatewayctl "$tree/usr/bin/gatewayctl"
ln -s ../lib/gateway/gatewayd "$tree/usr/sbin/gatewayd"

echo "== files"
put 0755 package/bypass usr/lib/gateway/bypass
put 0644 package/systemd/gatewayd.service usr/lib/systemd/system/gatewayd.service
put 0644 package/systemd/gatewayd-bypass.service usr/lib/systemd/system/gatewayd-bypass.service
put 0644 package/sysusers.conf usr/lib/sysusers.d/emptcp-gateway.conf
put 0644 package/gatewayd.yaml etc/gatewayd/gatewayd.yaml
put 0644 package/logrotate etc/logrotate.d/emptcp-gateway
put 0644 package/gatewayctl.bash usr/share/bash-completion/completions/gatewayctl
put 0644 package/gatewayctl.zsh usr/share/zsh/vendor-completions/_gatewayctl
put 0644 package/gatewayctl.fish usr/share/fish/vendor_completions.d/gatewayctl.fish
put 0644 package/copyright usr/share/doc/emptcp-gateway/copyright
put 0644 package/lintian-overrides usr/share/lintian/overrides/emptcp-gateway
for file in "$root"/appliance/policies/*; do
	put 0644 "policies/$(basename "$file")" "usr/share/emptcp-gateway/policies/$(basename "$file")"
done
for file in "$root"/appliance/dashboards/*; do
	put 0644 "dashboards/$(basename "$file")" "usr/share/emptcp-gateway/dashboards/$(basename "$file")"
done
# What an operator is written against, with the examples.
(cd "$root/bpf" && find include -name '*.h' -exec install -D -m 0644 {} "$tree/usr/share/emptcp-gateway/{}" \;)
for file in "$root"/bpf/operators/*; do
	install -D -m 0644 "$file" "$tree/usr/share/doc/emptcp-gateway/operators/$(basename "$file")"
done
cat >"$work/changelog" <<EOF
emptcp-gateway ($version) unstable; urgency=medium

  * Built from commit $commit.

 -- The eMPTCP Gateway authors <gateway@localhost>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
EOF
gzip -9n <"$work/changelog" >"$tree/usr/share/doc/emptcp-gateway/changelog.gz"

page() { # TITLE SECTION: the page on standard input
	local target=$tree/usr/share/man/man$2/$1.$2.gz
	mkdir -p "$(dirname "$target")"
	awk -v title="$1" -v section="$2" -v date="$date" -f "$root/appliance/man/page.awk" | gzip -9n >"$target"
}
pages=$root/appliance/man
# The options as the daemon itself tells them, as rows of a table.
options=$(awk '
	/^[^ ].*:$/ { on = $0 == "Options:"; next }
	on && NF { sub(/^  /, ""); at = match($0, /   */); print "| `" substr($0, 1, at - 1) "` | " substr($0, at + RLENGTH) " |" }' "$programs/gatewayd.help")
awk -v options="$options" '/^@OPTIONS@$/ { print "| Option | Meaning |\n|---|---|\n" options; next } 1' "$pages/gatewayd.8.md" | page gatewayd 8
page gatewayd.yaml 5 <"$pages/gatewayd.yaml.5.md"
{ cat "$pages/gateway-policy.5.md" && awk '/^## / { on = $0 == "## Policies" } on' "$root/README.md"; } | page gateway-policy 5
mkdir -p "$tree/usr/share/man/man1"
gzip -9n <"$programs/gatewayctl.1" >"$tree/usr/share/man/man1/gatewayctl.1.gz"

echo "== bill of materials"
depends=$(cat "$root/appliance/package/depends")
mkdir -p "$output"
"$root/appliance/bill.sh" "$lib" "$programs/bpf" "$version" "$date" "$depends" >"$work/$name.cdx.json"
install -D -m 0644 "$work/$name.cdx.json" "$tree/usr/share/doc/emptcp-gateway/bill-of-materials.cdx.json"

echo "== package"
# As dpkg-gencontrol counts; what a directory takes depends on the file system it was built on.
installed=$(find "$tree" -printf '%y %s\n' | awk '{ kib += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print kib }')
mkdir "$tree/DEBIAN"
install -m 0755 "$root"/appliance/package/debian/{postinst,prerm,postrm} "$tree/DEBIAN"
printf '%s\n' /etc/gatewayd/gatewayd.yaml /etc/logrotate.d/emptcp-gateway >"$tree/DEBIAN/conffiles"
cat >"$tree/DEBIAN/control" <<EOF
Package: emptcp-gateway
Version: $version
Architecture: amd64
Maintainer: The eMPTCP Gateway authors <gateway@localhost>
Installed-Size: $installed
Depends: $depends
Section: net
Priority: optional
Description: on-path transparent gateway for Multipath TCP
 Attaches packet programs to the network interfaces of a box on the path
 between Multipath TCP hosts, reads and rewrites MPTCP options in flight, and
 so decides which paths unmodified hosts use. Policies take effect with one
 write, without losing a packet, and stay in force when the daemon is away.
 .
 This package holds the daemon gatewayd, its systemd service, and the command
 line gatewayctl.
EOF
(cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# Compressing with another number of threads gives other bytes.
dpkg-deb --root-owner-group --threads-max=2 -Zxz -z2 --build "$tree" "$work/$name.deb" >/dev/null
mv "$work/$name.deb" "$work/$name.cdx.json" "$output"
echo "$output/$name.deb"
