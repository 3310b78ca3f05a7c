#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"
source "$HERE/../openvpn/openvpn.sh"

path_title() { echo "OpenVPN (DCO)"; }

path_version() {
    local version
    version=$(openvpn_version) || missing "$version"
    has_data_channel_offload || missing "this kernel has no OpenVPN data channel offload (module ovpn or ovpn-dco-v2)"
    echo "$version"
}

path_settings() { echo "the same files as OpenVPN, with the kernel's data channel"; }
path_prepare() { prepare_pair; }
path_run() { exec openvpn --config "$DIR/$1.conf"; }

answer "$@"
