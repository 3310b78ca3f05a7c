#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"

path_title() { echo "Nebula"; }

path_version() {
    need nebula nebula-cert
    nebula -version | awk '{ print $2 }'
}

path_settings() { echo "a lighthouse on the third host; the example configuration's values, its MTU of 1300 too; firewall open"; }
path_parts() { echo "hub left right"; }

path_prepare() {
    cd "$DIR"
    nebula-cert ca -name bench
    nebula-cert sign -name hub -ip $INNER_HUB/16
    nebula-cert sign -name left -ip $INNER_LEFT/16
    nebula-cert sign -name right -ip $INNER_RIGHT/16
    fill lighthouse.yml hub.yml
    fill host.yml left.yml NAME=left
    fill host.yml right.yml NAME=right
}

path_run() { exec nebula -config "$DIR/$1.yml"; }

answer "$@"
