#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The configuration is edited while domains are up: one removed from the file is torn down by a stop all
# the same, one that grew has its pages after a restart.
#
#@ file: /etc/fd-shmem.conf
#| [removed]
#| Path=/mnt/removed
#| Huge=0:16
#|
#| [growing]
#| Path=/mnt/growing
#| Huge=0:8,1:8
#@ file: /usr/lib/fd-shmem.conf.d/50-vendor.conf
#| [vendor]
#| Path=/mnt/vendor
#| Huge=1:32
. ./lib.sh

equal_state fd-shmem@removed.target active
equal_state fd-shmem@growing.target active
equal_state fd-shmem@vendor.target active
equal "pools" "24 40" "$(pool 0 $HUGE) $(pool 1 $HUGE)"

echo "# grown and removed"
printf '[growing]\nPath=/mnt/growing\nHuge=0:20,1:8\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart of the grown" systemctl restart fd-shmem@growing.target
equal "12 more" "36 40" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
equal_mount /mnt/growing/.huge 2M $((28 * 2 << 20))
printf '[growing]\nPath=/mnt/growing\nHuge=0:10,1:4\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart of the shrunk" systemctl restart fd-shmem@growing.target
equal "10 and 4 less" "26 36" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
equal_mount /mnt/growing/.huge 2M $((14 * 2 << 20))
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/removed /mnt/growing /mnt/vendor
equal "pools" "0 0" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
finish
