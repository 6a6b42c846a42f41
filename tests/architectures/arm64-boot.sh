#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# On arm64, declared domains are up after the boot, their pages on both nodes, of all four sizes that the kernel
# has there; a stop leaves nothing of them.
#
#@ architecture: arm64
#@ topology: 1:3072,1:3072
#@ timeout: 600
#@ fixture: firedancer
#@ poweroff: clean
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Group=firedancer
#| Mode=0700
#| Gigantic=0:1,1:1
#| Huge=0:64,1:96
#| Normal=64M
#|
#| [contiguous]
#| Path=/mnt/contiguous
#| User=firedancer
#| HugeSize=64K
#| Huge=0:32,1:2M
#| GiganticSize=32M
#| Gigantic=0:2,1:1
. ./lib.sh

equal "architecture" aarch64 "$(uname -m)"
equal "base pages" 4096 "$(getconf PAGESIZE)"
equal "sizes of huge pages" "1048576 2048 32768 64" \
        "$(cd /sys/kernel/mm/hugepages && echo * | sed 's/hugepages-//g; s/kB//g')"
equal "state of the system" running "$STATE"
equal_state fd-shmem.target active
equal_state fd-shmem@firedancer.target active
equal_state fd-shmem@contiguous.target active

equal_pool 0 $HUGE 64
equal_pool 1 $HUGE 96
equal_pool 0 $GIGANTIC 1
equal_pool 1 $GIGANTIC 1
equal_mount /mnt/.fd/.huge 2M $((160 * 2 << 20))
equal_mount /mnt/.fd/.gigantic 1024M $((2 << 30))
for directory in /mnt/.fd /mnt/.fd/.normal /mnt/.fd/.huge /mnt/.fd/.gigantic; do
        equal_owner $directory "700 firedancer firedancer"
done
check "all pages are where they were asked for" \
        as_owner consumer /mnt/.fd huge:0:64 huge:1:96 gigantic:0:1 gigantic:1:1

# The contiguous bit of the page tables makes these two sizes.
equal_pool 0 64 32
equal_pool 1 64 32
equal_pool 0 32768 2
equal_pool 1 32768 1
equal_mount /mnt/contiguous/.huge 64K $((4 << 20))
equal_mount /mnt/contiguous/.gigantic 32M $((3 * 32 << 20))

said=$(fd-shmem query)
contains "query: the smallest pages" "$said" "^64K +1 +32 .* contiguous +32 +32 +32 +0"
contains "query: pages of 32M" "$said" "^32M +all +3 "
contains "query: huge pages of node 1" "$said" "^huge +1 +96 .* firedancer +96 +96 +96 +0"
contains "query: gigantic pages" "$said" "^gigantic +all +2 "
contains "query: the domain" "$said" "^Domain firedancer  /mnt/.fd  up"

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd /mnt/contiguous
lacks "pools after stop" "$(pools)" "=[1-9]|\\+[1-9]"
check "start" systemctl start fd-shmem.target
equal_mount /mnt/.fd/.gigantic 1024M $((2 << 30))
equal_mount /mnt/contiguous/.huge 64K $((4 << 20))

# The machine goes down with the domain up.
finish
