#!/usr/bin/env bash
# Builds, tests and runs Badger; ./run.sh help says how.
set -euo pipefail
readonly CALLER_FOLDER=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly JAR=$PWD/target/badger.jar
readonly OLDEST_JDK=22
# A node lives in little memory: its packets are off heap, and its steady data path makes no garbage.
readonly NODE_FLAGS=(--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx64m -Xss512k -XX:-UsePerfData)
readonly LAB_TOOLS=(ip:iproute2 nft:nftables iperf3:iperf3 ping:iputils-ping)
readonly RIVALS=(wireguard-go:wireguard-go wg:wireguard-tools openvpn:openvpn nebula:nebula tincd:tinc openssl:openssl)
readonly TEST_TOOLS=(conntrack:conntrack setpriv:util-linux openssl:openssl gcc:gcc /usr/include/stdio.h:libc6-dev tshark:tshark
    ethtool:ethtool go:golang-go /usr/share/gocode/src/github.com/pion/dtls/v2:golang-github-pion-dtls.v2-dev)

usage() {
    cat <<'TEXT'
Badger, a peer-to-peer layer-3 mesh VPN. Builds itself first when its sources are newer than target/badger.jar.

  ./run.sh demo             two nodes behind two home routers find each other; measures; cleans up (root)
  ./run.sh test             builds everything and runs every test (root)
  ./run.sh test --quick     builds everything and runs the tests that need neither root nor whole nodes nor other programs:
                            some forty seconds on two cores
  ./run.sh bench [OPTION...]
                            compares with the bare cable, WireGuard, OpenVPN, Nebula and tinc, those it can install from Debian;
                            writes tables and charts to target/bench (root); ./run.sh bench --help
  ./run.sh grid [OPTION...] has nodes behind every pair of NATs and firewalls find each other, and compares what comes of it
                            with what is possible (root); ./run.sh grid --help
  ./run.sh soak [OPTION...] long runs: a thousand new keys under load, a million packets over a bad path, IEX away for ten
                            minutes (root); ./run.sh soak --help
  ./run.sh jmh [PATTERN]    runs the benchmarks whose name matches PATTERN
  ./run.sh stress [--quick] [PATTERN]
                            has jcstress look for orders of events that the hand-made synchronizers do not bear, in all
                            tests or those whose name matches PATTERN: two to four minutes, or quickly half of one
  ./run.sh cipher           compares sealing and opening of a packet from Java with the libraries' own loop in C
  ./run.sh iex [OPTION...]  runs an IEX server; ./run.sh iex --help
  ./run.sh counters [OPTION...]
                            shows what a running node has carried and dropped (root); ./run.sh counters --help
  ./run.sh explain ADDRESS  tells why it is, or is not, connected to another (root); ./run.sh explain --help
  ./run.sh OPTION...        runs a node, for example (root)
                            ./run.sh --vip 10.0.0.10/16 --iex iex.example.org:9944 --psk-file mesh.key
  ./run.sh help             this text; ./run.sh --help lists the options of a node

It uses JAVA_HOME, java on the PATH or the newest JDK under /usr/lib/jvm, whichever first is at least JDK 22.
TEXT
}

main() {
    case ${1:-help} in
        help) usage ;;
        demo) demo ;;
        test) shift && run_tests "$@" ;;
        bench) shift && compare "$@" ;;
        grid) shift && try_in_lab badger.grid.Grid "$@" ;;
        soak) shift && try_in_lab badger.e2e.Soak "$@" ;;
        jmh) shift && run_benchmarks "$@" ;;
        stress) shift && run_stress "$@" ;;
        cipher) compare_cipher_calls ;;
        *) run_badger "$@" ;;
    esac
}

run_badger() {
    build_if_stale
    cd "$CALLER_FOLDER" # file names among the options are relative to it
    exec "$JAVA" "${NODE_FLAGS[@]}" -jar "$JAR" "$@"
}

