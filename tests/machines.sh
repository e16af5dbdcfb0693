# Sourced after appliance/prerequisites.sh by the scripts that boot Debian's kernels in emulated machines; they run in the
# root of the repository.
#
# machines_begin NAME AT_ONCE    checks how many machines are to run, installs what is missing, empties $output (out/NAME) and
#                                sets $work, a directory for what lasts no longer than the script
# machine_sources                reads the package lists of Debian's releases
# newest_kernel SERIES           prints the newest kernel of a series, its name below /lib/modules
# fetch_kernel KERNEL MODULE...  downloads a kernel and takes out its boot image and these modules with what they need
# machine_root PACKAGE...        makes the file system of the machines in $work/root: a clean Debian with the .NET runtime
# publish PROJECT [OPTION...]    adds a program to it, as /opt/gateway/bin/NAME/release
# pack                           packs it for the machines
# start_machine KERNEL INIT LOG [NAME=VALUE]   boots it with INIT of the file system as the first process
# wait_for_machines N            waits until no more than N machines run
AHEAD_OF_TIME=-p:PublishReadyToRun=true # in an emulated machine compiling takes longer than most of what is run
MACHINE_PACKAGES=(qemu-system-x86 mmdebstrap cpio kmod jq xz-utils bsdextrautils)
machines=$PWD/out/machines
# How long a whole run takes depends on what else runs here; a machine that says nothing for so many seconds hangs.
silence=1200
running=()
declare -A logs=()

machines_begin() {
	[[ $2 =~ ^[1-9][0-9]*$ ]] || fail "--at-once takes a number from 1 on, not '$2'"
	prerequisites "${BUILD_PACKAGES[@]}" "${MACHINE_PACKAGES[@]}"
	output=$PWD/out/$1
	work=$output/work
	rm -rf "$output"
	mkdir -p "$work"
	trap machines_end EXIT
	trap 'exit 130' INT TERM
}

