#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two domains, a bad value in one: the other is up, the bad one's target says file and line, the boot
# reached its target; whatever requires the bad one was not started.
#
#@ file: /etc/fd-shmem.conf
#| [bad]
#| Path=/mnt/bad
#| Huge=0:16,1:many
#|
#| [good]
#| Path=/mnt/good
#| Huge=0:16,1:8
#@ file: /etc/systemd/system/needs-bad.service
#| [Unit]
#| Requires=fd-shmem@bad.target
#| After=fd-shmem@bad.target
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/true
#@ file: /etc/systemd/system/multi-user.target.d/needs-bad.conf
#| [Unit]
#| Wants=needs-bad.service
. ./lib.sh

equal_state multi-user.target active
equal "state of the system" degraded "$STATE"
equal_state fd-shmem@good.target active
equal_pool 0 $HUGE 16
equal_pool 1 $HUGE 8
equal_mount /mnt/good/.huge 2M $((24 * 2 << 20))
equal_mount /mnt/good/.gigantic 1024M 0

status=$(systemctl status --no-pager --lines=0 fd-shmem@bad.target)
contains "status of the bad domain" "$status" "/etc/fd-shmem.conf:3: "
contains "the value in it" "$status" "many"
contains "the log" "$(journal fd-shmem-prepare@bad.service)" "/etc/fd-shmem.conf:3: "
check_not "the bad domain is active" systemctl is-active fd-shmem@bad.target
contains "failed units" "$(systemctl --failed --no-legend --plain)" "fd-shmem.*bad"
equal "directory of the bad domain" "" "$(ls -d /mnt/bad 2>/dev/null)"
equal_state needs-bad.service inactive
equal_state fd-shmem.target inactive
contains "why fd-shmem.target failed" "$(journal fd-shmem-check.service)" "bad"

echo "# mended"
sed -i 's/many/4/' /etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target needs-bad.service
equal_state fd-shmem@bad.target active
equal_state fd-shmem.target active
equal_pool 0 $HUGE 32
equal_pool 1 $HUGE 12

echo "# one domain stopped without the other"
check "stop" systemctl stop fd-shmem@bad.target
equal_state fd-shmem@good.target active
equal_pool 0 $HUGE 16
equal_pool 1 $HUGE 8
equal "directory of the stopped domain" "" "$(ls -d /mnt/bad 2>/dev/null)"

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/bad /mnt/good
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