demo() {
    require_root "The demo makes network namespaces"
    require_tools "${LAB_TOOLS[@]}"
    want_fast_cipher
    build_if_stale
    source src/test/lab/demo.sh
    run_demo
}

run_tests() {
    case "$*" in
        "") run_all_tests ;;
        --quick) run_quick_tests ;;
        *) fail 2 "test takes --quick or nothing, and not $*." ;;
    esac
}

run_all_tests() {
    require_root "The end-to-end tests make network namespaces"
    require_tools "${LAB_TOOLS[@]}" "${TEST_TOOLS[@]}" mvn:maven
    want_fast_cipher
    local status=0
    (run_stress --quick) || status=$?
    test_with_maven verify || status=$?
    return "$status"
}

# The profile in pom.xml says which they are.
run_quick_tests() {
    require_tools mvn:maven
    test_with_maven test -Pquick
}

# test_with_maven ARGUMENT...: the last line of the output is Surefire's summary.
test_with_maven() {
    find_jdk
    local log=target/test.log status=0
    rm -rf target/surefire-reports
    mkdir -p target
    maven -B "$@" 2>&1 | tee "$log" || status=$?
    show_slowest_tests
    printf '\n'
    grep -E 'Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$' "$log" | tail -n 1 ||
        echo "No test ran."
    return "$status"
}

show_slowest_tests() {
    local reports=(target/surefire-reports/TEST-*.xml)
    [[ -f ${reports[0]} ]] || return 0
    printf '\nThe slowest test classes, in seconds:\n'
    awk -F '"' '/^<testsuite / {
        for (i = 1; i < NF; i += 2) value[$i] = $(i + 1)
        gsub(",", "", value[" time="])
        printf "%8.1f  %s\n", value[" time="], value[" name="]
    }' "${reports[@]}" | sort -rn | sed -n 1,10p
}

run_benchmarks() {
    require_tools mvn:maven
    find_jdk
    build_test_classes "Building the benchmarks"
    exec "$JAVA" --enable-native-access=ALL-UNNAMED -cp "target/test-classes:target/classes:$(<target/test-classpath)" \
        org.openjdk.jmh.Main -prof gc "$@"
}

