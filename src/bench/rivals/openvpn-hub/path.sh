#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"
source "$HERE/../openvpn/openvpn.sh"

path_title() { echo "OpenVPN through a hub"; }
path_version() { openvpn_version; }
path_settings() { echo "server with client-to-client over UDP, TLS, AES-128-GCM; in user space (disable-dco)"; }
path_parts() { echo "hub left right"; }
path_addresses() { echo "10.8.0.10 10.8.0.20"; }

path_prepare() {
    local side fingerprints=()
    certificate hub
    for side in left right; do
        fill client.conf $side.conf NAME=$side FINGERPRINT="$FINGERPRINT"
    done
    for side in left right; do
        certificate $side
        fingerprints+=("$FINGERPRINT")
    done
    fill hub.conf hub.conf LEFT_FINGERPRINT="${fingerprints[0]}" RIGHT_FINGERPRINT="${fingerprints[1]}"
    mkdir -p "$DIR/clients"
    echo "ifconfig-push 10.8.0.10 255.255.255.0" >"$DIR/clients/left"
    echo "ifconfig-push 10.8.0.20 255.255.255.0" >"$DIR/clients/right"
}

path_run() { exec openvpn --config "$DIR/$1.conf" --disable-dco; }

answer "$@"
