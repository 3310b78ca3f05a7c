#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../path.sh"
source "$HERE/../badger/node.sh"
JAR=${BENCH_BEFORE_JAR:-} KEEPS_NO_MAP="" OPTIONS=${BENCH_BEFORE_OPTIONS:-}

path_title() { echo "Badger, before"; }

path_version() {
    [[ -n $JAR ]] || missing "BENCH_BEFORE_JAR names no other badger.jar"
    [[ -f $JAR ]] || missing "there is no $JAR"
    echo "$JAR of $(date -r "$JAR" '+%Y-%m-%d %H:%M')"
}

answer "$@"
