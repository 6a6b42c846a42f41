#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills the programs at random moments; a teardown afterwards leaves nothing, a start afterwards works.
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-120}
killed=0

kill_soon() { # runs its arguments, kills them within 4 ms
        "$@" 2>/dev/null &
        sleep 0.00$((RANDOM % 4))$((RANDOM % 10))
        kill -9 $! 2>/dev/null
        wait $! 2>/dev/null
        [ $? = 137 ] && killed=$((killed + 1))
}

for ((round = 0; round < rounds; round++)); do
        case $((round % 3)) in
        0)
                kill_soon "$helpers/prepare" --domain=test --path=$base --mounts=normal,huge
                ;;
        1)
                prepare || fail "prepare in round $round"
                kill_soon "$helpers/reserve" --domain=test --type=huge --pages=0:8 --existing=add
                ;;
        2)
                up || fail "up in round $round"
                kill_soon "$helpers/teardown" --domain=test
                ;;
        esac
        if ((round % 2)); then
                up || fail "up after killing in round $round"
        fi
        teardown || fail "teardown in round $round"
        expect_gone "round $round"
        ((failures == 0)) || break
done 2>/run/log || true
((failures == 0)) || cat /run/log
echo "killed $killed times in $rounds rounds"
((killed > 0)) || fail "never killed anything"
[ $failures = 0 ]
