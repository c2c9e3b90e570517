#!/bin/sh
# COVERAGE.md: every C function, with the Rust item or the reason why there is none. Made from the source.
#
#   ci/coverage.sh               fails if it is stale
#   ci/coverage.sh regenerate    writes it
set -eu

cd "$(dirname "$0")/.."
case ${1-} in
'') cargo run --quiet --locked --package gnutls-port -- --coverage --check ;;
regenerate) cargo run --quiet --locked --package gnutls-port -- --coverage ;;
*)
    sed -n '2,/^set/s/^#//p' "$0" >&2
    exit 2
    ;;
esac
