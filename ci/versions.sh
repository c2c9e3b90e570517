#!/bin/sh
# Tests the crate on other releases of GnuTLS than the machine's: each in a chroot with a Debian release.
#
#   ci/versions.sh [JOB...]      bullseye, trixie and sid, then msrv, if none is named
#
# A JOB is a Debian release, or "msrv": trixie's own cargo is of the oldest Rust that the crate supports, and checks it.
# Chroots, crates and builds are kept in a cache outside the tree; remove its folder debian/NAME to make one anew.
# Needs root on a Debian machine. DEBIAN_MIRROR names an archive other than the machine's.
set -eu

# Mounts are seen by this process and its children alone, and are gone with the last of them, however it ends.
if [ "${1-}" != --in-own-mounts ]; then
    [ "$(id -u)" -eq 0 ] || { echo "$0 makes chroots: run it as root" >&2; exit 1; }
    exec nice unshare --mount --propagation private -- "$0" --in-own-mounts "$@"
fi
shift
[ $# -gt 0 ] || set -- bullseye trixie sid msrv

cd "$(dirname "$0")/.."
# As in ci/check.sh.
features=gnutls/dane,gnutls/futures-io,gnutls/log,gnutls/tokio,gnutls/tracing
tree=$(pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gnutls-rs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# What ci/setup.sh installs, and what gcc only recommends.
packages=$(sed -n 's/^packages="\(.*\)"$/\1 libc6-dev/p' ci/setup.sh | tr ' ' ,)

say() {
    printf '%s %s\n' "$(date +%T)" "$*" >&2
}

# The archive that this machine uses.
find_mirror() {
    mirror=${DEBIAN_MIRROR-}
    [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian //p' | head -n 1)
    [ -n "$mirror" ] || { echo "apt here has no Debian archive: set DEBIAN_MIRROR" >&2; exit 1; }
    # Some archives do not take the two slashes that debootstrap would make of the last.
    mirror=${mirror%/}
}

# A chroot with Debian release $1 and packages $2, named $3; sets $root.
make_chroot() {
    root=$cache/debian/$3
    [ "$(cat "$root/packages" 2>/dev/null)" != "$2" ] || return 0
    command -v debootstrap >/dev/null || apt-get install --yes --no-install-recommends debootstrap >&2
    [ -n "${mirror-}" ] || find_mirror
    say "$3: making its chroot (a minute or two)"
    rm -rf --one-file-system "$root" "$root.partial"
    mkdir -p "$cache/debian"
    debootstrap --variant=minbase --keyring="$keyring" --include="$2" "$1" "$root.partial" "$mirror" \
        >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; return 1; }
    rm -rf "$root.partial"/var/cache/apt/archives/*.deb
    echo "127.0.0.1 localhost" >"$root.partial/etc/hosts"
    echo "$2" >"$root.partial/packages"
    mv "$root.partial" "$root"
}

# Shows folder $1 of the machine as $2 of the chroot, to be read only.
show() {
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
}

# Mounts what a build in chroot $1 needs. A tree elsewhere has a build of its own: cargo would take one tree's for another's.
furnish() {
    target=$cache/target/$1-$(printf %s "$tree" | cksum | cut -d ' ' -f 1)
    mkdir -p "$target" "$root/target" "$root/cargo"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --bind "$target" "$root/target"
    show "$tree" "$tree"
    show "$cache/vendor" /vendor
    cat >"$root/cargo/config.toml" <<-END
	[source.crates-io]
	replace-with = "vendor"
	[source.vendor]
	directory = "/vendor"
	END
}

# Runs a command in the tree, in the chroot, with nothing of the machine's environment.
inside() {
    chroot "$root" env -i HOME=/root TMPDIR=/tmp LANG=C.UTF-8 PATH=/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        CARGO_HOME=/cargo CARGO_TARGET_DIR=/target CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=line-tables-only \
        RUST_BACKTRACE=1 sh -c 'cd "$0" && exec timeout --foreground 1800 "$@"' "$tree" "$@"
}

# Adds a line to the table, and to the figures for docs/reliability.md: what, in which version, the outcome.
report() {
    line=$(printf '%-9s %-15s %s' "$1" "$2" "$3")
    say "$line"
    table="$table$line
"
    figures="${figures}figure: versions: $1: $2: $3
"
}

# All tests with the GnuTLS of Debian release $1.
test_release() (
    make_chroot "$1" "$packages" "$1"
    furnish "$1"
    show "$(rustc --print sysroot)" /rust
    say "$1: testing"
    log=$cache/target/$1.log
    status=0
    inside cargo test --workspace --exclude gnutls-bench --features "$features" --offline --locked --no-fail-fast >"$log" 2>&1 || status=$?
    grep -E '^(test .* FAILED|error|thread .* panicked|---- )' "$log" >&2 || true
    version=$(inside cargo test --quiet --offline --locked --test versions -- --nocapture 2>/dev/null |
        sed -n 's/^loaded: //p')
    outcome=$(awk '/^test result:/ { good += $4; bad += $6 } END { printf "%d passed, %d failed", good, bad }' "$log")
    [ "$status" -eq 0 ] || outcome="$outcome (cargo's status $status, see $log)"
    echo "GnuTLS ${version:-unknown}|$outcome"
    exit "$status"
)

# The libraries with the Rust that Cargo.toml names, as Debian has it; tests and examples too.
check_msrv() (
    make_chroot trixie "$packages,cargo,rustc" msrv
    furnish msrv
    version=$(inside rustc --version | cut -d ' ' -f 2)
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    case $version in
    "$wanted" | "$wanted".*) ;;
    *) echo "Debian's Rust is $version, and Cargo.toml says $wanted" >&2; exit 1 ;;
    esac
    log=$cache/target/msrv.log
    say "msrv: checking with Rust $version"
    inside cargo check --workspace --exclude gnutls-bench --lib --offline --locked >"$log" 2>&1 &&
        inside cargo check --workspace --exclude gnutls-bench --all-targets --features "$features" --offline --locked >>"$log" 2>&1 || {
        status=$?
        tail -n 40 "$log" >&2
        echo "Rust $version|does not compile, see $log"
        exit "$status"
    }
    echo "Rust $version|libraries, tests and examples compile"
)

say "fetching crates"
mkdir -p "$cache/vendor"
cargo vendor --quiet --locked --versioned-dirs --no-delete "$cache/vendor" >/dev/null

table=
figures=
failed=
for job; do
    set +e
    if [ "$job" = msrv ]; then
        result=$(set -e; check_msrv)
    else
        result=$(set -e; test_release "$job")
    fi
    [ $? -eq 0 ] || failed="$failed $job"
    set -e
    report "$job" "${result%%|*}" "${result#*|}"
done
printf '\n%s\n%s' "$table" "$figures"
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
