#!/bin/sh
# Runs the jobs of ci/check.sh that prove what the README promises, and writes what they found to docs/reliability.md.
#
#   ci/reliability.sh [JOB...]    all of them, or these; what is known of the others stays
#   ci/reliability.sh --check     whether the file knows every job, and no other
#
# A job says what it found in lines "figure: JOB: WHAT WAS RUN: FIGURE: VALUE", or without one of the middle two; the
# tests that passed are counted here. The file's beginning is written by people, and all from "## Runs" on by this script.
# Logs stay in target/reliability. All of it takes half an hour or more; "versions" needs root.
set -eu

cd "$(dirname "$0")/.."
doc=docs/reliability.md
logs=target/reliability
# What says nothing about sessions.
others=" lint coverage bindings demo bench "

jobs=
for job in $(ci/check.sh --list); do
    case $others in
    *" $job "*) ;;
    *) jobs="$jobs $job" ;;
    esac
done

# The rows of the table under heading $1 that are job $2's.
rows() {
    sed -n "/^## $1\$/,/^## [^$(printf %.1s "$1")]/p" "$doc" | grep "^| $2 |" || true
}

check() {
    known=$(sed -n '/^## Runs$/,/^## F/s/^| \([a-z]*\) |.*/\1/p' "$doc" | grep -vx job | sort)
    wanted=$(printf '%s\n' $jobs | sort)
    if [ "$known" != "$wanted" ]; then
        echo "$doc knows the jobs:" $known >&2
        echo "and there are:" $wanted >&2
        echo "run ci/reliability.sh with those that it lacks" >&2
        exit 1
    fi
    for job in $jobs; do
        grep -q "^\* \*\*$job\*\*" "$doc" || { echo "$doc does not say what $job proves" >&2; exit 1; }
        [ -n "$(rows Figures "$job")" ] || { echo "$doc has no figure of $job" >&2; exit 1; }
    done
}

# The figures of job $1 in its log, one in each line: what was run, a tab, the figure.
figures() {
    awk -v job="$1" -F ': ' '
        /^test result:/ { split($0, words, " "); passed += words[4]; tests = 1 }
        $1 == "figure" && $2 == job && NF == 4 { print $3 "\t" $4 }
        $1 == "figure" && $2 == job && NF >= 5 { print $3 "\t" $4 ": " $5 }
        END { if (tests) print (job == "loom" ? "models" : "tests") "\t" passed " passed" }
    ' "$logs/$1.log" | tr '|' '/'
}

# Runs job $1; leaves its rows in two files.
run() {
    echo "== $1"
    began=$(date +%s)
    nice ci/check.sh "$1" >"$logs/$1.log" 2>&1 || { tail -n 30 "$logs/$1.log" >&2; exit 1; }
    seconds=$(($(date +%s) - began))
    echo "| $1 | $(date +%F) | $commit | $seconds | \`ci/check.sh $1\` |" >"$logs/$1.Runs"
    figures "$1" | awk -v job="$1" -v seconds="$seconds" -F '\t' \
        '{ print "| " job " | " $1 " | " $2 " | " seconds " | `ci/check.sh " job "` |" }' >"$logs/$1.Figures"
    [ -s "$logs/$1.Figures" ] || { echo "$1 has no figures: see $logs/$1.log" >&2; exit 1; }
}

# The rows under heading $1, of all jobs.
table() {
    for job in $jobs; do
        case " $ran " in
        *" $job "*) cat "$logs/$job.$1" ;;
        *) rows "$1" "$job" | grep . || echo "| $job | not run yet | - | - | \`ci/check.sh $job\` |" ;;
        esac
    done
}

write() {
    sed '/^## Runs$/,$d' "$doc"
    cat <<-END
	## Runs

	The last one ($(echo $ran | sed 's/ /, /g')): $(date +%F), $(nproc) cores of
	$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | head -n 1),
	$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB of memory,
	$(. /etc/os-release && echo "$PRETTY_NAME") ($(cat /etc/debian_version)), GnuTLS $(pkg-config --modversion gnutls), $(rustc --version).
	Seconds are of that machine with all that it did besides, and include building.

	| job | date | commit | seconds | command |
	|---|---|---|---|---|
	END
    table Runs
    cat <<-END

	## Figures

	| job | what was run | figure | seconds of the job | command |
	|---|---|---|---|---|
	END
    table Figures
}

if [ "${1-}" = --check ]; then
    check
    exit
fi
mkdir -p "$logs"
commit=$(git rev-parse --short HEAD)
git diff --quiet HEAD -- . ":!$doc" || commit="$commit, changed"
ran=
for job in ${*:-$jobs}; do
    case " $jobs " in
    *" $job "*) run "$job" ;;
    *) echo "there is no job '$job' here; there are:$jobs" >&2; exit 2 ;;
    esac
    ran="$ran $job"
    write >"$logs/new.md"
    mv "$logs/new.md" "$doc"
done
check
