#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The configuration is edited while domains are up: one moves to another directory, a drop-in masks the
# drop-in that declares another.
#
#@ file: /etc/fd-shmem.conf
#| [growing]
#| Path=/mnt/growing
#| Huge=0:8,1:8
#@ file: /usr/lib/fd-shmem.conf.d/50-vendor.conf
#| [vendor]
#| Path=/mnt/vendor
#| Huge=1:32
. ./lib.sh

echo "# a domain that moved"
printf '[growing]\nPath=/mnt/elsewhere\nHuge=0:10,1:4\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart" systemctl restart fd-shmem.target
equal_mount /mnt/elsewhere/.huge 2M $((14 * 2 << 20))
equal "the former directory" "" "$(ls -d /mnt/growing 2>/dev/null)"
equal "pools" "10 36" "$(pool 0 $HUGE) $(pool 1 $HUGE)"

echo "# a drop-in masks another"
mkdir -p /etc/fd-shmem.conf.d
ln -s /dev/null /etc/fd-shmem.conf.d/50-vendor.conf
check "stop" systemctl stop fd-shmem.target
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target
equal "without the masked" "10 4" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
equal "directory of the masked" "" "$(ls -d /mnt/vendor 2>/dev/null)"
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/elsewhere /mnt/growing /mnt/vendor
finish
