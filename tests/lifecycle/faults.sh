#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#   faults.sh HELPERS TAMPER kill|fail all|sample PROGRAM...
#
# kill: ends each program before each of its system calls; a stop afterwards leaves nothing, and a start
# afterwards works. fail: makes calls of each kind fail; the program neither hangs nor fails without a
# word, and its next run heals what it left. With "sample" some of the points, the same ones each time
# (SEED); each point is named by its number, so that one can be run alone: POINTS="17 18" or
# POINTS={1..99}.

# In a process namespace of its own there is little to look through for holders, and the same each time.
if [ -z "$FD_SHMEM_TEST_INSIDE" ] && unshare -mpf true 2>/dev/null; then
        FD_SHMEM_TEST_INSIDE=1 exec unshare -mpf --kill-child --mount-proc --propagation private \
                bash "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/calls.sh"
tamper=$2
mode=$3
extent=$4
shift 4
tool=$helpers/tool/fd-shmem
classic=/mnt/.classic
said=/mnt/said
RANDOM=${SEED:-1}
LANG=C

# Free pages of others would stand in for what is missing of ours.
original=$before
if [ "$(cat $node/free_hugepages)" = "$original" ]; then
        before=0
        echo 0 >$node/nr_hugepages
        trap 'before=$original; finish' EXIT
fi

# What no program is written to survive: the loader's and the C library's own.
unfailing='^(exit_group|exit|rt_sigreturn|rt_sigprocmask|execve|arch_prctl|set_tid_address|set_robust_list|rseq|brk|munmap|mprotect|access|prlimit64|getrandom|futex)$'

# --- The programs: the state before, the program itself, and how it is stopped and started.

regions() {
        touch $base/.normal/region $base/plain && mkdir -p $base/sub/sub &&
                truncate -s 2M $base/.huge/region && mkdir $base/.normal/directory
}

before_prepare() { :; }
run_prepare() { "${t[@]}" "$helpers/prepare" --domain=test --path=$base --mounts=normal,huge; }
before_reserve() { prepare; }
run_reserve() {
        "${t[@]}" "$helpers/reserve" --domain=test --type=huge --pages=0:8 --shortage=fail --existing=add \
                --release=yes --defrag=auto
}
before_mount() { prepare && reserve; }
run_mount() { "${t[@]}" "$helpers/mount.fd-shmem" none $base/.huge -o rw,pagesize=2M,min_size=reserved,domain=test; }
before_setup() { prepare && reserve && mounts; }
run_setup() { "${t[@]}" "$helpers/setup" --domain=test --path=$base --mounts=normal,huge --user=65534 --group=65534; }
before_teardown() { up && regions; }
run_teardown() { "${t[@]}" "$helpers/teardown" --domain=test; }
before_reset() { up && regions; }
run_reset() { "${t[@]}" "$helpers/reset" --domain=test; }
before_init() { :; }
run_init() { FD_SHMEM_PATH=$classic "${t[@]}" "$tool" init 0700 65534 65534; }
before_fini() { t=() && run_init && touch $classic/.normal/region; }
run_fini() { FD_SHMEM_PATH=$classic "${t[@]}" "$tool" fini; }
before_alloc() { t=() && run_init; }
run_alloc() { FD_SHMEM_PATH=$classic "${t[@]}" "$tool" alloc 4 huge 0; }

is_classic() { [[ $1 == init || $1 == fini || $1 == alloc ]]; }

# Everything of it goes, whatever has happened. "fini" knows only what "init" completed.
stop() {
        t=()
        if is_classic $1; then
                FD_SHMEM_PATH=$classic "$tool" free huge 0 || :
                run_fini || [ ! -e $classic ]
        else
                teardown
        fi
}

# As somebody would who finds that the program was killed.
start() {
        t=()
        if is_classic $1; then
                run_init || { run_fini && run_init; }
        else
                up
        fi
}

owner_of() { stat -c %u:%g:%a "$1"; }

judge_up() { # program, point
        local top=$base directory
        is_classic $1 && top=$classic
        for directory in $top $top/.normal $top/.huge; do
                expect "$2: $directory" "65534:65534:700" "$(owner_of $directory)"
                [ $directory = $top ] || mountpoint -q $directory || fail "$2: $directory is not mounted"
        done
        is_classic $1 || expect "$2: pool" $((before + 8)) "$(pool)"
}

judge_gone() { # point
        local left
        expect "$1: pool" "$before" "$(pool)"
        left=$(ls -d $base $classic 2>/dev/null) && fail "$1: $left is still there"
        left=$(grep -E " ($base|$classic)" /proc/self/mounts) && fail "$1: mounted: $left"
        left=$(find /run/fd-shmem -type f ! -name 'lock-*' ! -name spare | tr '\n' ' ')
        [ -z "$left" ] || fail "$1: the ledger still has $left"
}

# --- One point each.

