#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A start that comes while the domain is being stopped, and a stop that comes while it is being started:
# whatever came last is what holds in the end.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:64,1:96
. ./lib.sh

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=64+0 1:1048576=0+0 1:2048=96+0"

later() { # MILLISECONDS
        read -r -t "$(printf '0.%03d' "$1")" <> <(:)
}

settled() {
        ! systemctl list-jobs --no-legend | grep -q fd-shmem
}

is_up() {
        is_active fd-shmem@firedancer.target && [ "$(pools)" = "$up" ] &&
                [ "$(stat -c %U /mnt/.fd)" = firedancer ]
}

is_gone() {
        [ ! -e /mnt/.fd ] && [ "$(pools)" = "$before" ]
}

for delay in 10 60 150 300 500; do
        systemctl stop --no-block fd-shmem.target
        later $delay
        systemctl start --no-block fd-shmem.target
        check "up, started $delay ms after the stop" within 20 is_up
        check "settled" within 20 settled
done
for delay in 10 60 150 300 500; do
        check "stop" systemctl stop fd-shmem.target
        systemctl start --no-block fd-shmem.target
        later $delay
        check "stopped $delay ms after the start" systemctl stop fd-shmem.target
        check "gone" within 20 is_gone
        check "start" systemctl start fd-shmem.target
done
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/.fd
equal "pools" "$before" "$(pools)"
finish
