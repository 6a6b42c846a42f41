#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The programs one after the other, as the units run them.
. "$(dirname "$0")/lib.sh"

echo "# up and down"
prepare || fail "prepare"
expect "base before setup" "0:700" "$(stat -c %u:%a $base)"
expect "mount point before setup" "0:700" "$(stat -c %u:%a $base/.huge)"
setup 2>/dev/null && fail "setup succeeds although nothing is mounted"
expect "base after a failed setup" "0:700" "$(stat -c %u:%a $base)"
reserve || fail "reserve"
expect "pool" $((before + 8)) "$(pool)"
mounts || fail "mounts"
expect "mount line" "none $base/.huge hugetlbfs rw,relatime,pagesize=2M,min_size=16777216 0 0" \
        "$(grep " $base/.huge " /proc/mounts)"
setup --mode=2750 || fail "setup"
for directory in $base $base/.normal $base/.huge; do
        expect "$directory" "65534:65534:2750" "$(stat -c %u:%g:%a $directory)"
done
touch $base/plain $base/.normal/region && mkdir -p $base/sub/sub && ln -s /etc $base/link
truncate -s 2M $base/.huge/region
"$helpers/reset" --domain=test || fail "reset"
expect "regions after reset" "" "$(find $base/.normal $base/.huge -name '*region*')"
[ -e $base/plain ] || fail "reset removed what is no region"
teardown || fail "teardown"
[ -e /etc/passwd ] || fail "a link was followed"
expect_gone "down"
teardown || fail "teardown of nothing"
"$helpers/reset" --domain=test 2>/dev/null && fail "reset of nothing succeeds"

echo "# the record of a domain that is up is removed"
known=("--path=$base" "--mounts=normal,huge")
up || fail "up"
rm -rf /run/fd-shmem
log=$(teardown "${known[@]}" 2>&1) && fail "a stop that leaves pages succeeds"
[[ $log == *"node 0: the record of the huge pages of domain test is gone"*"echo $before >"* ]] ||
        fail "log: $log"
expect "pool without a record" $((before + 8)) "$(pool)"
[ -e $base ] && fail "the base without a record is still there"
[ -e /run/fd-shmem/leftover/test ] && fail "a teardown is noted that nobody can complete"
teardown "${known[@]}" || fail "what was told is told again"
echo "$before" >$node/nr_hugepages
up || fail "up"
rm /run/fd-shmem/domain/test
teardown "${known[@]}" || fail "teardown without the domain's record"
expect_gone "without the domain's record"
mkdir -p $base/.normal && mount -t tmpfs none $base/.normal
log=$(teardown "${known[@]}" 2>&1) && fail "teardown of what is not ours"
[[ $log == *"$base: has no mark of fd-shmem"*"unmount what is mounted there"* ]] || fail "log: $log"
mountpoint -q $base/.normal || fail "what is not ours was unmounted"
umount $base/.normal && rm -r $base

echo "# a holder"
up || fail "up"
exec 7>$base/.huge/wksp
sleep 300 &
holder=$!
exec 7>&-
log=$(teardown 2>&1) && fail "teardown succeeds although the domain is in use"
expect "base while in use" "0:710" "$(stat -c %u:%a $base)"
owner=(setpriv --reuid 65534 --regid 65534 --clear-groups --)
stranger=(setpriv --reuid 65533 --regid 65533 --clear-groups --)
"${owner[@]}" test -e $base/.huge/wksp || fail "the owner does not get to what is in use"
"${owner[@]}" ls $base >/dev/null 2>&1 && fail "the owner can list the closed base"
"${owner[@]}" touch $base/new 2>/dev/null && fail "the owner can write to the closed base"
"${owner[@]}" ls $base/.normal >/dev/null 2>&1 && fail "a mount point without a mount is open"
"${stranger[@]}" test -e $base/.huge && fail "a stranger gets into the closed base"
expect "pool while in use" $((before + 8)) "$(pool)"
[ -e $base/.huge/wksp ] || fail "the region is gone"
[ -e /run/fd-shmem/leftover/test ] || fail "the unfinished teardown is not noted"
[[ $log == *"pid $holder (user root, command sleep) has region wksp open"* ]] || fail "log: $log"

echo "# a start in between"
up || fail "up while in use"
[ -e $base/.huge/wksp ] || fail "the region is gone after a start"
[ -e /run/fd-shmem/leftover/test ] && fail "the unfinished teardown is still noted"
expect "base after a start" "65534:700" "$(stat -c %u:%a $base)"
expect "pool after a start" $((before + 8)) "$(pool)"

echo "# completed when the holder is gone"
log=$(teardown 2>&1) && fail "teardown succeeds although the domain is in use"
[[ $log == *"pid $holder "* ]] || fail "a new stop does not name the holder: $log"
log=$(teardown 2>&1) && fail "teardown succeeds although the domain is in use"
[[ $log == *"pid $holder "* ]] && fail "the same holder is named again: $log"
teardown --wait 2>/dev/null &
waiting=$!
sleep 0.7
kill $holder
wait $waiting || fail "teardown --wait"
expect_gone "after the holder"

echo "# another directory is in the place of the base: nobody holds it, so it is looked at ever more rarely"
up || fail "up"
mv $base /mnt/away && mkdir $base
log=$(teardown 2>&1) && fail "teardown of another directory"
[[ $log == *"domain test: the teardown cannot take back the base directory: "* ]] || fail "log: $log"
teardown --wait 2>/run/log &
waiting=$!
sleep 5
expect "attempts within 5 seconds" 2 "$(grep -c "is not the directory that" /run/log)"
rmdir $base && mv /mnt/away $base
wait $waiting || fail "teardown --wait after the directory is back"
expect_gone "after the directory is back"

echo "# somebody else's things"
mkdir $base && chown 65534 $base && chmod 0711 $base
up || fail "up in an existing directory"
teardown || fail "teardown of an existing directory"
expect "existing directory" "65534:711" "$(stat -c %u:%a $base)"
touch $base/precious
prepare 2>/dev/null && fail "prepare takes a directory that is not empty"
[ -e $base/precious ] || fail "prepare removed something"
mkdir $base/.normal $base/.huge
prepare 2>/dev/null && fail "prepare takes mount points of root's for a proof"
[ -e $base/precious ] || fail "prepare removed something beside mount points"
rm -r $base
log=$("$helpers/prepare" --domain=test "--error=/etc/fd-shmem.conf:3: bad" 2>&1) && fail "--error"
expect "message" "/etc/fd-shmem.conf:3: bad" "$log"
log=$("$helpers/prepare" --domain=test 2>&1) && fail "not declared"
[[ $log == *"domain test is not declared in fd-shmem.conf"* ]] || fail "log: $log"

echo "# changed configuration"
up || fail "up"
umount $base/.huge
"$helpers/prepare" --domain=test --path=$base --mounts=normal || fail "prepare without huge"
[ -e $base/.huge ] && fail "the mount point that is no longer declared is still there"
"$helpers/prepare" --domain=test --path=/mnt/other --mounts=normal || fail "prepare elsewhere"
[ -e $base ] && fail "the old directory is still there"
[ -d /mnt/other/.normal ] || fail "the new directory is not there"
teardown || fail "teardown elsewhere"
[ -e /mnt/other ] && fail "the other directory is still there"
expect_gone "elsewhere"

[ $failures = 0 ]
