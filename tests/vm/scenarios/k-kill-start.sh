#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SIGKILL of every helper at random moments of a start, fifty times, then a stop: as if nothing had been.
# Fifty starts, hence longer than the other scenarios.
#
#@ fixture: firedancer
#@ timeout: 300
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:64,1:96
. ./lib.sh
. ./kill.sh

helpers=(prepare reserve reserve setup mount)
expect_clean
for round in {1..50}; do
        helper=${helpers[round % ${#helpers[@]}]}
        echo "# round $round: $helper"
        systemctl reset-failed
        aim $helper 40000
        systemctl start fd-shmem.target
        hit
        expect_clean
        [ $failures = 0 ] || break
done
echo "# $killed of $round were killed in time"
check "at least half of them were killed in time" [ $killed -ge 25 ]

systemctl reset-failed
check "a start with nobody killed" systemctl start fd-shmem.target
equal "pools" "$up" "$(pools)"
expect_clean
finish
