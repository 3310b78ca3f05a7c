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
#   cone      as easy, and once a port is mapped, anybody may send to it (endpoint-independent filtering: a full cone)
#   open      as easy, without the firewall: the pitfall. A packet that reaches the WAN port before the flow from inside makes
#             Linux give that flow another public port, which the peer does not know
# No class turns packets from the LAN to the router's own public address back into the LAN, as Linux does not: see lab_hairpin.
lab_router() {
    local name=$1 class=$2 wan=$3 lan=$4
    lab_namespace "$name"
    lab_forwarding "$name"
    lab_uplink "$name" "$wan"
    lab_classify "$name" "$class" "$wan" "$lan"
}

# lab_router_behind NAME CLASS UPSTREAM WAN_ADDRESS/LENGTH LAN_GATEWAY/LENGTH: makes a router whose WAN port is in the LAN of
# another one: a double NAT; or, where that LAN is 100.64.0.0/10 (RFC 6598), a home behind the NAT of its carrier.
lab_router_behind() {
    local name=$1 class=$2 upstream=$3 wan=$4 lan=$5
    lab_namespace "$name"
    lab_forwarding "$name"
    lab_plug "$name" wan "$upstream" "$wan"
    lab_classify "$name" "$class" "${wan%/*}" "$lan"
}

# The LAN of a router, and the rules of its class.
lab_classify() {
    local name=$1 class=$2 wan=$3 lan=$4
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
        cone)
            lab_firewall "$name"
            lab_masquerade "$name" ""
            lab_mappings "$name"
            ;;
        open)
            lab_masquerade "$name" ""
            ;;
        *)
            echo "lab: there is no router class '$class'" >&2
            return 2
            ;;
    esac
}

