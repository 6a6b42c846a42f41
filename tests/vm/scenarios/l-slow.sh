#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A reservation that takes its time: "systemctl status" says how far it is and how fast; it gets more
# time as long as pages come; stopped in the middle, it gives everything back.
#
#@ topology: 1:2048
#@ append: init_on_alloc=1
#@ file: /etc/fd-shmem.conf
#| [slow]
#| Path=/mnt/slow
#| Huge=0:700
#| Boot=no
#@ file: /etc/systemd/system/fd-shmem-reserve@slow:huge.service.d/hurry.conf
#| [Service]
#| TimeoutStartSec=1
. ./lib.sh

RESERVE=fd-shmem-reserve@slow:huge.service

says() { # PATTERN
        systemctl show -P StatusText $RESERVE >/run/status
        grep -qE "$1" /run/status
}

echo "# longer than the timeout"
systemctl start --no-block fd-shmem@slow.target
check "the status line has pages and rate" \
        within 20 says '^node 0: [1-9][0-9]* of 700 huge pages, [0-9.]+ [MG]iB/s$'
echo "# $(</run/status)"
check "up" within 60 is_active fd-shmem@slow.target
took=$(systemctl show -P ExecMainExitTimestampMonotonic -P ExecMainStartTimestampMonotonic $RESERVE |
        sort -n | tr '\n' ' ' | awk '{ print int(($2 - $1) / 1000) }')
check "it took $took ms" [ "$took" -gt 1000 ]
equal "in the end" "node 0: 700 of 700 huge pages" "$(systemctl show -P StatusText $RESERVE)"
equal_pool 0 $HUGE 700
check "stop" systemctl stop fd-shmem@slow.target
equal_pool 0 $HUGE 0

echo "# stopped in the middle"
systemctl start --no-block fd-shmem@slow.target
check "it is in the middle" within 20 says '^node 0: [1-9][0-9]* of 700 huge pages, '
check "stop" systemctl stop fd-shmem@slow.target
echo "# $(</run/status); $(journal $RESERVE | grep -E 'released|Interrupted while|torn down' | tail -n 2)"
equal_pool 0 $HUGE 0
lacks "it was not completed" "$(journal $RESERVE | tail -n 4)" "all there"
equal_gone /mnt/slow
finish