# An interrupted script leaves no machine.
machines_end() {
	[ ${#running[@]} = 0 ] || kill "${running[@]}" 2>/dev/null || true
	rm -rf "$work"
}

machine_sources() {
	local archive='' file suite
	mkdir -p "$machines/packages" "$machines/apt/lists/partial" "$machines/apt/cache/archives/partial"
	# The archive this machine itself installs from, wherever it is.
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		[ -s "$file" ] && grep -q bookworm "$file" || continue
		archive=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' "$file" | awk '!/security/ && !found++')
		[ -z "$archive" ] || break
	done
	[ -n "$archive" ] || fail "no Debian archive in /etc/apt/sources.list or sources.list.d: add one"
	for suite in bullseye bookworm trixie trixie-backports; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main"
	done >"$machines/apt/sources.list"
	cat >"$machines/apt/apt.conf" <<-END
		Dir::Etc::sourcelist "$machines/apt/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State::lists "$machines/apt/lists";
		Dir::Cache "$machines/apt/cache";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
	END
	apt_of_kernels apt-get update -qq || fail "apt-get update failed: check the package sources"
	offered=$(apt_of_kernels apt-cache pkgnames linux-image- | grep -E '^linux-image-[0-9].*-cloud-amd64$' | sort -V)
}

apt_of_kernels() {
	APT_CONFIG=$machines/apt/apt.conf "$@"
}

newest_kernel() {
	local name
	name=$(grep "^linux-image-${1//./\\.}\\." <<<"$offered" | tail -1) || fail "no kernel $1 in the package sources"
	echo "${name#linux-image-}"
}

fetch_kernel() {
	local kernel=$1 tree=$work/kernel modules=$work/modules package module
	shift
	local names=("linux-image-$kernel")
	# From 7.x on the image and the modules have packages of their own.
	for package in "linux-binary-$kernel" "linux-modules-$kernel"; do
		if apt_of_kernels apt-cache pkgnames "$package" | grep -xF "$package" >/dev/null; then names+=("$package"); fi
	done
	rm -rf "$tree" "$modules"
	mkdir -p "$tree" "$modules/usr/lib/modules/$kernel"
	for package in "${names[@]}"; do
		ls "$machines/packages/${package}"_*.deb >/dev/null 2>&1 ||
			(cd "$machines/packages" && apt_of_kernels apt-get download -qq "$package") || fail "could not download $package"
		dpkg-deb -x "$(ls -v "$machines/packages/${package}"_*.deb | tail -1)" "$tree"
	done
	[ ! -d "$tree/lib/modules" ] || { mkdir -p "$tree/usr/lib" && mv "$tree/lib/modules" "$tree/usr/lib/modules"; }
	cp "$(find "$tree" -name 'vmlinuz*' -type f | head -1)" "$work/vmlinuz-$kernel"
	# Linux 7's packages have no list of what is built in, which depmod only warns of.
	depmod -b "$tree/usr" "$kernel" 2>/dev/null || fail "depmod failed for Linux $kernel"
	for module; do
		modprobe -d "$tree/usr" -S "$kernel" --show-depends "$module" || fail "Linux $kernel has no module $module"
	done | sed -n "s|^insmod $tree/usr/\([^ ]*\).*|\1|p" | sort -u >"$work/modules.list"
	(cd "$tree/usr" && cpio --quiet -pdm "$modules/usr" <"$work/modules.list")
	find "$tree/usr/lib/modules/$kernel" -maxdepth 1 \( -name 'modules.builtin*' -o -name modules.order \) -exec cp {} "$modules/usr/lib/modules/$kernel" \;
	depmod -b "$modules/usr" "$kernel" 2>/dev/null || fail "depmod failed for Linux $kernel"
	(cd "$modules" && find . | cpio --quiet -o -H newc) >"$work/modules-$kernel.cpio"
	rm -rf "$tree" "$modules"
}

machine_root() {
	local root=$work/root runtime
	appliance/clean-root.sh "$root" kmod "$@"
	rm -rf "$root"/usr/share/{doc,man,locale,info} "$root"/var/lib/{apt,dpkg/info} "$root"/var/cache
	# One runtime for all programs: the one that runs here.
	runtime=$(dirname "$(readlink -f "$(command -v dotnet)")")
	mkdir -p "$root/opt/dotnet/shared"
	cp -r "$runtime/dotnet" "$runtime/host" "$root/opt/dotnet"
	cp -r "$runtime/shared/Microsoft.NETCore.App" "$runtime/shared/Microsoft.AspNetCore.App" "$root/opt/dotnet/shared"
	ln -s /opt/dotnet/dotnet "$root/usr/bin/dotnet"
}

publish() {
	local project=$1 name
	shift
	name=$(basename "$project")
	dotnet publish "$project" -c Release -r linux-x64 --no-self-contained -o "$work/root/opt/gateway/bin/$name/release" --nologo -v quiet \
		-p:RunAnalyzers=false -p:DebugType=none "$@" || fail "publishing $name failed"
}

pack() {
	(cd "$work/root" && find . -xdev | cpio --quiet -o -H newc) >"$work/root.cpio"
	rm -rf "$work/root"
}

start_machine() {
	local kernel=$1 init=$2 log=$3 threads=multi
	# Linux 7 needs one emulating thread: with one for each CPU it panics at boot.
	case $kernel in 7.*) threads=single ;; esac
	[ -e "$work/initrd-$kernel" ] || cat "$work/root.cpio" "$work/modules-$kernel.cpio" >"$work/initrd-$kernel"
	: >"$log"
	# Mitigations protect nothing here and cost the emulated machine a third of its time; a change of policy waits for RCU.
	qemu-system-x86_64 -accel tcg,thread=$threads -cpu max -M q35 -m 3072 -smp 2 -display none -monitor none \
		-serial "file:$log" -no-reboot -nic none -kernel "$work/vmlinuz-$kernel" -initrd "$work/initrd-$kernel" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off rcupdate.rcu_expedited=1 rdinit=$init ${4:-}" </dev/null &
	running+=($!)
	logs[$!]=$log
}

wait_for_machines() {
	local pid left
	while [ ${#running[@]} -gt "$1" ]; do
		left=()
		for pid in "${running[@]}"; do
			if kill -0 "$pid" 2>/dev/null; then
				left+=("$pid")
				[ $(($(date +%s) - $(stat -c %Y "${logs[$pid]}"))) -lt $silence ] || kill -KILL "$pid" 2>/dev/null || true
			else
				wait "$pid" || echo "a machine did not end by itself: see ${logs[$pid]}" >&2
			fi
		done
		running=(${left[@]+"${left[@]}"})
		[ ${#running[@]} -le "$1" ] || sleep 1
	done
}
