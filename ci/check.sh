#!/bin/sh
# Checks the project. Without arguments: everything that the gate demands, on a machine that has only Rust.
#
#   ci/check.sh [JOB...]
#
#   lint      formatting, clippy, documentation, licences
#   test      every test, against the GnuTLS installed here
#   bindings  the bindings are what the newest headers give, and fit the installed ones
#   loom      models of the lock
#   demo      the main job, for a few seconds
#   soak      the automatic key update at the real limit of 2^24 records, both ways at once
#   asan      the tests that stay in this process under AddressSanitizer and LeakSanitizer
#   tsan      the stress under ThreadSanitizer, with a GnuTLS that is built for it (minutes; ci/tsan.sh says more)
#
# On demand only:
#   versions  every test on other releases of GnuTLS, and the oldest Rust (as root, a quarter of an hour or more;
#             ci/versions.sh says more)
set -eu

cd "$(dirname "$0")/.."

lint() {
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
    cargo deny --workspace check bans licenses sources
}

run_tests() {
    cargo test --workspace --locked
}

bindings() {
    ci/bindings.sh check
}

loom() {
    RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom cargo test --release --locked --lib models
}

demo() {
    cargo run --release --locked --example duplex -- --seconds 5
    cargo run --release --locked --example duplex -- --seconds 2 --tls 1.2
    cargo run --release --locked --example poll_loop
}

asan() {
    # The flag is not stable yet; the compiler is.
    host=$(rustc --version --verbose | sed -n 's/^host: //p')
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=target/asan cargo test --locked \
        --target "$host" --lib --test api --test crypto --test duplex --test interop --test keys --test stress --test x509
}

tsan() {
    ci/tsan.sh
}

soak() {
    cargo test --release --locked --test soak -- --ignored --nocapture
}

versions() {
    ci/versions.sh
}

job() {
    echo "== $1"
    began=$(date +%s)
    case $1 in
    lint | bindings | loom | demo | asan | tsan | soak | versions) "$1" ;;
    test) run_tests ;;
    *)
        echo "there is no job '$1'; see the top of ci/check.sh" >&2
        exit 2
        ;;
    esac
    echo "== $1: passed in $(($(date +%s) - began)) s"
}

ci/setup.sh
[ "$#" -gt 0 ] || set -- lint test bindings loom demo soak asan tsan
for name in "$@"; do
    job "$name"
done
