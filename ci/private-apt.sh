# Sourced: apt with a configuration of its own, in the folder $apt. It sees the sources that it is told of, and the
# machine's own apt sees nothing of them.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/gnutls-rs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The Debian suites of the machine's own apt, one a line: the archive's label, and the fields that $1 names.
debian_suites() {
    apt-get indextargets --format "\$(LABEL) $1" 'Created-By: Packages' 'Component: main' | grep '^Debian'
}

# Takes the sources of standard input.
use_sources() {
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : >"$apt/status"
    cat >"$apt/sources.list"
    private_apt apt-get update --quiet=2
}

private_apt() {
    program=$1
    shift
    "$program" \
        -o Dir::Etc::sourcelist="$apt/sources.list" \
        -o Dir::Etc::sourceparts=- \
        -o Dir::State="$apt" \
        -o Dir::State::status="$apt/status" \
        -o Dir::Cache="$apt" \
        -o APT::Sandbox::User="$(id -un)" \
        -o APT::Get::List-Cleanup=false \
        "$@"
}
