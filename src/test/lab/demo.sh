# ./run.sh demo: two nodes behind two home routers, each with NAT and a stateful firewall, and IEX on the internet between them.
# run.sh sources this file; it needs JAVA, NODE_FLAGS, JAR and fail from there.

source src/test/lab/lab.sh

readonly IEX=203.0.113.1 HOME_A=198.51.100.1 HOME_B=198.51.100.2 HOST_A=192.168.10.100 HOST_B=192.168.20.100
readonly VIP_A=10.0.0.10 VIP_B=10.0.0.20
readonly IPERF_SECONDS=3 IPERF_PORT=5201

run_demo() {
    export LC_ALL=C # numbers with a point
    BOLD="" PLAIN=""
    [[ ! -t 1 ]] || { BOLD=$'\e[1m' && PLAIN=$'\e[0m'; }
    check_machine
    LAB=bdg$$
    LOGS=${TMPDIR:-/tmp}/$LAB-logs
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -m 700 "$LOGS"
    START_MS=$(now_ms)

    build_lab
    start_iex
    start_nodes
    ping_both_ways
    note_memory idle
    measure_with_badger
    note_memory loaded
    measure_without_badger
    print_summary
    FINISHED=yes
}

check_machine() {
    [[ -c /dev/net/tun ]] || fail 1 "The kernel offers no TUN device: /dev/net/tun is missing (modprobe tun)."
    unshare --net true 2>/dev/null || fail 4 "The demo may not make network namespaces here: it needs CAP_SYS_ADMIN."
    unshare --net nft -f - 2>/dev/null <<<'table ip t { chain c { type nat hook postrouting priority srcnat; masquerade; }; }' ||
        fail 1 "The kernel offers no nftables NAT, which the demo's home routers are made of (modprobe nft_masq)."
}

