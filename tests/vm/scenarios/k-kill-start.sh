#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# SIGKILL of every helper at random moments of a start, fifty times, then a stop: as if nothing had been.
# Fifty starts, hence longer than the other scenarios.
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

helpers=(prepare reserve reserve setup mount check)
expect_clean
until enough; do
        round=$((round + 1))
        helper=${helpers[round % ${#helpers[@]}]}
        echo "# round $round: $helper"
        systemctl reset-failed
        aim $helper
        systemctl start fd-shmem.target
        hit
        expect_clean
done
equal "killed, in $round rounds" 50 $killed

systemctl reset-failed
check "a start with nobody killed" systemctl start fd-shmem.target
equal "pools" "$up" "$(pools)"
expect_clean
finish
