# Lets a daemon that runs with the same options do the work. Sourced by ./pixel-llm where a daemon may be running, or where
# PIXELLLM_DAEMON is auto. What is decided here is only who is asked: the daemon declines what it would do differently.

# What a daemon runs besides a text, and what nobody sends it.
served_commands="infer generate look profile"
own_commands="watch serve-folder serve page daemon devices diff encode decode inspect verify view asm disasm import convert train conformance completion help version"

# Its client needs little of Java.
client_options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx64m"
client_class="org.pixelllm.cli.client.Client"
client_cache_class="org.pixelllm.cli.client.ClientTraining"

# Seconds that a new daemon waits for the command to which it owes its start, so as not to delay that.
start_seconds=5

# Whether the command line may be for a daemon; with the options that it names.
asks_for_daemon() {
    asked_cartridge=$here/cartridges/default.pxi
    asked_executor=auto
    asked_threads=auto
    case ${1:-} in
        -V | --version) return 1 ;;
    esac
    if is_one_of "${1:-}" "$own_commands"; then return 1; fi
    previous=
    for word in "$@"; do
        case $word in
            --) return 0 ;;
            --help | -h) return 1 ;;
            --*=*) asked_option "${word%%=*}" "${word#*=}" ;;
            -[xct]=*) asked_option "${word%%=*}" "${word#*=}" ;;
            -[xct]?*) asked_option "${word%"${word#??}"}" "${word#??}" ;;
            *) asked_option "$previous" "$word" ;;
        esac
        previous=$word
    done
}
asked_option() {
    case $1 in
        -c | --cartridge) asked_cartridge=$2 ;;
        -t | --threads) asked_threads=$2 ;;
        -x | --executor)
            asked_executor=$2
            case $2 in *[A-Z]*) asked_executor=$(printf %s "$2" | tr A-Z a-z) ;; esac
            ;;
    esac
}

# Whether a daemon of this user and this build runs.
runs_daemon() {
    [ -f "$state" ] && [ -O "$state" ] && [ ! -h "$state" ] && [ "$state" -nt "$jar" ] || return 1
    {
        IFS= read -r socket && IFS= read -r process && IFS= read -r held_cartridge && IFS= read -r held_executor &&
            IFS= read -r held_threads
    } <"$state" 2>/dev/null || return 1
    kill -0 "$process" 2>/dev/null && [ -S "$socket" ] && [ -O "$socket" ]
}

# Starts one once this command has ended, or takes long.
start_daemon() {
    [ -w "${state%/*}" ] || return 0
    [ -z "$(find "$state.starting" -maxdepth 0 -mmin +2 2>/dev/null)" ] || rmdir "$state.starting"
    mkdir "$state.starting" 2>/dev/null || return 0
    [ "$asked_threads" = auto ] && threads_option= || threads_option="-t $asked_threads"
    (
        trap '' HUP INT
        trap 'rmdir "$state.starting"' EXIT
        waited=0
        while [ $waited -lt $start_seconds ] && kill -0 $$; do
            sleep 1
            waited=$((waited + 1))
        done
        # shellcheck disable=SC2086
        "$here/pixel-llm" daemon start -c "$asked_cartridge" -x "$asked_executor" $threads_option
    ) >/dev/null 2>&1 </dev/null &
}

socket=
if asks_for_daemon "$@"; then
    if ! runs_daemon; then
        socket=
        if [ "${PIXELLLM_DAEMON:-}" = auto ]; then start_daemon; fi
    elif [ "$asked_executor" = "$held_executor" ] && [ "$asked_threads" = "$held_threads" ] &&
        [ "$asked_cartridge" -ef "$held_cartridge" ]; then
        mode=client
        options=$client_options
        main_class=$client_class
        cache_class=$client_cache_class
    else
        socket=
    fi
fi