# run_stress [--quick] [PATTERN]: fails unless every test ran and had none but allowed outcomes.
run_stress() {
    # Interpreted, by C1, by C2, and twice by C2 with its steps shuffled; quickly, once as the JVM chooses by itself.
    local effort=(-fsm 2 -time 1000) bound_seconds=1200
    if [[ ${1:-} == --quick ]]; then
        shift
        effort=(-time 500 -jvmArgs -XX:+TieredCompilation)
        bound_seconds=300
    fi
    # With a single processor jcstress runs no test, and succeeds.
    (($(nproc) > 1)) || fail 1 "The stress tests need two processors."
    require_tools mvn:maven
    find_jdk
    hushed "Building the stress tests" maven -q -B -Pstress -Dspotless.check.skip process-classes \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
        -Dmdep.includeScope=test -Dmdep.outputFile=target/stress/classpath
    echo "Running the stress tests ..." >&2
    local folder=$PWD/target/stress status=0
    local log=$folder/log classpath=$folder/classes:$PWD/target/classes:$(<"$folder/classpath")
    # It writes its raw results into the folder in which it runs, and waits without a bound in some of its phases. The
    # strides bound how many states exist at once, each of which may have a file open.
    (cd "$folder" && rm -rf results ./*.bin.gz && exec timeout -k 10 "$bound_seconds" \
        "$JAVA" --enable-native-access=ALL-UNNAMED -cp "$classpath" org.openjdk.jcstress.Main \
        -v -sc false -pth false -f 1 -iters 1 -strideSize 32 -strideCount 16 -r results -t "${1:-.*}" "${effort[@]}") \
        >"$log" 2>&1 &
    # Ctrl-C does not reach what timeout runs.
    trap "kill $! 2>/dev/null || true" EXIT
    wait $! || status=$?
    trap - EXIT
    sed -n '/^RUN RESULTS:/,/^  HTML report/p' "$log" | grep -vE '^$|^RUN RES|Results across|No matches|HTML report' ||
        tail -n 40 "$log"
    # jcstress succeeds as well where it could not run a test.
    if ((status != 0)) || ! grep '^(Results: ' "$log" | tail -n 1 |
        grep -qE ' ([0-9]+) planned; \1 passed, 0 failed, 0 soft errs, 0 hard errs'; then
        fail 1 "The stress tests failed (status $status); target/stress/log and target/stress/results tell more."
    fi
}

compare_cipher_calls() {
    require_tools mvn:maven gcc:gcc /usr/include/openssl/evp.h:libssl-dev
    want_fast_cipher
    [[ $(ldconfig -p) != *libIPSec_MB.so.1* ]] || require_tools /usr/include/intel-ipsec-mb.h:libipsec-mb-dev
    find_jdk
    build_test_classes "Building the benchmarks"
    source src/bench/cipher/compare.sh
    compare_ciphers
}

compare() {
    if [[ " $* " != *" --help "* ]]; then
        require_root "The comparison makes network namespaces"
        require_tools "${LAB_TOOLS[@]}"
        [[ " $* " == *" --no-install "* ]] || install_rivals
    fi
    export BADGER_FLAGS=${NODE_FLAGS[*]} BADGER_JAR=$JAR
    run_test_program src/test/java/badger/bench "Building the comparison" badger.bench.Bench "$@"
}

# try_in_lab CLASS ARGUMENT...
try_in_lab() {
    if [[ " $* " != *" --help "* && " $* " != *" --list "* ]]; then
        require_root "This makes network namespaces"
        require_tools "${LAB_TOOLS[@]}" conntrack:conntrack
        want_fast_cipher
    fi
    run_test_program src/test/java/badger "Building the lab's programs" "$@"
}

# run_test_program FOLDER TITLE CLASS ARGUMENT...: runs a main class of the test tree, built anew when a source in the folder is
# newer. It is not in the way of what it measures: it starts other programs and waits.
run_test_program() {
    local folder=$1 title=$2 class=$3
    shift 3
    build_if_stale
    if [[ -z $(find target/test-classpath -newer pom.xml 2>/dev/null) ||
        -n $(find "$folder" -newer target/test-classpath -print -quit) ]]; then
        require_tools mvn:maven
        find_jdk
        build_test_classes "$title"
    fi
    BADGER_JAVA=$JAVA exec "$JAVA" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        -cp "target/test-classes:target/classes:$(<target/test-classpath)" "$class" "$@"
}

# Whatever the distribution has of the rivals; the comparison leaves out what is not there, and says so.
install_rivals() {
    local rival package missing=() wanted=()
    for rival in "${RIVALS[@]}"; do
        command -v "${rival%%:*}" >/dev/null || missing+=("${rival#*:}")
    done
    if ((${#missing[@]} == 0)) || ! command -v apt-get >/dev/null; then
        return
    fi
    hushed "Asking the distribution for ${missing[*]}" apt-get update
    for package in "${missing[@]}"; do
        [[ -z $(apt-cache madison "$package") ]] || wanted+=("$package")
    done
    ((${#wanted[@]} == 0)) || require_packages "${wanted[*]}" "${wanted[@]}"
}

build_test_classes() {
    hushed "$1" maven -q -B -Dspotless.check.skip test-compile \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
        -Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
}

# --- Building ---

build_if_stale() {
    if [[ -f $JAR && -z $(find pom.xml src/main bindings -newer "$JAR" -print -quit 2>/dev/null) ]]; then
        find_java
        return
    fi
    require_tools mvn:maven
    find_jdk
    hushed "Building target/badger.jar (the first time, Maven fetches what it needs)" \
        maven -q -B -Dmaven.test.skip=true -Dspotless.check.skip package
}

maven() {
    JAVA_HOME=$JDK mvn "$@"
}

# --- Finding Java: sets JAVA, and find_jdk also JDK ---

find_java() {
    find_java_home java && JAVA=$FOUND/bin/java && return
    find_jdk
}

find_jdk() {
    find_java_home javac || install_jdk
    JDK=$FOUND
    JAVA=$JDK/bin/java
}

# Sets FOUND to the first home that is new enough and has the program: JAVA_HOME, the one on the PATH, the newest installed.
find_java_home() {
    local program=$1 home version on_path newest=0
    on_path=$(readlink -f "$(command -v java || true)" || true)
    for home in "${JAVA_HOME:-}" "${on_path%/bin/java}"; do
        if [[ -n $home && -x $home/bin/$program ]] && (($(java_version "$home") >= OLDEST_JDK)); then
            FOUND=$home
            return 0
        fi
    done
    for home in /usr/lib/jvm/*; do
        [[ -x $home/bin/$program && ! -L $home ]] || continue
        version=$(java_version "$home")
        if ((version >= OLDEST_JDK && version > newest)); then
            FOUND=$home
            newest=$version
        fi
    done
    ((newest > 0))
}

java_version() {
    local version
    version=$("$1/bin/java" -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p') || true
    echo "${version:-0}"
}

install_jdk() {
    local version package
    for version in 25 24 23 22; do
        package=openjdk-$version-jdk-headless
        if [[ $(apt-cache policy "$package" 2>/dev/null) == *"Candidate: "[0-9]* ]]; then
            require_packages "JDK $version" "$package"
            find_java_home javac && return
        fi
    done
    fail 1 "Badger needs JDK $OLDEST_JDK or later, and neither JAVA_HOME, PATH, /usr/lib/jvm nor the distribution has one:" \
        "install one, for example Temurin 25 from https://adoptium.net, and set JAVA_HOME to it."
}

# --- What the machine must have ---

require_root() {
    ((EUID == 0)) || fail 4 "$1, which needs root: run it with sudo."
}

# require_tools COMMAND:PACKAGE...: installs the packages whose command (or file) is missing.
require_tools() {
    local tool missing=()
    for tool in "$@"; do
        if [[ $tool == /* ]]; then
            [[ -e ${tool%%:*} ]] || missing+=("${tool#*:}")
        else
            command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}")
        fi
    done
    ((${#missing[@]} == 0)) || require_packages "${missing[*]}" "${missing[@]}"
}

# Intel's library for AES-GCM exists for x86-64 only. Where the distribution lacks it, Badger does with OpenSSL.
want_fast_cipher() {
    [[ $(uname -m) == x86_64 ]] || return 0
    [[ $(ldconfig -p) == *libIPSec_MB.so.1* ]] && return 0
    command -v apt-get >/dev/null || return 0
    echo "Installing libipsec-mb1 ..." >&2
    install_packages libipsec-mb1 >/dev/null 2>&1 </dev/null ||
        echo "run.sh: libipsec-mb1 could not be installed; Badger goes on with OpenSSL, more slowly." >&2
}

# require_packages WHAT PACKAGE...
require_packages() {
    local what=$1
    shift
    command -v apt-get >/dev/null || fail 1 "$what is missing, and without apt-get it must be installed by hand."
    ((EUID == 0)) || fail 4 "$what is missing: install it with sudo apt-get install $*."
    hushed "Installing $what" install_packages "$@"
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

# hushed TITLE COMMAND...: says what it does, and shows the command's output only when it fails.
hushed() {
    local title=$1 output
    shift
    echo "$title ..." >&2
    if ! output=$("$@" 2>&1 </dev/null); then
        echo "$output" >&2
        fail 1 "$title failed; the output is above."
    fi
}

# fail EXIT_CODE SENTENCE...
fail() {
    local code=$1
    shift
    echo "run.sh: $*" >&2
    exit "$code"
}

main "$@"
