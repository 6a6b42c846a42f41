#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Killed after each call that changes something, a program shows what others could have seen at that
# moment: until everything is handed over, nobody but root gets into the base directory.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../lifecycle/calls.sh"
umask 0
# LeakSanitizer gives up in a process that is traced already.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

sealed() { # what
        [ ! -e $base ] || expect "$1: base" "0:0:700" "$(owner_of $base)"
}

# Sealed, or handed over whole to OWNER.
sealed_or_owned() { # what, owner
        local directory
        [ "$(owner_of $base)" = "0:0:700" ] && return
        for directory in $base $base/.normal $base/.huge; do
                expect "$1: open, and $directory" "$2:$2:700" "$(owner_of $directory)"
        done
}

each_call() { # what, before, judge, command...
        local what=$1 before=$2 judge=$3 point killed=0
        shift 3
        $before >/dev/null 2>&1 || fail "$what: the state before"
        "$tamper" list /mnt/calls "$@" >/dev/null 2>&1 || fail "$what fails"
        read_calls /mnt/calls
        after >/dev/null 2>&1 || fail "$what: teardown"
        for ((point = 1; point < ${#calls[@]}; point++)); do
                [[ ${calls[point - 1]} =~ $changing ]] || continue
                $before >/dev/null 2>&1 || fail "$what: the state before"
                "$tamper" kill $((point + 1)) "$@" >/dev/null 2>&1
                [ $? = 137 ] && killed=$((killed + 1))
                $judge "$what killed after call $point (${calls[point - 1]})"
                after >/dev/null 2>&1 || fail "$what, call $point: teardown"
                ((failures < 5)) || exit 1
        done
        echo "$what: killed $killed times"
        ((killed >= 5)) || fail "$what was hardly ever killed"
}
after() { teardown; }

each_call prepare true sealed \
        "$helpers/prepare" --domain=test --path=$base --mounts=normal,huge

mounted() { prepare && mounts; }
for_65534() { sealed_or_owned "$1" 65534; }
each_call setup mounted for_65534 \
        "$helpers/setup" --domain=test --path=$base --mounts=normal,huge --user=65534 --group=65534

# The owner is another one from now on: the old one does not get at what is the new one's.
handed_over() { mounted && setup; }
old_or_new() {
        [ "$(owner_of $base)" = "65534:65534:700" ] && sealed_or_owned "$1" 65534 && return
        sealed_or_owned "$1" 65533
}
each_call "setup for another" handed_over old_or_new \
        "$helpers/setup" --domain=test --path=$base --mounts=normal,huge --user=65533 --group=65533

for_65534_or_gone() {
        [ ! -e $base ] || sealed_or_owned "$1" 65534
}

# A stop seals before it takes anything away.
each_call teardown handed_over for_65534_or_gone "$helpers/teardown" --domain=test
[ $failures = 0 ]
