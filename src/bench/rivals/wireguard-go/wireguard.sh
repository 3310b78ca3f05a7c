# What wireguard-go and the kernel's WireGuard have in common: keys, peer.conf and what wg-quick would do with it.

path_prepare() {
    local side
    umask 077
    for side in left right; do
        wg genkey | tee "$DIR/$side.key" | wg pubkey >"$DIR/$side.pub"
    done
    fill ../wireguard-go/peer.conf left.conf PRIVATE_KEY="$(<"$DIR/left.key")" PEER_PUBLIC_KEY="$(<"$DIR/right.pub")" \
        PEER_INNER=$INNER_RIGHT PEER_OUTER="$OUTER_RIGHT"
    fill ../wireguard-go/peer.conf right.conf PRIVATE_KEY="$(<"$DIR/right.key")" PEER_PUBLIC_KEY="$(<"$DIR/left.pub")" \
        PEER_INNER=$INNER_LEFT PEER_OUTER="$OUTER_LEFT"
}

# The control socket of wireguard-go lies in a folder that all namespaces share, so the device name must be unique.
device() {
    echo "wg$ID${1:0:1}"
}

path_configure() {
    local device attempt
    device=$(device "$1")
    for ((attempt = 0; attempt < 100; attempt++)); do
        ! wg show "$device" >/dev/null 2>&1 || break
        sleep 0.05
    done
    wg setconf "$device" "$DIR/$1.conf"
    # The same MTU as wg-quick takes on Ethernet.
    ip link set dev "$device" mtu 1420
    if [[ $1 == left ]]; then
        ip address add $INNER_LEFT/16 dev "$device"
    else
        ip address add $INNER_RIGHT/16 dev "$device"
    fi
    ip link set dev "$device" up
}
