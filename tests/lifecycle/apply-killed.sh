#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs in a container, where apply-killed starts it: ends "fd-shmem apply" before some of its system calls,
# with a domain to change, one to stop and one to start. Another apply, or a stop and a start, completes it.
. ./points # first, step, count: calls first, first + step, ...
PATH=$PATH:/machine-test
conf=/etc/fd-shmem.conf
pool=/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages
before=$(<$pool)

section() { # name, path, line...
        printf '[%s]\nPath=%s\nGigantic=no\nExistingPages=add\n' "$1" "$2"
        printf '%s\n' "${@:3}"
}

bare() { # huge pages
        printf '[bare]\nMounts=no\nHuge=0:%s\nExistingPages=add\n' "$1"
}

files=(/run/one /run/other)
{
        section kept /mnt/kept Huge=0:4 Normal=16M
        section free /mnt/free Huge=0:2 Normal=16M MinSize=no
        section first /mnt/first Huge=0:4 Normal=16M
        bare 3
} >/run/one
{
        section kept /mnt/kept Huge=0:6 Normal=32M Mode=0750
        section free /mnt/free Huge=0:5 Normal=16M MinSize=no
        section second /mnt/second Huge=0:4 Normal=16M
        bare 5
} >/run/other
pages=(13 20)
modes=(700 750)
names=("first free kept" "free kept second")
turn=1

edit() {
        turn=$((1 - turn))
        cp ${files[turn]} $conf
}

failures=0
failed() {
        echo "FAILED: $what: $*"
        failures=$((failures + 1))
}

equal() { # what, wanted, got
        [ "$2" = "$3" ] || failed "$1: wanted '$2', got '$3'"
}

works() {
        local output
        output=$("$@" 2>&1 </dev/null) || failed "$* gave status $?: $(tail -n 4 <<<"$output")"
}

records() { # of which kind
        (cd /run/fd-shmem/ && find "$@" -type f -printf '%f\n' | sort | paste -sd ' ')
}

mounted() { awk '$2 ~ "^/mnt/" { print $2 }' /proc/mounts | sort | paste -sd ' '; }

judge_up() {
        local name mounts=
        for name in ${names[turn]}; do
                mounts+="/mnt/$name/.huge /mnt/$name/.normal "
        done
        works fd-shmem plan
        works fd-shmem check
        equal pool $((before + ${pages[turn]})) "$(<$pool)"
        equal mounts "${mounts% }" "$(mounted)"
        equal directories "${names[turn]}" "$(ls /mnt | paste -sd ' ')"
        equal records "bare ${names[turn]}" "$(records domain)"
        equal mode "0:0:${modes[turn]}" "$(stat -c %u:%g:%a /mnt/kept)"
        equal "failed units" "" "$(systemctl list-units --failed --no-legend --plain 'fd-shmem*')"
}

judge_gone() {
        equal "pool after the stop" "$before" "$(<$pool)"
        equal "mounts after the stop" "" "$(mounted)"
        equal "directories after the stop" "" "$(ls /mnt)"
        equal "records after the stop" "" "$(records domain reservation leftover)"
        equal "staging files after the stop" "" "$(find /run/fd-shmem -name 'new-*')"
}

# What is left once the verdict is given is no fault of the next point.
recover() {
        failures=0
        fd-shmem stop >/dev/null 2>&1
        fd-shmem apply --yes >/dev/null 2>&1 </dev/null
        judge_up
        [ $failures = 0 ] || { echo "FAILED: that can't be recovered from"; exit 1; }
}

complete() { # how
        case $1 in
        apply) works fd-shmem apply --yes ;;
        target)
                works systemctl stop fd-shmem.target
                judge_gone
                works systemctl daemon-reload
                works systemctl start fd-shmem.target
                ;;
        tool)
                works fd-shmem stop
                judge_gone
                works fd-shmem apply --yes
                ;;
        esac
}

what="not killed"
edit
works fd-shmem apply --yes
judge_up
edit
works tamper list /run/calls fd-shmem apply --yes
judge_up
if [ $failures != 0 ]; then
        journalctl -b --no-pager -o cat -u 'fd-shmem*' | tail -n 40
        exit 1
fi
calls=$(wc -l </run/calls)

declare -A bad=([apply]=0 [target]=0 [tool]=0)
ways=(apply target tool)
killed=0
for ((i = 0, point = first; i < count && point <= calls; i++, point += step)); do
        way=${ways[i % 3]}
        what="apply killed before call $point of $calls, then $way"
        edit
        tamper kill $point fd-shmem apply --yes >/run/said 2>&1 </dev/null
        [ $? = 137 ] && killed=$((killed + 1))
        complete $way
        judge_up
        [ $failures = 0 ] && continue
        bad[$way]=$((${bad[$way]} + 1))
        recover
done
what="at the end"
works fd-shmem stop
judge_gone
echo "apply: $calls calls, $i points from $first to $((point - step)); killed $killed times; failures:" \
        "${bad[apply]} of apply, ${bad[target]} of stop and start, ${bad[tool]} of the tool's"
[ $((${bad[apply]} + ${bad[target]} + ${bad[tool]} + failures)) = 0 ] && ((killed > 0))
