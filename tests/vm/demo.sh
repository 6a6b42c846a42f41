#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What "tests/demo" shows, inside the machine. Also a test: it fails if what it shows is not so.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Mode=0700
#| Gigantic=1:1
#| Huge=0:64,1:128
#| Normal=64M
set -u
status=0

title() {
        printf '\n== %s\n' "$*"
}

show() {
        printf '$ %s\n' "$*"
        eval "$*" 2>&1 | sed 's/^/    /'
}

must() {
        "$@" || { echo "NOT SO: $*"; status=1; }
}

pools() {
        grep -H . /sys/devices/system/node/node*/hugepages/hugepages-*kB/nr_hugepages |
                sed -E 's#.*/node([0-9]+)/hugepages/hugepages-([0-9]+)kB/nr_hugepages:#node \1, pages of \2 KiB: #'
}

title "The machine: $(nproc) CPUs, $(ls -d /sys/devices/system/node/node[0-9]* | wc -l) nodes, kernel $(uname -r), $(systemctl --version | head -n 1)"
title "The file that says what memory it shares"
show cat /etc/fd-shmem.conf

title "The machine has booted ($STATE), and the domain is up"
show systemctl --no-pager --lines=0 status fd-shmem@firedancer.target
show pools
show "grep /mnt/.fd /proc/mounts"
show ls -ld /mnt/.fd /mnt/.fd/.normal /mnt/.fd/.huge /mnt/.fd/.gigantic
must systemctl --quiet is-active fd-shmem@firedancer.target

title "A process of the owner, with a huge page bound to node 1"
setpriv --reuid firedancer --regid firedancer --clear-groups consumer --stay /mnt/.fd huge:1:1 &
consumer=$!
until grep -q consumer-huge-1 /proc/$consumer/maps 2>/dev/null; do read -r -t 0.1 <> <(:); done
show "grep consumer-huge-1 /proc/$consumer/numa_maps"
must grep -q 'consumer-huge-1 .*N1=1' /proc/$consumer/numa_maps

title "The same by fd-shmem: whose pages they are, and who holds them"
show fd-shmem query
must grep -q "$consumer " <<<"$(fd-shmem query --table=holders)"

title "Stopping it while the process is there: refused, and the log says who"
show systemctl stop fd-shmem.target
show "journalctl -b -o cat --no-pager -u fd-shmem-teardown@firedancer.service | grep -w $consumer"
must test -e /mnt/.fd/.huge/consumer-huge-1

title "The process ends, and what is left of the stop is done. The file is edited: 32 pages more on node 0"
kill $consumer
wait $consumer
show fd-shmem start
sed -i 's/^Huge=.*/Huge=0:96,1:128/' /etc/fd-shmem.conf
show fd-shmem plan
show "fd-shmem apply --yes | tail -n 2"
must fd-shmem plan --json=short >/dev/null
must test "$(cat /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages)" = 96

title "Stopping it for good"
show systemctl stop fd-shmem.target
show pools
show "grep /mnt/.fd /proc/mounts || echo no mounts"
show "ls -d /mnt/.fd"
must test ! -e /mnt/.fd
must test "$(cat /sys/devices/system/node/node*/hugepages/hugepages-*kB/nr_hugepages | sort -u)" = 0
must systemctl stop fd-shmem.target

title "$([ $status = 0 ] && echo "Everything is gone" || echo "Something was not as it should be")"
exit $status