# lab_host NAME ROUTER ADDRESS/LENGTH: makes a host on the router's LAN.
lab_host() {
    lab_namespace "$1"
    lab_plug "$1" eth0 "$2" "$3"
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

# lab_close ROUTER: takes back what lab_open did, if it did.
lab_close() {
    lab_exec "$1" nft "add table ip opened; delete table ip opened"
}

# lab_loss PERCENT: drops that share of the UDP datagrams that cross the internet, each direction alike; 0 ends it.
lab_loss() {
    lab_drop loss "meta l4proto udp numgen random mod 100 < $1"
}

# lab_hairpin ROUTER: what comes from the LAN for a mapped port of the router's own public address goes back into the LAN, from
# that public address (RFC 4787, REQ-9). For easy and cone routers, whose public ports are those of the hosts.
lab_hairpin() {
    local wan
    wan=$(lab_address "$1" wan)
    # The way back would otherwise be pointed out to the host, which must not take it.
    lab_exec "$1" sh -c 'echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects; echo 0 > /proc/sys/net/ipv4/conf/lan/send_redirects'
    lab_exec "$1" nft -f - <<RULES
table ip hairpin {
$(lab_mapping_rules)
    chain prerouting {
        type nat hook prerouting priority dstnat;
        iifname "lan" ip daddr $wan meta l4proto udp dnat to udp dport map @mappings
    }
    chain postrouting {
        type nat hook postrouting priority srcnat;
        ip saddr $(lab_network "$1") oifname "lan" ct status dnat snat to $wan
    }
}
RULES
}

# lab_timers ROUTER SECONDS: from now on the NAT or firewall forgets a UDP flow after so long without a packet.
lab_timers() {
    lab_exec "$1" sh -c "
        echo $2 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout
        echo $2 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream"
}

# lab_flush ROUTER: the router forgets every flow, as one that was switched off and on; a NAT then gives each flow another
# public port than before. An easy NAT remains one: it takes the new port from a hash of the host's address and port, in which
# the number of the flush is mixed. Not for cone routers. Needs conntrack.
lab_flush() {
    local name=$1 mode generation
    mode=$(lab_exec "$name" nft list chain ip nat postrouting 2>/dev/null || true)
    if [[ $mode == *masquerade* && $mode != *random* ]]; then
        generation=$(sed -nE 's/.*seed (0x)?([0-9a-f]+).*/\2/p' <<<"$mode")
        lab_exec "$name" nft -f - <<RULES
flush chain ip nat postrouting
table ip nat {
    chain postrouting {
        oifname "wan" meta l4proto udp masquerade to :jhash ip saddr . udp sport mod 20000 seed 0x$((10#${generation:-0} + 1)) offset 30000
        oifname "wan" masquerade
    }
}
RULES
    fi
    lab_exec "$name" conntrack -F 2>/dev/null
}

# lab_burst LENGTH PERIOD: of every PERIOD UDP datagrams that cross the internet, the first LENGTH are lost; 0 1 ends it.
lab_burst() {
    lab_drop burst "meta l4proto udp numgen inc mod $2 < $1"
}

# lab_black_hole BYTES: the internet drops every IP packet longer than that, and tells nobody (RFC 2923, section 2.1); 65535 ends
# it. What is longer only because several segments travel as one is cut first. Needs ethtool.
lab_black_hole() {
    local namespace
    for namespace in $(lab_namespaces); do
        if ip -n "$namespace" link show dev wan >/dev/null 2>&1; then
            ip netns exec "$namespace" ethtool -K wan gso off tso off tx-udp-segmentation off >/dev/null
        fi
    done
    lab_drop black_hole "meta length > $1"
}

# lab_detour LEFT RIGHT: what the two, who stand on the internet, send to each other goes through the TUN devices impair-left and
# impair-right of `inet`, between which badger.e2e.Impair forwards it, or does not.
lab_detour() {
    lab_exec inet sh -c '
        for name in all impair-left impair-right; do echo 0 > /proc/sys/net/ipv4/conf/$name/rp_filter; done'
    ip -n "$LAB-inet" rule add iif "$1" to "$(lab_address "$2" wan)" lookup 101
    ip -n "$LAB-inet" route add default dev impair-left table 101
    ip -n "$LAB-inet" rule add iif "$2" to "$(lab_address "$1" wan)" lookup 102
    ip -n "$LAB-inet" route add default dev impair-right table 102
}

# lab_unplug HOST_OR_ROUTER DEVICE, lab_plug HOST_OR_ROUTER DEVICE ROUTER ADDRESS/LENGTH: the cable to a router's LAN, out and in
# again: with another address, in another LAN, in another device, as one likes.
lab_unplug() {
    ip -n "$LAB-$1" link delete "$2"
}

lab_plug() {
    local name=$1 device=$2 router=$3 address=$4
    ip link add "$device" netns "$LAB-$name" type veth peer name "$name" netns "$LAB-$router"
    ip -n "$LAB-$router" link set "$name" master lan up
    ip -n "$LAB-$name" address add "$address" dev "$device"
    ip -n "$LAB-$name" link set "$device" up
    ip -n "$LAB-$name" route replace default via "$(lab_address "$router" lan)"
}

# lab_renumber HOST DEVICE ADDRESS/LENGTH: takes the device's address away and gives it another one of the same LAN.
lab_renumber() {
    local name=$1 device=$2 address=$3 gateway
    gateway=$(ip -n "$LAB-$name" route show default | awk '{ print $3 }')
    ip -n "$LAB-$name" address flush dev "$device"
    ip -n "$LAB-$name" address add "$address" dev "$device"
    ip -n "$LAB-$name" route replace default via "$gateway"
}

# lab_renumber_public NAME ADDRESS: a host or router that stands on the internet itself gets another public address.
lab_renumber_public() {
    local name=$1 address=$2
    ip -n "$LAB-$name" address flush dev wan
    ip -n "$LAB-inet" address flush dev "$name"
    # A NAT forgets its flows with the link, as a modem that dials anew does; with the address alone it would not, for the kernel
    # looks at that of the other end of a point-to-point link (masq_inet_event in nf_nat_masquerade.c).
    ip -n "$LAB-$name" link set wan down
    ip -n "$LAB-$name" link set wan up
    lab_number "$name" "$address"
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
    ip -n "$LAB-inet" link set "$name" up
    ip -n "$LAB-$name" link set wan up
    lab_number "$name" "$address"
}

lab_number() {
    local name=$1 address=$2
    ip -n "$LAB-inet" address add "$INTERNET_ADDRESS" peer "$address/32" dev "$name"
    ip -n "$LAB-$name" address add "$address" peer "$INTERNET_ADDRESS/32" dev wan
    ip -n "$LAB-$name" route replace default via "$INTERNET_ADDRESS"
}

# The network of a router's LAN.
lab_network() {
    ip -n "$LAB-$1" -4 route show dev lan proto kernel | awk '{ print $1 }'
}

# The first address of a device.
lab_address() {
    ip -n "$LAB-$1" -4 -o address show dev "$2" | sed -nE '1s|.* inet ([0-9.]+)[/ ].*|\1|p'
}

# lab_drop TABLE MATCH: from now on the internet drops what matches, in place of what the table said before.
lab_drop() {
    lab_exec inet nft -f - <<RULES
table inet $1
delete table inet $1
table inet $1 {
    chain forward {
        type filter hook forward priority filter;
        $2 drop
    }
}
RULES
}

# Tells the internet that a LAN of public addresses is reached through this router.
lab_route() {
    ip -n "$LAB-inet" route add "$(lab_network "$1")" via "$2"
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

# Which host and port is behind a public port, learned from every datagram that leaves, and forgotten after five minutes without
# one (RFC 4787, REQ-5); whoever sends to a mapped port from the internet reaches it.
lab_mappings() {
    lab_exec "$1" nft -f - <<RULES
table ip cone {
$(lab_mapping_rules)
    chain prerouting {
        type nat hook prerouting priority dstnat;
        iifname "wan" meta l4proto udp dnat to udp dport map @mappings
    }
}
RULES
}

# Before the source is translated (srcnat), and of a type that sees every packet: chains of type nat see only a flow's first.
lab_mapping_rules() {
    cat <<'RULES'
    map mappings {
        type inet_service : ipv4_addr . inet_service
        flags dynamic,timeout
        size 65535
        timeout 5m
    }
    chain learn {
        type filter hook postrouting priority mangle;
        oifname "wan" meta l4proto udp update @mappings { udp sport : ip saddr . udp sport }
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
