# What every way of running OpenVPN has in common. Certificates are self-signed and told apart by their fingerprints, as OpenVPN
# 2.6 advises for small set-ups.

openvpn_version() {
    need openvpn openssl
    openvpn --version | awk 'NR == 1 { print $2 }' || true
}

has_data_channel_offload() {
    openvpn --version | grep -q '\[DCO\]' || return 1
    unshare --net ip link add ovpn0 type ovpn 2>/dev/null || unshare --net ip link add ovpn0 type ovpn-dco 2>/dev/null
}

# certificate NAME: makes $DIR/NAME.crt and .key, and sets FINGERPRINT.
certificate() {
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$DIR/$1.key" -out "$DIR/$1.crt" 2>/dev/null)
    FINGERPRINT=$(openssl x509 -in "$DIR/$1.crt" -noout -fingerprint -sha256 | cut -d= -f2)
}

prepare_pair() {
    certificate right
    fill ../openvpn/left.conf left.conf FINGERPRINT="$FINGERPRINT"
    certificate left
    fill ../openvpn/right.conf right.conf FINGERPRINT="$FINGERPRINT"
}
