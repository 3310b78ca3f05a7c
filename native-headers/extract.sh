#!/usr/bin/env bash
# Writes bindings/ anew from the headers in this folder. jextract comes from $JEXTRACT or PATH; see README.md.
set -euo pipefail
cd "$(dirname "$0")"

jextract=${JEXTRACT:-jextract}
if ! command -v "$jextract" > /dev/null; then
    echo "extract.sh: jextract is not there: put it on PATH or name it in JEXTRACT (native-headers/PROVENANCE says which)." >&2
    exit 2
fi

output=../bindings
rm -rf "$output/badger/bindings"
mkdir -p "$output"

extract() {
    local name=$1
    shift
    "$jextract" --output "$output" --target-package "badger.bindings.$name" --header-class-name "${name}_h" \
        "$@" "@symbols-$name.txt" "$name.h"
}

extract linux
extract libcrypto --library :libcrypto.so.3
extract ipsecmb --library :libIPSec_MB.so.1
