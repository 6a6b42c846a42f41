#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# When "systemctl stop fd-shmem.target" returns, all of it is gone, the consumer first; start brings it
# back. Twenty times in a row, hence longer than the other scenarios.
#
#@ fixture: firedancer
#@ fixture: consumer
#@ timeout: 300
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Gigantic=1:1
#| Huge=0:64,1:96
. ./lib.sh

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=64+0 1:1048576=1+0 1:2048=96+0"

equal "pools after boot" "$up" "$(pools)"
for cycle in {1..20}; do
        echo "# cycle $cycle"
        rm -f /run/consumer.stopped
        equal_state consumer.service active
        check "stop" systemctl stop fd-shmem.target
        equal_state consumer.service inactive
        equal "mounts when the consumer stopped" 3 "$(cat /run/consumer.stopped)"
        equal_gone /mnt/.fd
        equal "pools after stop" "$before" "$(pools)"

        check "start" systemctl start fd-shmem.target consumer.service
        equal "pools after start" "$up" "$(pools)"
        equal_mount /mnt/.fd/.huge 2M $((160 * 2 << 20))
        equal_owner /mnt/.fd "700 firedancer firedancer"
        [ $failures = 0 ] || break
done
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"

# systemd reads the mount table five times a second at most. When others have used that up, it must not
# take our mounts for there once they are gone.
mkdir /run/others
for cycle in {1..4}; do
        for _ in {1..6}; do
                mount -t tmpfs none /run/others
                umount /run/others
        done
        check "stop among other mounts" systemctl stop fd-shmem.target
        check "start at once" systemctl start fd-shmem.target
        equal_mount /mnt/.fd/.huge 2M $((160 * 2 << 20))
done

# What is started, stopped, or unchanged already: no change, and no failure.
check "a second start" systemctl start fd-shmem.target
equal "pools" "$up" "$(pools)"
check "daemon-reload" systemctl daemon-reload
equal_state fd-shmem@firedancer.target active
check "stop" systemctl stop fd-shmem.target
check "a second stop" systemctl stop fd-shmem.target
equal "pools" "$before" "$(pools)"

# One domain by its own target.
check "start of the domain" systemctl start fd-shmem@firedancer.target
equal "pools" "$up" "$(pools)"
check "stop of the domain" systemctl stop fd-shmem@firedancer.target
equal "pools" "$before" "$(pools)"
equal_gone /mnt/.fd
finish
