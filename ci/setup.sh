#!/bin/sh
# Installs the Debian packages that building, testing and the examples need, or those that are named. Rust is there
# already.
set -eu

# GnuTLS to build with; its tools, OpenSSL, and clients of HTTP to test against; Redis for the example of a fleet; a token
# in software; the authorities that a machine trusts.
packages="libgnutls28-dev pkg-config gcc gnutls-bin openssl curl nghttp2-client redis-server softhsm2 ca-certificates"
[ "$#" -eq 0 ] || packages=$*

missing=
for package in $packages; do
    dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "Installing$missing"
$as_root apt-get update --quiet=2
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends $missing
