#!/bin/sh
# Checks the project. Without arguments: everything that the gate demands, on a machine that has only Rust.
#
#   ci/check.sh [JOB...]
#   ci/check.sh --list      the names of all jobs
#
#   lint      formatting, clippy, documentation, licences, the list of jobs in docs/reliability.md
#   test      every test, against the GnuTLS installed here
#   coverage  COVERAGE.md is what the source gives
#   bindings  the bindings are what the newest headers give, and fit the installed ones
#   loom      models of the lock
#   demo      the main job, for a few seconds
#   soak      the automatic key update at the real limit of 2^24 records, both ways at once; 100,000 at low limits
#   load      10,000 sessions at once, and 100,000 one after the other
#   asan      the tests that stay in this process under AddressSanitizer and LeakSanitizer
#   tsan      the stress under ThreadSanitizer, with a GnuTLS that is built for it (minutes; ci/tsan.sh says more)
#
# On demand only:
#   versions  every test on other releases of GnuTLS, and the oldest Rust (as root, a quarter of an hour or more;
#             ci/versions.sh says more)
set -eu

gate="lint test coverage bindings loom demo soak load asan tsan"
on_demand="versions"

cd "$(dirname "$0")/.."

lint() {
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
    cargo deny --workspace check bans licenses sources
    ci/reliability.sh --check
}

run_tests() {
    cargo test --workspace --locked
}

bindings() {
    ci/bindings.sh check
}

coverage() {
    ci/coverage.sh
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
        --target "$host" --lib --test api --test duplex --test interop --test stress --test x509
    echo "figure: asan: tests of one process: overruns, uses after free and leaks reported: 0"
}

tsan() {
    ci/tsan.sh
}

soak() {
    cargo test --release --locked --test soak -- --ignored --nocapture --test-threads 1
}

load() {
    # A process for each: what they measure is the process.
    for name in cycles threads sessions; do
        cargo test --release --locked --test load -- --ignored --nocapture "$name"
    done
}

versions() {
    ci/versions.sh
}

job() {
    echo "== $1"
    began=$(date +%s)
    case " $gate $on_demand " in
    *" $1 "*) ;;
    *)
        echo "there is no job '$1'; see the top of ci/check.sh" >&2
        exit 2
        ;;
    esac
    if [ "$1" = test ]; then run_tests; else "$1"; fi
    echo "== $1: passed in $(($(date +%s) - began)) s"
}

if [ "${1-}" = --list ]; then
    echo "$gate $on_demand"
    exit
fi
ci/setup.sh
# shellcheck disable=SC2086 # a list of words
[ "$#" -gt 0 ] || set -- $gate
for name in "$@"; do
    job "$name"
done
