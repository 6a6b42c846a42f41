#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Somebody without access hammers at a domain while it is started and stopped, time and again, and gets in
# not once. CYCLES of them; how often he tried is printed.
. "$(dirname "$0")/lib.sh"
cycles=${CYCLES:-40}
mallory=1001

"$programs/intruder" $base $mallory /run/report 0 >/run/complaints &
intruder=$!
for ((cycle = 0; cycle < cycles; cycle++)); do
        up >/run/log 2>&1 || fail "start in cycle $cycle: $(tail -3 /run/log)"
        teardown >/run/log 2>&1 || fail "stop in cycle $cycle: $(tail -3 /run/log)"
        ((failures == 0)) || break
done
kill $intruder
wait $intruder
report=$(cat /run/report)
echo "$cycles cycles: $report"
[[ $report == *"entered=0 violations=0"* ]] || fail "mallory got in: $report $(cat /run/complaints)"
attempts=${report#attempts=}
((${attempts%% *} > cycles)) || fail "mallory hardly tried"
finish
