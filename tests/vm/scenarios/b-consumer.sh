#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A service that requires a domain starts at boot, as the domain's owner, and finds pages of each type on
# each node.
#
#@ fixture: firedancer
#@ fixture: consumer
#@ poweroff: clean
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Gigantic=0:1,1:1
#| Huge=0:16,1:24
#| Normal=16M
#@ file: /etc/systemd/system/consumer.service.d/pages.conf
#| [Service]
#| Environment="PAGES=gigantic:0:1 gigantic:1:1 huge:0:16 huge:1:24 normal:0:16 normal:1:16"
. ./lib.sh

equal "state of the system" running "$STATE"
equal_state consumer.service active
said=$(journal consumer.service)
contains "gigantic, node 0" "$said" "consumer-gigantic-0: 1 pages of 1048576 KiB on node 0"
contains "gigantic, node 1" "$said" "consumer-gigantic-1: 1 pages of 1048576 KiB on node 1"
contains "huge, node 0" "$said" "consumer-huge-0: 16 pages of 2048 KiB on node 0"
contains "huge, node 1" "$said" "consumer-huge-1: 24 pages of 2048 KiB on node 1"
contains "normal, node 0" "$said" "consumer-normal-0: 16 pages of 4 KiB on node 0"
contains "normal, node 1" "$said" "consumer-normal-1: 16 pages of 4 KiB on node 1"

pid=$(systemctl show -P MainPID consumer.service)
equal "user of the consumer" firedancer "$(ps -o user= -p "$pid")"
contains "what the kernel says of the consumer" "$(cat "/proc/$pid/numa_maps")" \
        "consumer-huge-1 huge .*N1=24 kernelpagesize_kB=2048"
equal "huge pages in use" "0 0" "$(pool 0 $HUGE free_hugepages) $(pool 1 $HUGE free_hugepages)"

# Ordered: the domain was ready before the consumer began.
ready=$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@firedancer.target)
began=$(systemctl show -P ExecMainStartTimestampMonotonic consumer.service)
check "ready at $ready us, the consumer began at $began us" [ "$ready" -le "$began" ]

# The machine goes down with the consumer running; that takes no time for fd-shmem.
finish
