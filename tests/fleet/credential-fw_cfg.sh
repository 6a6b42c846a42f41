#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same by QEMU's -fw_cfg, to a machine without any file.
#
#@ modules: yes
#@ fw_cfg: fd-shmem.conf=[a]\nHuge=0:24,1:8\nRequiredBy=app.service\n
#@ file: /etc/systemd/system/app.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/grep -q " /mnt/.fd/.huge hugetlbfs " /proc/mounts
#@ file: /etc/systemd/system/multi-user.target.d/app.conf
#| [Unit]
#| Wants=app.service
. ./lib.sh

equal "state of the system" running "$STATE"
equal_mount /mnt/.fd/.huge 2M $((32 << 21))
equal_pool 0 $HUGE 24
equal_pool 1 $HUGE 8
equal_state app.service active
check "stop" fd-shmem stop
equal_gone /mnt/.fd
finish
