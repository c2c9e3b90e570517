#!/bin/sh
# How many C programs could be ported in whole, and what the others lack.
#
#   ci/portable.sh FILE [NUMBER]
#
# FILE has a line for each program: its name, its version, the number of functions, and these with commas between them; tabs
# between the four. With a NUMBER it fails if fewer programs than that can be ported.
set -eu

list=$(realpath "${1:?names the list of programs}")
cd "$(dirname "$0")/.."
cargo run --quiet --locked --package gnutls-port -- --programs "$list" --at-least "${2-0}"
