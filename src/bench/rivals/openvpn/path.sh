#!/usr/bin/env bash
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/../../path.sh"
source "$HERE/openvpn.sh"

path_title() { echo "OpenVPN"; }
path_version() { openvpn_version; }
path_settings() { echo "point to point over UDP, TLS, AES-128-GCM; in user space (disable-dco); MTU 1500 as it comes"; }
path_prepare() { prepare_pair; }
path_run() { exec openvpn --config "$DIR/$1.conf" --disable-dco; }

answer "$@"
