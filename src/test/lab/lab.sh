#!/usr/bin/env bash
# The lab: an internet of network namespaces, with home routers. ./run.sh demo and the end-to-end tests share it.
#
#   iex (203.0.113.1) --- inet --- homeA (198.51.100.1 | 192.168.10.1) --- nodeA (192.168.10.100)
#                           `----- homeB (198.51.100.2 | 192.168.20.1) --- nodeB (192.168.20.100)
#
# Source this file, set LAB to a prefix of your own and call the functions; or run it: lab.sh PREFIX up, lab.sh PREFIX down,
# and so on with every function below. Every namespace is named $LAB-NAME; the namespace you call from gets no address, no
# route and no device, and no route leads out of the lab. Needs root, iproute2 and nftables.

INTERNET_ADDRESS=203.0.113.254

# lab_up: makes `inet`, the router in the middle of the internet.
lab_up() {
    lab_namespace inet
    lab_forwarding inet
}

# lab_public NAME ADDRESS: makes a host that stands directly on the internet.
lab_public() {
    lab_namespace "$1"
    lab_uplink "$1" "$2"
}

# lab_router NAME CLASS WAN_ADDRESS LAN_GATEWAY/LENGTH: makes a home router of one of these classes.
#   none      forwards everything
#   firewall  forwards without address translation, and lets in only what belongs to a flow from inside
#   easy      the same, with a NAT that maps a source port to the same public port for every destination (RFC 4787:
#             endpoint-independent mapping, address-and-port-dependent filtering)
#   hard      the same, with a NAT that takes a random public port for every destination (address-and-port-dependent mapping)
lab_router() {
    local name=$1 class=$2 wan=$3 lan=$4
    lab_namespace "$name"
    lab_forwarding "$name"
    lab_uplink "$name" "$wan"
    ip -n "$LAB-$name" link add lan type bridge
    ip -n "$LAB-$name" address add "$lan" dev lan
    ip -n "$LAB-$name" link set lan up
    case $class in
        none)
            lab_route "$name" "$wan"
            ;;
        firewall)
            lab_route "$name" "$wan"
            lab_firewall "$name"
            ;;
        easy)
            lab_firewall "$name"
            lab_masquerade "$name" ""
            ;;
        hard)
            lab_firewall "$name"
            lab_masquerade "$name" fully-random
            ;;
        *)
            echo "lab: there is no router class '$class'" >&2
            return 2
            ;;
    esac
}

# lab_host NAME ROUTER ADDRESS/LENGTH: makes a host on the router's LAN.
lab_host() {
    local name=$1 router=$2 address=$3 gateway
    gateway=$(ip -n "$LAB-$router" -4 -o address show dev lan | sed -E 's|.* inet ([0-9.]+)/.*|\1|')
    lab_namespace "$name"
    ip link add eth0 netns "$LAB-$name" type veth peer name "$name" netns "$LAB-$router"
    ip -n "$LAB-$router" link set "$name" master lan up
    ip -n "$LAB-$name" address add "$address" dev eth0
    ip -n "$LAB-$name" link set eth0 up
    ip -n "$LAB-$name" route add default via "$gateway"
}

# lab_open ROUTER HOST_ADDRESS TCP_PORT: the manual set-up that Badger spares: forwards the port, and ping, to the host.
lab_open() {
    lab_exec "$1" nft -f - <<RULES
table ip opened {
    chain prerouting {
        type nat hook prerouting priority dstnat;
        iifname "wan" tcp dport $3 dnat to $2
        iifname "wan" icmp type echo-request dnat to $2
    }
}
RULES
}

# lab_close ROUTER: takes back what lab_open did.
lab_close() {
    lab_exec "$1" nft delete table ip opened
}

# lab_loss PERCENT: drops that share of the UDP datagrams that cross the internet, each direction alike; 0 ends it.
lab_loss() {
    lab_exec inet nft -f - <<RULES
table inet loss
delete table inet loss
table inet loss {
    chain forward {
        type filter hook forward priority filter;
        meta l4proto udp numgen random mod 100 < $1 drop
    }
}
RULES
}

# lab_pair LEFT ADDRESS RIGHT ADDRESS: makes two hosts at the ends of one cable, eth0 on both sides; the addresses share a /24.
lab_pair() {
    lab_namespace "$1"
    lab_namespace "$3"
    ip link add eth0 netns "$LAB-$1" type veth peer name eth0 netns "$LAB-$3"
    ip -n "$LAB-$1" address add "$2/24" dev eth0
    ip -n "$LAB-$3" address add "$4/24" dev eth0
    ip -n "$LAB-$1" link set eth0 up
    ip -n "$LAB-$3" link set eth0 up
}

# lab_third NAME ADDRESS LEFT RIGHT RIGHT_ADDRESS: adds to a pair a host on a cable of its own to the right one, which forwards
# for the left one; so the cable between the pair carries their own traffic alone.
lab_third() {
    local name=$1 address=$2 left=$3 right=$4 right_address=$5
    lab_namespace "$name"
    lab_forwarding "$right"
    ip link add eth0 netns "$LAB-$name" type veth peer name "$name" netns "$LAB-$right"
    ip -n "$LAB-$name" address add "$address/32" dev eth0
    ip -n "$LAB-$name" link set eth0 up
    ip -n "$LAB-$name" route add "$right_address" dev eth0
    ip -n "$LAB-$name" route add default via "$right_address"
    ip -n "$LAB-$right" link set "$name" up
    ip -n "$LAB-$right" route add "$address" dev "$name" src "$right_address"
    ip -n "$LAB-$left" route add "$address" via "$right_address"
}

