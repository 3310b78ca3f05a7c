#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../path.sh"

path_title() { echo "bare veth"; }
path_version() { echo "Linux $(uname -r)"; }
path_settings() { echo "no tunnel: the cable all the others run on, MTU 1500"; }
path_addresses() { echo "$OUTER_LEFT $OUTER_RIGHT"; }
path_daemon() { echo "no"; }
path_run() { stay; }

answer "$@"
