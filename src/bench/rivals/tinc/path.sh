#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"

path_title() { echo "tinc"; }

path_version() {
    need tincd
    tincd --version | sed -n '1s/^tinc version \([^ ]*\).*/\1/p'
}

path_settings() { echo "as it comes: router mode, cipher, digest and path MTU discovery of its defaults"; }

path_prepare() {
    local side
    for side in left right; do
        member $side
    done
    cp "$DIR/left/hosts/left" "$DIR/right/hosts/left"
    cp "$DIR/right/hosts/right" "$DIR/left/hosts/right"
}

member() {
    local name=$1 peer=right inner=$INNER_LEFT outer=$OUTER_LEFT
    [[ $name == left ]] || { peer=left inner=$INNER_RIGHT outer=$OUTER_RIGHT; }
    fill tinc.conf "$name/tinc.conf" NAME="$name" PEER="$peer"
    fill host "$name/hosts/$name" OUTER="$outer" INNER="$inner"
    fill tinc-up "$name/tinc-up" INNER="$inner"
    chmod 755 "$DIR/$name/tinc-up"
    tincd --config="$DIR/$name" --generate-keys=2048 </dev/null
}

path_run() { exec tincd --config="$DIR/$1" --pidfile="$DIR/$1.pid" --no-detach; }

answer "$@"
