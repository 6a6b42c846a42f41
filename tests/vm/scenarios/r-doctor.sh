#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each symptom of docs/troubleshooting.md, one after the other: "fd-shmem doctor" finds it, says what mends it, and is silent
# about it afterwards.
#
#@ fixture: firedancer
#@ topology: 1:2048,1:2048
#@ timeout: 300
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Huge=0:16
#|
#| [elsewhere]
#| Path=/srv/shared/elsewhere
#| User=firedancer
#| Huge=1:8
#| MinSize=no
#| Boot=no
. ./lib.sh

as_owner=(setpriv --reuid firedancer --regid firedancer --clear-groups)
conf=/etc/fd-shmem.conf

# found SYMPTOM PATTERN: doctor names the symptom, with that in its words; not_found SYMPTOM: it does not.
found() {
        local said
        said=$(fd-shmem doctor "${@:3}" 2>&1) && failed "status of doctor for $1: 0"
        contains "$1" "$said" "^$1(, domain [a-z]*)?: .*$2"
        contains "what mends it" "$said" "^    -> "
}
not_found() {
        lacks "$1 is mended" "$(fd-shmem doctor 2>&1)" "^$1"
}
edit() {
        sed -i "$1" $conf
}

equal "status of doctor while nothing is wrong" 0 "$(fd-shmem doctor >/dev/null 2>&1; echo $?)"
contains "notes are none" "$(fd-shmem doctor 2>&1)" "nothing wrong found"
contains "pages for nobody else" "$(fd-shmem doctor 2>&1)" "^note: claimed: no huge page is left .* ENOMEM"
equal "what a program without a file gets" "" "$(take-node 0 1 2>&1 | grep READY)"

echo "# not reloaded"
edit 's/^Huge=0:16/Huge=0:24/'
found "not reloaded" "$conf has changed"
check "apply" fd-shmem apply --yes
not_found "not reloaded"
equal_pool 0 $HUGE 24

echo "# configuration"
edit 's/^Huge=1:8/Huge=1:x/'
found configuration "$conf:9: .*Huge="
edit 's/^Huge=1:x/Huge=1:8/'
check "apply" fd-shmem apply --yes
not_found configuration

echo "# short, start failed"
edit 's/^Huge=1:8/Huge=1:5000/'
check "reload" systemctl daemon-reload
check_not "start" fd-shmem start elsewhere
found "start failed" "5000 huge pages"
found short "node 1: [0-9]+ huge pages .* are missing"
edit 's/^Huge=1:5000/Huge=1:8/'
check "reload" systemctl daemon-reload
check "start" fd-shmem start elsewhere
not_found "start failed"
not_found short

echo "# drift"
echo 2 >$NODES/node0/hugepages/hugepages-2048kB/nr_hugepages
check "umount" umount /mnt/.fd/.normal
found drift "/mnt/.fd/.normal"
check "restart" fd-shmem restart firedancer
not_found drift

echo "# permission denied"
chmod 0700 /srv/shared
found "permission denied" "firedancer may not pass /srv/shared \(0:0, mode 0700\)"
check_not "what the owner sees" "${as_owner[@]}" ls /srv/shared/elsewhere
check "chmod" chmod o+x /srv/shared
not_found "permission denied"
check "the owner" "${as_owner[@]}" ls /srv/shared/elsewhere
found "permission denied" "nobody may not use /mnt/.fd" --user=nobody

echo "# wrong node, locked memory"
"${as_owner[@]}" consumer --stay /srv/shared/elsewhere huge:0:1 &
holder=$!
within 20 grep -q consumer-huge /proc/$holder/maps || failed "the consumer"
found "wrong node" "region consumer-huge-0 has 1 huge pages on node 0, where the domain has none \(pid $holder, consumer\)"
ulimit -l 64
"${as_owner[@]}" consumer --stay /mnt/.fd huge:0:1 &
locker=$!
within 20 grep -q consumer-huge /proc/$locker/maps || failed "the second consumer"
contains "a limit" "$(fd-shmem doctor 2>&1)" "^note: locked memory, domain firedancer: pid $locker \(consumer\) may lock 0 MiB, and the domain has 48 MiB"

echo "# busy"
systemctl stop fd-shmem@elsewhere.target
found busy "pid $holder \(consumer\) still has a region"
kill $holder $locker
wait $holder $locker
within 20 test ! -e /srv/shared/elsewhere || failed "the teardown is not completed"
not_found busy
not_found "wrong node"

echo "# foreign"
touch /mnt/.fd/.huge/map_0
found foreign "1 of its regions are neither"
rm /mnt/.fd/.huge/map_0
not_found foreign

echo "# condition"
edit 's/^Boot=no/ConditionHost=another/'
check "reload" systemctl daemon-reload
systemctl start fd-shmem@elsewhere.target
found condition "ConditionHost=another"

echo "# switched off"
edit 's/^ConditionHost=another/Boot=no/'
check "reload" systemctl daemon-reload
mount --bind <(sed 's/$/ fd_shmem=0/' /proc/cmdline) /proc/cmdline 2>/dev/null || {
        sed 's/$/ fd_shmem=0/' /proc/cmdline >/run/cmdline
        mount --bind /run/cmdline /proc/cmdline
}
found "switched off" "fd_shmem=0"
umount /proc/cmdline
not_found "switched off"
finish
