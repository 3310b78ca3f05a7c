# Sourced by run.sh: compares sealing and opening from Java with the C libraries' own loop, in turns, on this machine.
# Needs JAVA, the test class path of run.sh, gcc, and the headers of libcrypto and, on x86-64, of intel-ipsec-mb.

readonly CIPHER_ROUNDS=3

compare_ciphers() {
    local round backends=(openssl) flags=()
    if [[ -e /usr/include/intel-ipsec-mb.h ]]; then
        backends+=(ipsec-mb)
        flags=(-DWITH_IPSEC_MB -lIPSec_MB)
    fi
    gcc -O2 -Wall -Werror -o target/cipher-loop src/bench/cipher/loop.c "${flags[@]}" -lcrypto
    rm -f target/cipher-c.txt target/cipher-java.txt
    for ((round = 1; round <= CIPHER_ROUNDS; round++)); do
        echo "round $round of $CIPHER_ROUNDS, about a minute each" >&2
        target/cipher-loop >>target/cipher-c.txt
        java_ciphers "$(IFS=,; echo "${backends[*]}")" >>target/cipher-java.txt
    done
    report_ciphers "${backends[@]}"
}

# One line a backend: its name, nanoseconds to seal and to open.
java_ciphers() {
    "$JAVA" --enable-native-access=ALL-UNNAMED -cp "target/test-classes:target/classes:$(<target/test-classpath)" \
        org.openjdk.jmh.Main -wi 3 -i 5 -f 1 -p "backend=$1" -rf csv -rff target/cipher-jmh.csv \
        'RecordProtectionBenchmark.(seal|open)$' >target/cipher-jmh.log 2>&1
    tr -d '"\r' <target/cipher-jmh.csv | awk -F, '
        NR > 1 { what = $1 ~ /seal$/ ? "seal" : "open"; nanos[$NF, what] = $5; name[$NF] = 1 }
        END { for (each in name) print each, nanos[each, "seal"], nanos[each, "open"] }'
}

report_ciphers() {
    local backend column what
    printf '\n| library, 1420 bytes | from Java, ns | C loop, ns | ratio |\n| --- | --- | --- | --- |\n'
    for backend in "$@"; do
        for column in 2 3; do
            [[ $column == 2 ]] && what=seal || what=open
            printf '| %s, %s |' "$backend" "$what"
            awk -v java="$(median target/cipher-java.txt "$backend" $column)" \
                -v c="$(median target/cipher-c.txt "$backend" $column)" \
                'BEGIN { printf " %.0f | %.0f | %.2f |\n", java, c, java / c }'
        done
    done
    printf '\nMedians of %s rounds in turns.\n' "$CIPHER_ROUNDS"
}

# median FILE NAME COLUMN
median() {
    awk -v name="$2" -v column="$3" '$1 == name { print $column }' "$1" | sort -n |
        awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}
