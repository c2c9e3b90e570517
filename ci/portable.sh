#!/bin/sh
# How many C programs could be ported in whole, and what the others lack. A program can if each GnuTLS function that it calls
#   * is covered: a public item has its name as alias, and the crate calls it; or
#   * is called by Drop, because it frees something; or
#   * needs nothing: it allocates or starts the library (gnutls_malloc, gnutls_global_init), or is deprecated; or
#   * has something else that does the same: an item with its name as alias that calls others, or what notes.tsv names.
# Programs that have all without the last are counted by themselves.
#
#   ci/portable.sh FILE [NUMBER]
#
# FILE has a line for each program: its name, its version, the number of functions, and these with commas between them; tabs
# between the four. With a NUMBER it fails if fewer programs than that can be ported.
set -eu

list=$(realpath "${1:?names the list of programs}")
cd "$(dirname "$0")/.."
cargo run --quiet --locked --package gnutls-port -- --programs "$list" --at-least "${2-0}"
