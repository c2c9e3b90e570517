#!/bin/sh
# Fuzzes the targets of fuzz/ under AddressSanitizer, from the seeds that are in the tree.
#
#   ci/fuzz.sh [SECONDS [TARGET...]]    so long per target (30), these targets (all)
#
# libFuzzer comes with a crate and is told what to instrument by flags of the compiler, so cargo-fuzz is not needed
# (fuzz/README.md says how to use it). What is found is in target/fuzz/artifacts/TARGET, what was reached in
# target/fuzz/corpus/TARGET; the next run goes on from there.
set -eu

cd "$(dirname "$0")/.."
ci/setup.sh g++ libgnutls28-dev pkg-config

seconds=${1:-30}
[ "$#" -eq 0 ] || shift
[ "$#" -gt 0 ] || set -- parsers peer_handshake peer_records script

# An input may take so many seconds, and all of it so many MB.
timeout=25
memory=2048

host=$(rustc --version --verbose | sed -n 's/^host: //p')
# As cargo-fuzz has it. The flags are not stable yet; the compiler is.
flags="--cfg fuzzing -Zsanitizer=address -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags CARGO_TARGET_DIR=target/fuzz cargo build --quiet --release --locked \
    --manifest-path fuzz/Cargo.toml --target "$host" --bins

for target in "$@"; do
    corpus=target/fuzz/corpus/$target
    artifacts=target/fuzz/artifacts/$target
    log=target/fuzz/$target.log
    mkdir -p "$corpus" "$artifacts"
    dictionary=fuzz/$target.dict
    options="-max_total_time=$seconds -timeout=$timeout -rss_limit_mb=$memory -max_len=8192 -print_final_stats=1"
    [ ! -f "$dictionary" ] || options="$options -dict=$dictionary"
    began=$(date +%s)
    # shellcheck disable=SC2086 # a list of words
    if ! "target/fuzz/$host/release/$target" $options -artifact_prefix="$artifacts/" "$corpus" "fuzz/seeds/$target" \
        >"$log" 2>&1; then
        grep -A 3 -e panicked -e ERROR: -e SUMMARY: "$log" >&2
        echo "fuzz: $target: found something; the input is in $artifacts, the report in $log" >&2
        exit 1
    fi
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    edges=$(sed -n 's/^#[0-9]*[[:space:]]*DONE *cov: \([0-9]*\).*/\1/p' "$log")
    echo "figure: fuzz: $target: $inputs inputs in $(($(date +%s) - began)) s, $edges edges covered, no finding"
done
