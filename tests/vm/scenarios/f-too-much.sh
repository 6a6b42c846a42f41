#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# More pages than a node can give: refused with the numbers, before any pool was touched.
#
#@ fixture: firedancer
#@ fixture: consumer
#@ fixture: poolwatch
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:100000
. ./lib.sh

equal_state multi-user.target active
systemctl stop poolwatch.service
equal "the pools were never touched" \
        "node0 $GIGANTIC min=0 max=0|node0 $HUGE min=0 max=0|node1 $GIGANTIC min=0 max=0|node1 $HUGE min=0 max=0|" \
        "$(sort /run/poolwatch | tr '\n' '|')"

said=$(journal fd-shmem-reserve@firedancer:huge.service)
contains "what was asked, where" "$said" "node 1: 100000 huge pages asked"
contains "why it can't be" "$said" "refused: of [0-9]+ MiB, [0-9]+ MiB are free, .* Headroom= keeps [0-9]+ MiB; [0-9]+ pages would fit"
check_not "the domain is active" systemctl is-active fd-shmem@firedancer.target
contains "failed units" "$(systemctl --failed --no-legend --plain)" "fd-shmem-reserve@firedancer:huge"
equal_state consumer.service inactive
check "taken down" within 10 [ ! -e /mnt/.fd ]
equal_gone /mnt/.fd

echo "# with what would fit"
sed -i 's/100000/100/' /etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target consumer.service
equal_pool 1 $HUGE 100

echo "# a headroom of one's own"
check "stop" systemctl stop fd-shmem.target
printf '[fd-shmem]\nHeadroom=2900M\n' >>/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check_not "start" systemctl start fd-shmem@firedancer.target
contains "the headroom asked for" "$(journal fd-shmem-reserve@firedancer:huge.service)" "Headroom= keeps 2900 MiB"
check "taken down" within 10 [ ! -e /mnt/.fd ]
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
