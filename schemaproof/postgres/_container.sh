# What a container runs in place of its image's entry point, whose words are the arguments.
#
# Standard input is the lifeline: when its other end closes, however the run ended, the loop ends,
# with it the first process of the container, and with that the container. One command a line, one
# answer a line; the first line is what `postgres --version` says, empty if there is none.
#
# `initdb OPTIONS` says how a data directory is to be made; `start OPTIONS` starts the server;
# `look` answers `runs`, or what it said when it ended; `crash` kills all its processes at once.
trap 'exit 0' INT TERM
log=$LIFELINE_HOME/server.log
ended=$LIFELINE_HOME/ended

others() {
    for stat in /proc/[0-9]*/stat; do
        { read -r pid _ state _ <"$stat"; } 2>/dev/null || continue
        # Dead ones that nobody has reaped yet do no more harm.
        case $pid:$state in "$$":* | *:Z | *:X) ;; *) return 0 ;; esac
    done
    return 1
}

echo "$(postgres --version 2>/dev/null)"
while read -r word rest; do
    case $word in
    initdb)
        export POSTGRES_INITDB_ARGS="$rest"
        echo known
        ;;
    start)
        rm -f "$ended"
        # shellcheck disable=SC2086 # they are words, and none holds a space
        { "$@" $rest </dev/null >>"$log" 2>&1; echo "$?" >"$ended"; } &
        echo started
        ;;
    look)
        if [ -s "$ended" ]; then
            told=$(grep -i -m 1 -e fatal -e error "$log" || tail -n 1 "$log")
            echo "${told:-nothing}"
        else
            echo runs
        fi
        ;;
    crash)
        # The first process of a container is spared.
        while others; do kill -s KILL -- -1; done 2>/dev/null
        echo crashed
        ;;
    esac
done
