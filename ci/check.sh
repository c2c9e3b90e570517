#!/bin/sh
# Checks the project. Without arguments: everything that the gate demands, on a machine that has only Rust.
#
#   ci/check.sh [JOB...]
#   ci/check.sh --list      the names of all jobs
#
#   lint      formatting, clippy, documentation, licences, the list of jobs in docs/reliability.md
#   test      every test, against the GnuTLS installed here
#   coverage  COVERAGE.md is what the source gives
#   faults    the faults, the bugs of GnuTLS and the missing resources once more, with their figures
#   bindings  the bindings are what the newest headers give, and fit the installed ones
#   loom      models of the lock, of the wakers of tasks, and of the signal
#   demo      the main job, for a few seconds
#   interop   the matrix of clients and servers, ours and other people's: no cell without an explanation
#   soak      the automatic key update at the real limit of 2^24 records, both ways at once; 100,000 at low limits
#   chromium  a browser, installed for it, loads the page of https_server over HTTP/2
#   load      10,000 sessions at once, and 100,000 one after the other; in threads, and in tasks of tokio
#   fuzz      30 seconds for each target of fuzz/, from the seeds there (ci/fuzz.sh says more)
#   miri      the unit tests of what calls no C, in Miri. In the gate where Miri is installed; a plain Rust has none:
#             rustup toolchain install nightly --component miri --component rust-src
#   asan      the tests that stay in this process under AddressSanitizer and LeakSanitizer
#   tsan      the stress under ThreadSanitizer, with a GnuTLS that is built for it (minutes; ci/tsan.sh says more)
#
# On demand only:
#   versions  every test on other releases of GnuTLS, and the oldest Rust (as root, a quarter of an hour or more;
#             ci/versions.sh says more)
#   bench     gnutls-bench, with the libraries that it compares with, which take minutes to build: lint, tests, and every
#             case once; not how fast anything is
set -eu

gate="lint test coverage faults bindings loom demo interop soak chromium load fuzz asan tsan miri"
on_demand="versions bench"

# All of this crate's; not those of gnutls-sys, which want libclang.
features=gnutls/dane,gnutls/futures-io,gnutls/log,gnutls/tokio,gnutls/tracing

cd "$(dirname "$0")/.."
# Logs; cargo makes it too late, or elsewhere.
mkdir -p target

lint() {
    cargo fmt --all --check
    # gnutls-bench is the job `bench`: what it compares with takes minutes to build.
    cargo clippy --workspace --exclude gnutls-bench --all-targets --locked -- -D warnings
    cargo clippy --workspace --exclude gnutls-bench --all-targets --features "$features" --locked -- -D warnings
    # Without the dependencies of the tests, which ask for more of tokio.
    cargo clippy --package gnutls --lib --features tokio-io --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude gnutls-bench --no-deps --features "$features" --locked
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
    cargo deny --workspace check bans licenses sources
    # A part of the fuzzer is in C++.
    ci/setup.sh g++
    cargo fmt --manifest-path fuzz/Cargo.toml --check
    CARGO_TARGET_DIR=target/fuzz cargo clippy --manifest-path fuzz/Cargo.toml --all-targets --locked -- -D warnings
    cargo deny --manifest-path fuzz/Cargo.toml --config fuzz/deny.toml check bans licenses sources
    ci/reliability.sh --check
}

run_tests() {
    cargo test --workspace --exclude gnutls-bench --features "$features" --locked
}

faults() {
    # `test` runs them as well, without a word.
    cargo test --locked --test faults --test regressions --test resources -- --nocapture >target/faults.log 2>&1 || {
        cat target/faults.log
        return 1
    }
    grep '^figure: ' target/faults.log
}

bindings() {
    ci/bindings.sh check
}

coverage() {
    ci/coverage.sh
}

loom() {
    RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom cargo test --release --locked --lib --features task models
}

demo() {
    cargo run --release --locked --example duplex -- --seconds 5
    cargo run --release --locked --example duplex -- --seconds 2 --tls 1.2
    cargo run --release --locked --example poll_loop
}

interop() {
    # The last line has the numbers; the exit code is the example's own.
    cargo build --release --locked --example interop
    table=$(mktemp)
    if cargo run --release --quiet --locked --example interop >"$table"; then
        sed -n 's/^interop: /figure: &/p' "$table"
        rm "$table"
    else
        cat "$table"
        rm "$table"
        return 1
    fi
}

fuzz() {
    ci/fuzz.sh
}

has_miri() {
    cargo +nightly miri --version >/dev/null 2>&1
}

# Every schedule of the threads that one of these seeds gives. parking_lot keeps a list of threads in an integer, which
# needs the permissive provenance; tests of what has an age read the clock, which Miri calls the end of isolation. Nothing
# needs more than that.
miri() {
    if ! has_miri; then
        echo "miri: not installed: rustup toolchain install nightly --component miri --component rust-src" >&2
        return 1
    fi
    for seed in 1 2 3; do
        MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance -Zmiri-seed=$seed" \
            CARGO_TARGET_DIR=target/miri cargo +nightly miri test --locked --package gnutls --lib -- duplex:: \
            error::kind ffi:: resumption:: session::setup transport:: x509::pem x509::validity >target/miri.log 2>&1 || {
            cat target/miri.log >&2
            return 1
        }
    done
    tests=$(sed -n 's/^test result: ok. \([0-9]*\) passed.*/\1/p' target/miri.log)
    echo "figure: miri: what calls no C, with three orders of the threads: $tests tests passed, nothing undefined"
}

asan() {
    # The flag is not stable yet; the compiler is.
    host=$(rustc --version --verbose | sed -n 's/^host: //p')
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=target/asan cargo test --locked \
        --features "$features" --target "$host" --lib --test api --test containers --test crypto --test dane --test dtls \
        --test duplex --test interop --test keys --test pkcs11 --test stress --test tokio --test x509 \
        -- --skip a_client_that_names_nobody_fails # over which GnuTLS loses memory: docs/gnutls-bugs.md
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
    for name in cycles threads sessions turnover crowd; do
        cargo test --release --locked --features tokio --test load -- --ignored --nocapture "$name"
    done
}

chromium() {
    ci/setup.sh chromium libnss3-tools
    cargo test --features "$features" --locked --test tools -- --ignored --nocapture chromium
}

versions() {
    ci/versions.sh
}

bench() {
    ci/setup.sh libgnutls28-dev libssl-dev pkg-config gcc g++ cmake
    cargo clippy --package gnutls-bench --all-targets --locked -- -D warnings
    cargo clippy --package gnutls-bench --no-default-features --all-targets --locked -- -D warnings
    cargo test --package gnutls-bench --locked
    report=target/bench-report
    cargo run --release --package gnutls-bench --locked -- --quick --json target/bench.json --report "$report"
    echo "see $report/performance.md"
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
if [ "$#" -eq 0 ]; then
    has_miri || {
        echo "== miri: not installed, so not run; see the top of ci/check.sh"
        gate=${gate% miri}
    }
    # shellcheck disable=SC2086 # a list of words
    set -- $gate
fi
for name in "$@"; do
    job "$name"
done
