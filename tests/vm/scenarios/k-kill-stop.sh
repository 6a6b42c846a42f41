#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SIGKILL of the teardown at random moments of a stop, fifty times; another stop completes it, or, every
# fourth time, a start continues from there. Fifty starts, hence longer than the other scenarios.
#
#@ fixture: firedancer
#@ timeout: 600
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:64,1:96
. ./lib.sh
. ./kill.sh

until enough; do
        round=$((round + 1))
        echo "# round $round"
        systemctl reset-failed
        check "start" systemctl start fd-shmem.target
        equal "pools" "$up" "$(pools)"
        aim teardown
        systemctl stop fd-shmem.target
        hit
        if [ $((round % 4)) = 0 ]; then
                check "start after a killed teardown" systemctl start fd-shmem.target
                equal "pools" "$up" "$(pools)"
                equal_owner /mnt/.fd "700 firedancer firedancer"
        fi
        expect_clean
done
equal "killed, in $round rounds" 50 $killed
finish
