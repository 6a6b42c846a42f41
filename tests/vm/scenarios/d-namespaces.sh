#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Mount namespaces of all kinds, under systemd: a stranger's is no obstacle to anything; services that make
# their own come and go; one of root that has a mount elsewhere is named, and a stop or restart leaves the
# domain whole; one that has the base directory as a slave follows restart and stop.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16,1:24
. ./lib.sh

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=16+0 1:1048576=0+0 1:2048=24+0"
teardown=fd-shmem-teardown@firedancer.service

echo "# a stranger's namespace, and services with namespaces of their own"
setpriv --reuid 65534 --regid 65534 --clear-groups private-namespace >/run/stranger &
stranger=$!
check "the stranger has his namespace" within 10 grep -q ready /run/stranger
while :; do
        systemd-run --quiet --wait -p PrivateDevices=yes -p PrivateTmp=yes true
done 2>/dev/null &
churn=$!
for round in 1 2; do
        check "stop $round" systemctl stop fd-shmem.target
        equal_state $teardown inactive
        equal "pools after stop $round" "$before" "$(pools)"
        check "start $round" systemctl start fd-shmem.target
done
check "restart" systemctl restart fd-shmem.target
lacks "namespaces in the log" "$(journal)" "mount namespace"
kill $churn $stranger
wait $churn $stranger 2>/dev/null

echo "# root has a mount elsewhere, in a namespace of its own"
as_owner touch /mnt/.fd/.normal/region
mkdir -p /run/elsewhere
unshare -m --propagation private sh -c \
        'mount --bind /mnt/.fd/.huge /run/elsewhere && echo ready >/run/bound && exec sleep 1000' &
holder=$!
check "the bind mount" within 10 test -e /run/bound
check "restart around it" systemctl restart fd-shmem.target
equal_mount /mnt/.fd/.huge 2M $((40 * 2 << 20))
check "the region is as it was" test -e /mnt/.fd/.normal/region
equal "pools" "$up" "$(pools)"
contains "the log" "$(journal)" "pid $holder \(.*mounted in its own mount namespace, at /run/elsewhere"
journalctl --rotate --vacuum-time=1s >/dev/null 2>&1
systemctl stop fd-shmem.target
equal_state $teardown failed
equal_mount /mnt/.fd/.huge 2M $((40 * 2 << 20))
check "the region is as it was after the stop" test -e /mnt/.fd/.normal/region
equal "pools after the stop" "$up" "$(pools)"
check "the owner's way to the region" as_owner test -e /mnt/.fd/.normal/region
sleep 4
equal "times that the holder is named" 1 "$(journal | grep -c "pid $holder ")"
kill $holder
wait $holder 2>/dev/null
check "completed by itself" within 20 test ! -e /mnt/.fd
equal_gone /mnt/.fd
equal "pools when it has ended" "$before" "$(pools)"

echo "# a container that has the base directory as a slave"
check "start" systemctl start fd-shmem.target
mkdir -p /run/app
check "the container" systemd-run --quiet --unit=container -p "BindPaths=/mnt/.fd:/run/app:rbind" \
        -p MountFlags=slave sleep 1000
inside="/proc/$(systemctl show -P MainPID container)/root/run/app"
check "the container has it" within 10 test -e "$inside/.huge"
equal "the mount inside" hugetlbfs "$(stat -f -c %T "$inside/.huge")"
check "restart" systemctl restart fd-shmem.target
as_owner touch /mnt/.fd/.normal/again
check "the new mount is inside" within 5 test -e "$inside/.normal/again"
check "stop" systemctl stop fd-shmem.target
equal_state $teardown inactive
equal_gone /mnt/.fd
equal "pools at the end" "$before" "$(pools)"
finish
