#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The base and the mount points are closed at every moment at which they are not the domain's mounts: to
# the owner before, between and after, to others always. Two processes try without end, from before the
# first helper runs at boot through two stops and two starts.
#
#@ fixture: firedancer
#@ fixture: intruders
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh

equal_state fd-shmem@firedancer.target active
for cycle in 1 2; do
        check "stop" systemctl stop fd-shmem.target
        equal_gone /mnt/.fd
        check "start" systemctl start fd-shmem.target
        equal_owner /mnt/.fd "700 firedancer firedancer"
done

systemctl stop intruder@990.service intruder@65534.service
owner=$(cat /run/intruder.990)
contains "the owner got in" "$owner" "entered=[1-9]"
contains "the owner, only on the mounts" "$owner" "violations=0$"
contains "the others, not once" "$(cat /run/intruder.65534)" "entered=0 violations=0$"
equal "complaints of the intruders" "" "$(journal 'intruder@*' | grep '^intruder:')"
finish
