#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A reboot with domains up takes nothing down: no time is spent on memory that is about to go. A domain
# on a file system of its own ends with it, like any mount there. After the reboot all are up again.
#
#@ reboots: 1
#@ fixture: firedancer
#@ timeout: 240
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
#|
#| [run]
#| Path=/run/shmem
#| Huge=0:4
#|
#| [own]
#| Path=/srv/own/domain
#| Huge=1:2
#@ file: /etc/systemd/system/srv-own.mount
#| [Unit]
#| Before=local-fs.target
#| [Mount]
#| What=tmpfs
#| Where=/srv/own
#| Type=tmpfs
#@ file: /etc/systemd/system/fd-shmem-teardown@.service.d/50-witness.conf
#| [Service]
#| ExecStopPost=+/bin/sh -c 'mkdir -p /var/lib/witness; >/var/lib/witness/%i'
. ./lib.sh

all_up() {
        local domain
        for domain in firedancer run own; do
                equal_state fd-shmem@$domain.target active
        done
        equal "pools" "0:1048576=0+0 0:2048=20+0 1:1048576=0+0 1:2048=26+0" "$(pools)"
        equal_mount /mnt/.fd/.huge 2M $((40 * 2 << 20))
        equal_owner /mnt/.fd "700 firedancer firedancer"
        equal "state of the system" running "$STATE"
}

all_up
if [ "$BOOT" = 1 ]; then
        check "a region" as_owner sh -c ': >/mnt/.fd/.huge/region; echo text >/mnt/.fd/.normal/region'
        check "a file of the client in the base" as_owner sh -c 'echo own >/mnt/.fd/note'
        reboot_machine reboot
fi

equal "torn down at the reboot" "own" "$(ls /var/lib/witness)"
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd /run/shmem /srv/own/domain
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
