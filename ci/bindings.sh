#!/bin/sh
# Makes and checks the bindings of gnutls-sys. Building needs none of this.
#
#   ci/bindings.sh regenerate    write them from the newest headers that Debian has
#   ci/bindings.sh check         prove that they are current, and fit the headers installed here
#   ci/bindings.sh since GIT     find the release of every item in a clone of GnuTLS's repository
#
# Needs a Debian machine, and the right to install packages if libclang is missing.
# Everything fetched goes to a cache outside the tree.
set -eu

cd "$(dirname "$0")/.."
. ci/private-apt.sh

install_libclang() {
    # libclang finds its own headers next to itself, so any release of it will do.
    if ! find /usr/lib -name 'libclang*.so*' 2>/dev/null | grep -q .; then
        as_root=
        [ "$(id -u)" -eq 0 ] || as_root=sudo
        $as_root apt-get update
        $as_root apt-get install --yes --no-install-recommends libclang-dev
    fi
}

# Unpacks the newest headers; sets $include and $release.
fetch_headers() {
    # The mirror is the one that this machine uses.
    mirror=$(debian_suites '$(REPO_URI)' | sed -n 's/^Debian //p' | head -n 1)
    : "${mirror:?apt here has no Debian archive to find the newest headers in}"
    apt=$cache/apt
    mkdir -p "$cache/headers"
    echo "deb [signed-by=$keyring] $mirror sid main" | use_sources
    version=$(private_apt apt-cache show --no-all-versions libgnutls28-dev |
        sed -n 's/^Version: //p')
    headers=$cache/headers/$version
    if [ ! -d "$headers" ]; then
        (cd "$cache" && private_apt apt-get download --quiet=2 libgnutls28-dev)
        dpkg-deb --extract "$cache"/libgnutls28-dev_*.deb "$headers.partial"
        rm "$cache"/libgnutls28-dev_*.deb
        mv "$headers.partial" "$headers"
    fi
    include=$headers/usr/include
    release=${version%-*}
}

generator() {
    cargo run --quiet --package gnutls-sys-generator -- "$@"
}

install_libclang
case ${1-} in
regenerate)
    fetch_headers
    generator regenerate "$include" "$release"
    ;;
check)
    fetch_headers
    generator check "$include" "$release"
    installed=$(pkg-config --variable=includedir gnutls)
    generator compare "$installed" "$(pkg-config --modversion gnutls)"
    ;;
since)
    generator since "${2:?names the clone of the repository}" "$cache/history"
    ;;
*)
    sed -n '2,/^$/s/^#//p' "$0" >&2
    exit 2
    ;;
esac
