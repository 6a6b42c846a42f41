#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A restart keeps the pages in the pools at every moment.
#
#@ fixture: firedancer
#@ fixture: consumer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Gigantic=0:1,1:1
#| Huge=0:16,1:24
. ./lib.sh

up="0:1048576=1+0 0:2048=16+0 1:1048576=1+0 1:2048=24+0"

equal "pools" "$up" "$(pools)"
poolwatch /run/poolwatch &
watch=$!
for cycle in {1..10}; do
        first=$(systemctl show -P MainPID consumer.service)
        check "restart $cycle" systemctl restart fd-shmem.target
        equal_state fd-shmem@firedancer.target active
        check "the consumer is another one" [ "$(systemctl show -P MainPID consumer.service)" != "$first" ]
        equal "pools" "$up" "$(pools)"
done
check "restart of the domain" systemctl restart fd-shmem@firedancer.target
kill $watch
wait $watch

equal "least and most in the pools" \
        "node0 $GIGANTIC min=1 max=1|node0 $HUGE min=16 max=16|node1 $GIGANTIC min=1 max=1|node1 $HUGE min=24 max=24|" \
        "$(sort /run/poolwatch | tr '\n' '|')"
equal_mount /mnt/.fd/.huge 2M $((40 * 2 << 20))
equal_owner /mnt/.fd "700 firedancer firedancer"
equal_state consumer.service active
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
