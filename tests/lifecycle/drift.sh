#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What somebody else does to a domain that is up is told, and nothing that is in order.
. "$(dirname "$0")/lib.sh"

tool=$helpers/tool/fd-shmem
check() { "$tool" check "$@" 2>&1; }
in_order() { # what
        local said rc
        said=$(check) && rc=0 || rc=$?
        expect "$1: check" "0:" "$rc:$said"
}
told() { # what, pattern
        local said rc
        said=$(check) && rc=0 || rc=$?
        expect "$1: exit status" 1 "$rc"
        # shellcheck disable=SC2053 # a pattern
        [[ $said == $2 ]] || fail "$1: wanted '$2', got '$said'"
        [[ $("$tool" query 2>&1) == *"Domain test  $base  damaged"* ]] || fail "$1: query"
}
state() { "$tool" query --json | python3 -c '
import json, sys
[d] = [d for d in json.load(sys.stdin)["domains"] if d["name"] == "test"]
print(d["state"], *(":".join(map(str, (x["kind"], x["node"], x["recorded"], x["there"])))
                    for x in d["damage"]))'; }
again() { teardown && up; }

echo "# in order"
in_order "nothing there"
prepare || fail "prepare"
expect "while starting" "starting" "$(state)"
in_order "while starting"
reserve && mounts && setup || fail "up"
expect "up" "up" "$(state)"
in_order "up"
exec 7<>$base/.huge/region
python3 -c 'import mmap,os; os.ftruncate(7, 8 << 21); m = mmap.mmap(7, 8 << 21)
for i in range(8): m[i << 21] = 1'
in_order "all of it in use"
truncate -s 4M $base/.huge/region
in_order "some of it in use"
teardown 2>/dev/null && fail "teardown although a region is open"
said=$(check) && fail "an unfinished teardown is not told"
expect "unfinished teardown" "test: its teardown is not finished" "$said"
up || fail "up while in use"
in_order "a start while in use"
exec 7>&-
rm $base/.huge/region
again || fail "again"
in_order "restarted"

echo "# a pool written by somebody else"
echo 0 >$node/nr_hugepages
told "absolute write" "test: node 0: 8 huge pages recorded, 0 there*"
expect "absolute write" "damaged pool:0:8:0" "$(state)"
teardown || fail "teardown after the write"
echo "$before" >$node/nr_hugepages
up || fail "up after the write"
in_order "after the write and a restart"

echo "# mounts"
umount $base/.huge
told "umount" "test: $base/.huge: not mounted"
expect "umount" "damaged no-mount:None:None:None" "$(state)"
mount -t hugetlbfs -o pagesize=2M none $base/.huge
told "another mount" "test: $base/.huge: *"
umount $base/.huge
again || fail "again after an umount"
in_order "after the umount and a restart"
mount -t tmpfs -o size=1M over $base/.normal
told "a mount on top" "test: $base/.normal: another file system is mounted there*"
umount $base/.normal
in_order "and away again"
mount -o remount,size=32M $base/.normal
told "remount" "test: $base/.normal: mounted with *size=32768k*, but was handed over with *size=16384k*"
mount -o remount,size=16M $base/.normal
in_order "as it was"

echo "# owner and mode"
chmod 0755 $base
told "mode" "test: $base: owner 65534:65534 and mode 0755, but was handed over to 65534:65534 with 0700"
chmod 0700 $base
chown 0 $base/.huge
told "owner of a mount" "test: $base/.huge: owner 0:65534 *"
chown 65534 $base/.huge
in_order "owner and mode as they were"

echo "# not up"
said=$(check other) && fail "check of a domain that is not there"
expect "not there" "other: not up" "$said"
teardown || fail "teardown"
expect_gone "down"
[ -e /run/fd-shmem/handover/test ] && fail "the record of the handover is still there"
in_order "down"

[ $failures = 0 ]
