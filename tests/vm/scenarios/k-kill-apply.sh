#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# "apply" is killed at some moment, with every kind of change under way: in place, mounted anew, renamed.
# Another apply, or a stop, completes it.
#
#@ timeout: 600
. ./lib.sh

conf=/etc/fd-shmem.conf
rhythm=15 # hundredths of a second; one apply takes about one

# section NAME [KEY=VALUE]...
section() {
        local name=$1 key
        shift
        declare -A keys=([Path]=/mnt/$name [Huge]=0:16 [Gigantic]=no [Normal]=16M)
        [ "$name" != free ] || keys[MinSize]=no
        for key in "$@"; do
                keys[${key%%=*}]=${key#*=}
        done
        printf '[%s]\n' "$name"
        for key in "${!keys[@]}"; do
                printf '%s=%s\n' "$key" "${keys[$key]}"
        done
}

# status EXPECTED COMMAND...: the command ends with that status; its output is in $output
status() {
        local expected=$1 got
        shift
        output=$("$@" 2>&1 </dev/null)
        got=$?
        if [ $got = "$expected" ]; then
                passed "$*: status $got"
        else
                failed "$*: status $got, expected $expected: $output"
        fi
}


killed=0
for round in 0 1 2 3 4 5; do
        if [ $((round % 2)) = 0 ]; then
                { section claimed; section free; section one Path=/mnt/x Huge=0:4; } >$conf
                all=36
        else
                { section claimed Huge=0:20; section free Huge=0:24 User=daemon;
                  section two Path=/mnt/x Huge=0:4; } >$conf
                all=48
        fi
        fd-shmem apply --yes >/run/apply.log 2>&1 </dev/null &
        apply=$!
        sleep "0.$(printf %02d $((round * rhythm)))"
        kill -KILL $apply 2>/dev/null && killed=$((killed + 1))
        wait $apply 2>/dev/null
        if [ $((round % 3)) = 2 ]; then
                status 0 fd-shmem stop
                equal "pool" 0 "$(pool 0 $HUGE)"
                equal_gone /mnt/claimed /mnt/free /mnt/x
        fi
        status 0 fd-shmem apply --yes
        status 0 fd-shmem plan
        equal "pool" $all "$(pool 0 $HUGE)"
done
echo "# killed $killed of 6"
check "some were killed" [ $killed -ge 2 ]
status 0 fd-shmem stop
equal_gone /mnt/claimed /mnt/free /mnt/x
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
finish
