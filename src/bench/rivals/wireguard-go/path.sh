#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"
source "$HERE/wireguard.sh"
PROGRAM=${BENCH_WIREGUARD_GO:-wireguard-go}

path_title() { echo "wireguard-go"; }

path_version() {
    need "$PROGRAM" wg
    local package=""
    [[ -n ${BENCH_WIREGUARD_GO:-} ]] || package=$(dpkg-query -W -f 'Debian ${Version}' wireguard-go 2>/dev/null || true)
    # The releases of 2023 all call themselves 0.0.20230223; the package or the file says more.
    echo "$("$PROGRAM" --version | sed -n '1s/^wireguard-go v*//p') (${package:-$PROGRAM})"
}

path_settings() { echo "as it comes; MTU 1420 as wg-quick sets it"; }

path_run() {
    export WG_PROCESS_FOREGROUND=1
    exec "$PROGRAM" -f "$(device "$1")"
}

answer "$@"
