#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A kernel that zeroes the pages: they are made on both CPUs of node 0 at once, or not where the kernel
# has its own mind about nodes; in any case there are as many as asked, where they were asked, and
# nothing else has changed. The same after a helper was killed in the middle of it.
#
#@ topology: 2:1536,0:768
#@ append: init_on_alloc=1
#@ fixture: firedancer
#@ timeout: 180
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:256,1:64
. ./lib.sh

overcommit=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages

# state WHAT PAGES-OF-NODE-0 PAGES-OF-NODE-1
state() {
        equal "$1: pages" "$2 $3" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
        equal "$1: surplus" "0 0" "$(cat $NODES/node[01]/hugepages/hugepages-${HUGE}kB/surplus_hugepages | xargs)"
        equal "$1: surplus allowed" 0 "$(<$overcommit)"
}

echo "# $(uname -r): $(journal fd-shmem-reserve@firedancer:huge.service | grep -E 'at once' || echo 'nothing said of the way')"
equal_state fd-shmem@firedancer.target active
state "after the boot" 256 64

check "stop" systemctl stop fd-shmem.target
state "stopped" 0 0

for delay in 0.3 0.8 1.3; do
        systemctl start --no-block fd-shmem.target
        within 10 systemctl is-active --quiet fd-shmem-prepare@firedancer.service
        sleep $delay
        systemctl kill --signal=KILL fd-shmem-reserve@firedancer:huge.service
        echo "# killed with $(pool 0 $HUGE) pages on node 0, surplus allowed: $(<$overcommit)"
        within 20 [ ! -e /mnt/.fd ]
        check "stop after a kill" systemctl stop fd-shmem.target
        state "killed after $delay s" 0 0
        systemctl reset-failed 2>/dev/null
done

check "start" systemctl start fd-shmem.target
state "started" 256 64
finish