# lab_behind NAME HOST NETWORK: makes a host NETWORK.2 behind another host, which forwards for it as NETWORK.1 on its device
# `behind`. That device leaves nothing to the other end: what goes out of it is cut, and every checksum finished. Needs ethtool.
lab_behind() {
    local name=$1 host=$2 network=$3
    lab_namespace "$name"
    lab_forwarding "$host"
    ip link add eth0 netns "$LAB-$name" type veth peer name behind netns "$LAB-$host"
    lab_exec "$host" ethtool -K behind tx off >/dev/null
    ip -n "$LAB-$host" address add "$network.1/24" dev behind
    ip -n "$LAB-$host" link set behind mtu 1400 up
    ip -n "$LAB-$name" address add "$network.2/24" dev eth0
    ip -n "$LAB-$name" link set eth0 mtu 1400 up
    ip -n "$LAB-$name" route add default via "$network.1"
}

# lab_ipv6 LEFT ADDRESS RIGHT ADDRESS: joins two hosts, which may have other links, by a cable of their own that carries IPv6
# alone; the addresses share a /64.
lab_ipv6() {
    ip link add ipv6 netns "$LAB-$1" type veth peer name ipv6 netns "$LAB-$3"
    ip -n "$LAB-$1" address add "$2/64" dev ipv6 nodad
    ip -n "$LAB-$3" address add "$4/64" dev ipv6 nodad
    ip -n "$LAB-$1" link set ipv6 up
    ip -n "$LAB-$3" link set ipv6 up
}

# lab_rate NAME DEVICE MBIT: limits what the host or router sends out of the device to that many megabits per second, with a
# queue of 10 ms; a limit each way takes one call for each end.
lab_rate() {
    tc -n "$LAB-$1" qdisc replace dev "$2" root tbf rate "$3mbit" burst 256kb latency 10ms
}

# lab_exec NAME COMMAND...: runs a command in a namespace.
lab_exec() {
    local name=$1
    shift
    ip netns exec "$LAB-$name" "$@"
}

# lab_down: ends what still runs in the lab (SIGTERM, after two seconds SIGKILL) and removes it. Safe at any time, and twice.
lab_down() {
    local pids name attempt
    pids=$(lab_pids)
    [[ -z $pids ]] || kill $pids 2>/dev/null || true
    for ((attempt = 0; attempt < 40; attempt++)); do
        pids=$(lab_pids)
        [[ -n $pids ]] || break
        sleep 0.05
    done
    [[ -z $pids ]] || kill -KILL $pids 2>/dev/null || true
    for name in $(lab_namespaces); do
        ip netns delete "$name" || true
    done
}

# --- The parts of the above ---

lab_namespace() {
    ip netns add "$LAB-$1"
    ip -n "$LAB-$1" link set lo up
}

lab_forwarding() {
    lab_exec "$1" sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
}

# A point-to-point link: whatever goes from one public address to another is forwarded by `inet`, where lab_loss sees it.
lab_uplink() {
    local name=$1 address=$2
    ip link add wan netns "$LAB-$name" type veth peer name "$name" netns "$LAB-inet"
    ip -n "$LAB-inet" address add "$INTERNET_ADDRESS" peer "$address/32" dev "$name"
    ip -n "$LAB-inet" link set "$name" up
    ip -n "$LAB-$name" address add "$address" peer "$INTERNET_ADDRESS/32" dev wan
    ip -n "$LAB-$name" link set wan up
    ip -n "$LAB-$name" route add default via "$INTERNET_ADDRESS"
}

# Tells the internet that a LAN of public addresses is reached through this router.
lab_route() {
    local network
    network=$(ip -n "$LAB-$1" -4 route show dev lan proto kernel | awk '{ print $1 }')
    ip -n "$LAB-inet" route add "$network" via "$2"
}

# A packet that reaches the WAN port before any from inside must be dropped, as real routers do: if it is let through to the
# router itself, Linux remembers its ports as taken and gives the later flow from inside another public port.
lab_firewall() {
    lab_exec "$1" nft -f - <<RULES
table inet filter {
    chain from_wan {
        ct state established,related accept
        ct status dnat accept
        drop
    }
    chain input {
        type filter hook input priority filter;
        iifname "wan" jump from_wan
    }
    chain forward {
        type filter hook forward priority filter;
        iifname "wan" jump from_wan
    }
}
RULES
}

lab_masquerade() {
    lab_exec "$1" nft -f - <<RULES
table ip nat {
    chain postrouting {
        type nat hook postrouting priority srcnat;
        oifname "wan" masquerade $2
    }
}
RULES
}

lab_namespaces() {
    ip netns list | awk -v prefix="$LAB-" 'index($1, prefix) == 1 { print $1 }'
}

lab_pids() {
    local name
    for name in $(lab_namespaces); do
        ip netns pids "$name" 2>/dev/null || true
    done
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    LAB=$1
    "lab_$2" "${@:3}"
fi
