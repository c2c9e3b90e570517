#!/bin/sh
# Runs the stress of tests/tsan under ThreadSanitizer, with a GnuTLS that is built for it.
#
#   ci/tsan.sh [SECONDS [NAME...]]    so long per case (5), the cases whose names contain one of these (all)
#
# Needs a Debian machine, and the right to install packages if any are missing.
# GnuTLS is built once, from Debian's own source package, in a cache outside the tree.
set -eu

cd "$(dirname "$0")/.."
. ci/private-apt.sh

# Builds the release that this machine's Debian has, if that is not done; sets $prefix.
build_gnutls() {
    apt=$cache/apt-source
    debian_suites '$(REPO_URI) $(RELEASE)' |
        sed "s|^[^ ]* \(.*\)|deb-src [signed-by=$keyring] \1 main|" | use_sources
    version=$(private_apt apt-cache showsrc --only-source gnutls28 | sed -n 's/^Version: //p' | sort -V | tail -n 1)
    prefix=$cache/tsan-${version:?apt here has no Debian archive to find GnuTLS in}
    [ ! -d "$prefix" ] || return 0

    work=$cache/tsan-build
    log=$work/log
    rm -rf "$work"
    mkdir -p "$work"
    (
        cd "$work"
        echo "== GnuTLS $version: fetching"
        private_apt apt-get source --quiet=2 "gnutls28=$version" >"$log" 2>&1 || fail
        cd gnutls28-*/
        # As in debian/rules: Debian's patches add a gnulib module, and autopoint knows only its own gettext.
        grep -rlZ gettext-0.20 m4 | xargs -0 rm -f
        echo "== GnuTLS $version: configuring"
        GTKDOCIZE=true autoreconf --install --force >>"$log" 2>&1 || fail
        # clang, because gcc would bring a run-time library of its own beside Rust's.
        ./configure --prefix="$prefix" --libdir="$prefix/lib" --quiet \
            CC=clang LDFLAGS=-fsanitize=thread \
            CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=thread -ffile-prefix-map=$PWD=/gnutls" \
            --disable-cxx --disable-doc --disable-guile --disable-libdane --disable-nls --disable-static \
            --disable-tests --disable-tools --with-included-unistring --without-idn --without-p11-kit \
            --without-tpm --without-tpm2 >>"$log" 2>&1 || fail
        echo "== GnuTLS $version: building, which takes minutes"
        make --directory=gl --jobs="$(nproc)" >>"$log" 2>&1 || fail
        make --directory=lib --jobs="$(nproc)" >>"$log" 2>&1 || fail
        make --directory=lib install DESTDIR="$work/root" >>"$log" 2>&1 || fail
    )
    mv "$work/root$prefix" "$prefix"
    rm -rf "$work"
}

fail() {
    tail -n 30 "$log" >&2
    exit 1
}

# Builds the stress against that GnuTLS and runs it with the arguments.
stress() {
    # std is not built for ThreadSanitizer; the second option lets it in all the same.
    RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=target/tsan CARGO_PROFILE_RELEASE_DEBUG=line-tables-only \
        RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Clink-arg=-Wl,-rpath,$prefix/lib" \
        PKG_CONFIG_PATH="$prefix/lib/pkgconfig" TSAN_OPTIONS='suppressions=ci/tsan.suppressions' \
        cargo test --release --locked --target "$(rustc -vV | sed -n 's/^host: //p')" --test tsan -- "$@"
}

# A line for docs/reliability.md.
figure() {
    echo "figure: tsan: $1: $2: $3"
}

# GnuTLS without our lock: there must be reports, and of GnuTLS's own code. Where threads rarely meet (on a busy machine)
# it may take another try.
control() {
    log=target/tsan/control.log
    for _ in 1 2 3 4 5; do
        ! stress --seconds 3 --control >"$log" 2>&1 || continue
        if reports=$(grep -c '^SUMMARY: ThreadSanitizer: data race /gnutls/' "$log"); then
            figure "GnuTLS without our lock" "races reported, as there must be" "$reports"
            return
        fi
    done
    fail
}

ci/setup.sh autoconf automake autopoint build-essential clang gettext gperf libclang-rt-dev libgmp-dev \
    libtasn1-6-dev libtool llvm nettle-dev pkg-config
build_gnutls
seconds=${1:-5}
[ "$#" -eq 0 ] || shift
echo "== stress, $seconds s per case"
stress --seconds "$seconds" "$@"
what="the stress, in GnuTLS $(basename "$prefix" | sed 's/^tsan-//')"
figure "$what" "cases" "$(stress --list "$@" 2>/dev/null | grep -c ': test$')"
figure "$what" "seconds per case" "$seconds"
figure "$what" "races reported" 0
figure "$what" "places in GnuTLS where reports are suppressed" "$(grep -c '^race' ci/tsan.suppressions)"
echo "== control"
control
