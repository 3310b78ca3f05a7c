#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../path.sh"
source "$HERE/node.sh"
JAR=${BADGER_JAR:-} KEEPS_NO_MAP="--map-cache none" OPTIONS=${BENCH_BADGER_OPTIONS:-}

path_title() { echo "Badger"; }

path_version() {
    git -C "$HERE" describe --always --dirty 2>/dev/null || echo "of this source tree"
}

answer "$@"
