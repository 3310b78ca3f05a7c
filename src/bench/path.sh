# What every path.sh has in common; each sources this file, defines the functions whose answers differ, and calls `answer "$@"`.
# README.md beside this file lists the verbs.
set -euo pipefail

readonly INNER_LEFT=10.0.0.10 INNER_RIGHT=10.0.0.20 INNER_HUB=10.0.0.1

path_parts() { echo "left right"; }
path_addresses() { echo "$INNER_LEFT $INNER_RIGHT"; }
path_daemon() { echo "yes"; }
path_warm_up() { echo 3; }
path_prepare() { :; }
path_configure() { :; }

answer() {
    local verb=$1
    shift
    "path_$verb" "$@"
}

# need COMMAND...: says which one is missing, and ends with exit code 1.
need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || missing "$command is not installed"
    done
}

missing() {
    echo "$*"
    exit 1
}

# fill SOURCE TARGET [NAME=VALUE...]: copies a configuration file into $DIR with its @WORDS@ replaced.
fill() {
    local source=$1 target=$2 pair script=""
    shift 2
    for pair in "DIR=$DIR" "ID=$ID" "OUTER_LEFT=$OUTER_LEFT" "OUTER_RIGHT=$OUTER_RIGHT" "OUTER_HUB=$OUTER_HUB" \
        "INNER_LEFT=$INNER_LEFT" "INNER_RIGHT=$INNER_RIGHT" "INNER_HUB=$INNER_HUB" "$@"; do
        script+="s|@${pair%%=*}@|${pair#*=}|g;"
    done
    mkdir -p "$(dirname "$DIR/$target")"
    sed "$script" "$HERE/$source" >"$DIR/$target"
}

# No daemon has to run, but something must stay: the caller ends a path by ending its processes.
stay() {
    exec sleep infinity
}