# Whatever the last point has left is no fault of the next.
clean() {
        local path
        stop $1 >/dev/null 2>&1 && [ ! -e $base ] && [ ! -e $classic ] && [ "$(pool)" = "$before" ] && return
        for path in $base $classic; do
                umount $path/.normal $path/.huge $path/.gigantic 2>/dev/null
                rm -rf --one-file-system $path
        done
        rm -rf /run/fd-shmem/*/*
        echo "$before" >$node/nr_hugepages
}

begin() {
        t=()
        before_$1 >$said 2>&1 || fail "$1: the state before: $(tail -3 $said)"
}

kill_at() { # program, point, what follows
        local what="$1 killed before call $2 (${calls[$2 - 1]}), then $3" result
        begin $1
        t=("$tamper" kill "$2")
        run_$1 >/dev/null 2>&1
        result=$?
        [ $result = 137 ] && killed=$((killed + 1))
        if [ "$3" = start ]; then
                start $1 >$said 2>&1 || fail "$what: start: $(tail -3 $said)"
                judge_up $1 "$what"
        fi
        stop $1 >$said 2>&1 || fail "$what: stop: $(tail -3 $said)"
        judge_gone "$what"
}

fail_at() { # program, point, errno
        local what="$1 with error $3 in call $2 (${calls[$2 - 1]})" result
        begin $1
        t=(timeout -s KILL 60 "$tamper" fail "$2:$3")
        run_$1 >$said 2>&1
        result=$?
        failed=$((failed + 1))
        [ $result != 137 ] || fail "$what: it hangs"
        # Whose last words can't be written has at least its exit status.
        [ $result = 0 ] || [ -s $said ] || (($2 >= last_write)) ||
                fail "$what: exit status $result and not a word"
        [ $result -lt 126 ] || [ $result = 127 ] || [ $result = 137 ] || fail "$what: exit status $result"
        case $1 in
        teardown | fini) ;;
        *)
                start $1 >$said 2>&1 || fail "$what: start: $(tail -3 $said)"
                judge_up $1 "$what"
                ;;
        esac
        stop $1 >$said 2>&1 || fail "$what: stop: $(tail -3 $said)"
        judge_gone "$what"
}

# --- Which points.

list_calls() { # program
        local point
        begin $1
        t=("$tamper" list /mnt/calls)
        run_$1 >$said 2>&1 || fail "$1: $(tail -3 $said)"
        read_calls /mnt/calls
        last_write=${#calls[@]}
        for ((point = 1; point <= ${#calls[@]}; point++)); do
                [ "${calls[point - 1]}" != write ] || last_write=$point
        done
        clean $1
}

# Of the calls that change something every second, of the others one of twenty.
is_chosen() { # name
        [ $extent = all ] && return
        if [[ $1 =~ $changing ]]; then
                ((RANDOM % 2 == 0))
        else
                ((RANDOM % 20 == 0))
        fi
}

# The points that are asked for, else all, or some of them.
choose_points() {
        local point
        points=()
        for point in $(eval echo $POINTS); do
                ((point <= ${#calls[@]})) && points+=("$point")
        done
        [ -z "$POINTS" ] || return
        for ((point = 1; point <= ${#calls[@]}; point++)); do
                is_chosen "${calls[point - 1]}" && points+=("$point")
        done
}

# Counts a point that did not go well, once, and cleans up after it.
account_for() { # program, what followed
        ((failures == reported)) && return
        bad[$2]=$((${bad[$2]:-0} + 1))
        clean $1
        reported=$failures
}

kill_points() { # program
        local point next
        for point in "${points[@]}"; do
                for next in stop start; do
                        kill_at $1 $point $next
                        account_for $1 $next
                done
        done
        echo "$1: ${#calls[@]} calls, ${#points[@]} points; killed $killed times;" \
                "failures: ${bad[stop]:-0} of stop, ${bad[start]:-0} of start"
}

can_fail() { # point
        # Its first pages: the loader does not look whether it got them.
        [[ ! ${calls[$1 - 1]} =~ $unfailing && ( ${calls[$1 - 1]} != mmap || $1 -ge 5 ) ]]
}

fail_points() { # program
        local point error errors chosen
        read -ra errors <<<"${ERRNO:-5 12 4 28}"
        for point in "${points[@]}"; do
                can_fail $point || continue
                chosen=("${errors[@]}")
                [ $extent = all ] || chosen=("${errors[RANDOM % ${#errors[@]}]}")
                for error in "${chosen[@]}"; do
                        fail_at $1 $point $error
                        account_for $1 run
                done
        done
        echo "$1: ${#calls[@]} calls, ${#points[@]} points; $failed errors injected;" \
                "failures: ${bad[run]:-0}"
}

reported=0
for program; do
        killed=0 failed=0
        declare -A bad=()
        list_calls $program
        choose_points
        ${mode}_points $program
        clean $program
done
[ $failures = 0 ]
