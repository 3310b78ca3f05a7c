# Badger by the paper's own command lines: IEX on a third host, two nodes. path.sh sets JAR, OPTIONS and KEEPS_NO_MAP, the
# option by which a node leaves no file behind. BADGER_JAVA and BADGER_FLAGS are what run.sh runs a node with.

# Compiled while it runs: after 30 s of load the last of the hot methods are, on two processors that are busy anyway.
path_warm_up() { echo 15; }

path_settings() { echo "as it comes: IEX without arguments, nodes with --vip, --iex and --psk${OPTIONS:+, and $OPTIONS}"; }
path_parts() { echo "hub left right"; }

path_run() {
    local java=("$BADGER_JAVA" $BADGER_FLAGS -jar "$JAR")
    case $1 in
        hub) exec "${java[@]}" iex ;;
        left) exec "${java[@]}" --vip $INNER_LEFT/16 --iex "$OUTER_HUB:9944" --psk psk-key $KEEPS_NO_MAP $OPTIONS ;;
        right) exec "${java[@]}" --vip $INNER_RIGHT/16 --iex "$OUTER_HUB:9944" --psk psk-key $KEEPS_NO_MAP $OPTIONS ;;
    esac
}
