#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"
source "$HERE/../wireguard-go/wireguard.sh"

path_title() { echo "WireGuard (kernel)"; }

path_version() {
    need wg
    unshare --net ip link add wg0 type wireguard 2>/dev/null || missing "this kernel has no WireGuard"
    echo "Linux $(uname -r)"
}

path_settings() { echo "as it comes; MTU 1420 as wg-quick sets it"; }

path_daemon() { echo "no"; }

path_run() {
    ip link add "$(device "$1")" type wireguard
    stay
}

answer "$@"