# Runs at every end: also on Ctrl-C, on SIGTERM and when a step fails.
clean_up() {
    local status=$?
    trap '' HUP INT TERM
    if [[ -z ${FINISHED:-} ]] && ((status < 128)); then
        echo
        echo "The demo failed. The last lines of each log:"
        tail -n 15 "$LOGS"/*.log 2>/dev/null || true
    fi
    lab_down
    rm -rf "$LOGS"
    if ((status == 0)); then
        step "everything taken down"
    else
        echo "run.sh: everything taken down, exit code $status" >&2
    fi
    exit "$status"
}

# --- The steps ---

build_lab() {
    lab_up
    lab_public iex "$IEX"
    lab_router homeA easy "$HOME_A" 192.168.10.1/24
    lab_router homeB easy "$HOME_B" 192.168.20.1/24
    lab_host nodeA homeA "$HOST_A/24"
    lab_host nodeB homeB "$HOST_B/24"
    watch_internet
    step "home A: $HOST_A behind NAT and firewall, public $HOME_A"
    step "home B: $HOST_B behind NAT and firewall, public $HOME_B"
}

start_iex() {
    start iex "$JAVA" "${NODE_FLAGS[@]}" -jar "$JAR" iex
    IEX_PID=$!
    await 10 "IEX listens" iex_listens
    step "IEX listens on $IEX:9944" "" "badger iex"
}

iex_listens() {
    [[ -n $(lab_exec iex ss -Huln 'sport = :9944') ]]
}

start_nodes() {
    start nodeA "$JAVA" "${NODE_FLAGS[@]}" -jar "$JAR" --vip $VIP_A/16 --iex $IEX:9944 --psk psk-key --map-cache none
    NODE_A_PID=$!
    await 10 "the first node's TUN device is up" has_address nodeA $VIP_A
    step "the first node is up" "" "badger --vip $VIP_A/16 --iex $IEX:9944 --psk psk-key"

    start nodeB "$JAVA" "${NODE_FLAGS[@]}" -jar "$JAR" --vip $VIP_B/16 --iex $IEX:9944 --psk psk-key --map-cache none
    NODE_B_PID=$!
    SECOND_NODE_MS=$(now_ms)
    step "the second node starts" "" "badger --vip $VIP_B/16 --iex $IEX:9944 --psk psk-key"

    lab_exec nodeA bash -c "until ping -n -c 1 -i 0.1 -w 20 $VIP_B; do sleep 0.1; done" >"$LOGS/first-ping.log" 2>&1 &
    local first_ping=$! deadline=$(($(now_ms) + 20000))
    SEEN=""
    while kill -0 "$first_ping" 2>/dev/null; do
        report_crossings
        nodes_live
        (($(now_ms) < deadline)) || broken "no ping got through within 20 s"
        sleep 0.03
    done
    FIRST_PING_MS=$(($(now_ms) - SECOND_NODE_MS))
    report_crossings
    step "first ping after the second node's start" "$(seconds $FIRST_PING_MS) s"
}

ping_both_ways() {
    round_trip RTT_BADGER nodeA $VIP_B
    step "ping with Badger, A to B" "$RTT_BADGER ms" "ping $VIP_B"
    round_trip RTT_BADGER nodeB $VIP_A
    step "ping with Badger, B to A" "$RTT_BADGER ms" "ping $VIP_A"
}

measure_with_badger() {
    start nodeA iperf3 -s -B $VIP_A
    local server=$!
    await 5 "iperf3 listens" iperf_listens
    throughput BADGER_TO_A $VIP_A
    step "TCP with Badger, B to A" "$BADGER_TO_A Mbit/s" "iperf3 -c $VIP_A"
    throughput BADGER_TO_B $VIP_A -R
    step "TCP with Badger, A to B" "$BADGER_TO_B Mbit/s" "iperf3 -c $VIP_A -R"
    kill "$server"
    wait "$server" || true
}

# The same way through both routers, but with the port forwarded and the firewall opened by hand.
measure_without_badger() {
    lab_open homeA "$HOST_A" $IPERF_PORT
    start nodeA iperf3 -s
    await 5 "iperf3 listens" iperf_listens
    round_trip RTT_BARE nodeB "$HOME_A"
    step "ping without, opened by hand, B to A" "$RTT_BARE ms" "ping $HOME_A"
    throughput BARE_TO_A "$HOME_A"
    step "TCP without, opened by hand, B to A" "$BARE_TO_A Mbit/s" "iperf3 -c $HOME_A"
    throughput BARE_TO_B "$HOME_A" -R
    step "TCP without, opened by hand, A to B" "$BARE_TO_B Mbit/s" "iperf3 -c $HOME_A -R"
    lab_close homeA
}

iperf_listens() {
    [[ -n $(lab_exec nodeA ss -Htln "sport = :$IPERF_PORT") ]]
}

note_memory() {
    local when=$1 name pid
    for name in IEX NODE_A NODE_B; do
        pid=${name}_PID
        printf -v "${name}_RSS_$when" '%s' "$(awk '/^VmRSS:/ { printf "%.0f", $2 / 1024 }' "/proc/${!pid}/status")"
    done
}

print_summary() {
    printf '\n%s%-36s %12s %10s %9s%s\n' "$BOLD" "path" "TCP Mbit/s" "of direct" "RTT ms" "$PLAIN"
    printf '%-36s %12s %10s %9s\n' \
        "direct, port opened by hand, B to A" "$BARE_TO_A" "100 %" "$RTT_BARE" \
        "direct, port opened by hand, A to B" "$BARE_TO_B" "100 %" "" \
        "Badger, no set-up, B to A" "$BADGER_TO_A" "$(percent "$BADGER_TO_A" "$BARE_TO_A") %" "$RTT_BADGER" \
        "Badger, no set-up, A to B" "$BADGER_TO_B" "$(percent "$BADGER_TO_B" "$BARE_TO_B") %" ""
    printf '\n%s%-36s %12s %10s%s\n' "$BOLD" "resident memory, MB" "idle" "after load" "$PLAIN"
    printf '%-36s %12s %10s\n' \
        "node A ($VIP_A)" "$NODE_A_RSS_idle" "$NODE_A_RSS_loaded" \
        "node B ($VIP_B)" "$NODE_B_RSS_idle" "$NODE_B_RSS_loaded" \
        "IEX" "$IEX_RSS_idle" "$IEX_RSS_loaded"
    printf '\nFirst ping %s s after the second node started. Everything ran on this machine'\''s %s cores, iperf3 too.\n\n' \
        "$(seconds $FIRST_PING_MS)" "$(nproc)"
}

# --- What the internet sees: counters in its middle, which need no word from Badger ---

watch_internet() {
    lab_exec inet nft -f - <<RULES
table inet watch {
    counter discovery { }
    counter punch_from_a { }
    counter punch_from_b { }
    counter handshake { }
    counter data { }
    chain forward {
        type filter hook forward priority filter;
        meta l4proto != udp accept
        ip saddr $IEX ip daddr $HOME_B counter name discovery
        ip saddr $HOME_A ip daddr $HOME_B counter name punch_from_a
        ip saddr $HOME_B ip daddr $HOME_A counter name punch_from_b
        ip saddr { $HOME_A, $HOME_B } ip daddr { $HOME_A, $HOME_B } @th,64,8 22 counter name handshake
        ip saddr { $HOME_A, $HOME_B } ip daddr { $HOME_A, $HOME_B } @th,64,8 23 counter name data
    }
}
RULES
}

# Says, once each, what has crossed the internet by now; the byte after the UDP header is the DTLS content type.
report_crossings() {
    local counts
    counts=$(lab_exec inet nft list counters table inet watch | awk '/counter/ { name = $2 } /packets/ && $2 > 0 { print name }')
    counts=" ${counts//$'\n'/ } "
    [[ $counts != *" discovery "* ]] || once discovery "discovery: IEX told the second node of the first"
    [[ $counts != *" punch_from_a "*"punch_from_b "* ]] || once punched "punched: datagrams cross between both homes, both ways"
    [[ $counts != *" handshake "* ]] || once handshake "DTLS handshake under way"
    [[ $counts != *" data "* ]] || once data "DTLS handshake finished: first application data"
}

once() {
    [[ $SEEN != *"<$1>"* ]] || return 0
    SEEN+="<$1>"
    step "$2"
}

# --- Tools ---

# start NAMESPACE COMMAND...: in the background; $! is the command's own process id.
start() {
    local name=$1 log
    shift
    log=$LOGS/$name-$(basename "$1").log
    ip netns exec "$LAB-$name" "$@" >>"$log" 2>&1 </dev/null &
}

# await SECONDS WHAT COMMAND...: polls until the command succeeds.
await() {
    local deadline=$(($(now_ms) + $1 * 1000)) what=$2
    shift 2
    until "$@"; do
        (($(now_ms) < deadline)) || broken "gave up waiting until $what"
        nodes_live
        sleep 0.05
    done
}

has_address() {
    [[ $(ip -n "$LAB-$1" -o -4 address show 2>/dev/null) == *"inet $2/"* ]]
}

nodes_live() {
    local pid
    for pid in ${IEX_PID:-} ${NODE_A_PID:-} ${NODE_B_PID:-}; do
        kill -0 "$pid" 2>/dev/null || broken "a Badger process ended by itself"
    done
}

# round_trip VARIABLE NAMESPACE TARGET: sets the variable to the mean in milliseconds.
round_trip() {
    local log=$LOGS/ping-$2.log
    interruptible "$log" ip netns exec "$LAB-$2" ping -n -q -c 10 -i 0.1 -W 1 "$3" || broken "$2 gets no answer from $3"
    printf -v "$1" '%s' "$(awk -F/ '/^rtt/ { printf "%.2f", $5 }' "$log")"
}

# throughput VARIABLE SERVER [-R]: sets the variable to what one TCP stream of node B carried, in Mbit/s.
throughput() {
    local variable=$1 log=$LOGS/iperf3-client.log
    shift
    interruptible "$log" ip netns exec "$LAB-nodeB" iperf3 -c "$@" -t $IPERF_SECONDS -O 1 -J || broken "iperf3 -c $* failed"
    printf -v "$variable" '%s' "$(awk '/"sum_received"/ { found = 1 }
        found && /"bits_per_second"/ { gsub(/[^0-9.e+]/, "", $2); printf "%.0f", $2 / 1e6; exit }' "$log")"
}

# interruptible LOG COMMAND...: bash answers a signal only between foreground commands, but during a `wait` at once.
interruptible() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null &
    wait $!
}

broken() {
    echo "run.sh: $*" >&2
    exit 1
}

# step WHAT [FIGURE [COMMAND]]: one line, with the time since the demo began.
step() {
    printf '%s%7s s%s  %-62s %12s   %s\n' "$BOLD" "$(seconds $(($(now_ms) - START_MS)))" "$PLAIN" "$1" "${2:-}" "${3:-}" |
        sed 's/ *$//'
}

now_ms() {
    echo $((${EPOCHREALTIME/./} / 1000))
}

seconds() {
    printf '%d.%02d' $(($1 / 1000)) $(($1 % 1000 / 10))
}

percent() {
    awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.1f", 100 * part / whole }'
}
