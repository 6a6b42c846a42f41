#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the owner of a domain, of a directory above it, or an accident can do with a base directory, and
# what a boot leaves of one.
. "$(dirname "$0")/lib.sh"

echo "# the owner of a parent puts a link in the place of the base, or of a directory above it"
mkdir /mnt/hers /mnt/rootonly && chmod 0700 /mnt/rootonly && chown $alice /mnt/hers
as_alice ln -s /mnt/rootonly/system.d /mnt/hers/fd
as_alice ln -s /mnt/rootonly /mnt/hers/x
for path in /mnt/hers/fd /mnt/hers/x/fd; do
        refuses "init at $path" "/mnt/hers' belongs to user $alice" \
                env FD_SHMEM_PATH=$path "$tool" init 0700 $alice $alice
        base=$path
        refuses "prepare of $path" "/mnt/hers' belongs to user $alice" prepare
        refuses "reset at $path" "/mnt/hers' belongs to user $alice" \
                env FD_SHMEM_PATH=$path "$tool" reset
done
base=/mnt/.fd
expect "root's directory" "" "$(ls -A /mnt/rootonly)"
rm -r /mnt/hers /mnt/rootonly

echo "# a sticky directory"
mkdir /mnt/tmp && chmod 1777 /mnt/tmp
refuses "init for a user in a sticky directory" "would belong to user $alice" \
        env FD_SHMEM_PATH=/mnt/tmp/fd "$tool" init 0700 $alice $alice
[ -e /mnt/tmp/fd ] && fail "init left something in the sticky directory"
as_alice mkdir /mnt/tmp/fd
refuses "init over a user's directory" "/mnt/tmp/fd' belongs to user $alice" \
        env FD_SHMEM_PATH=/mnt/tmp/fd "$tool" init 0700 0 0
expect "the user's directory" "$alice:755" "$(stat -c %u:%a /mnt/tmp/fd)"
rm -r /mnt/tmp

echo "# another directory in the place of the base, while the domain is up"
up || fail "up"
touch $base/.normal/region
mv $base /mnt/old
mkdir -p $base/.normal $base/deep && touch $base/deep/rootfile
refuses "setup of the other one" "is not the directory that fd-shmem used for domain test" setup
refuses "prepare of the other one" "is not the directory that fd-shmem used for domain test" prepare
refuses "teardown of the other one" "is not the directory that fd-shmem used for domain test" teardown
expect "the other one" "0:755 0:755" "$(stat -c %u:%a $base $base/.normal | xargs)"
[ -e $base/deep/rootfile ] || fail "what was in the other directory is gone"
[ -e /run/fd-shmem/domain/test ] || fail "the ledger has forgotten the domain"
rm -r $base && mv /mnt/old $base
teardown || fail "teardown of the right one"
expect_gone "after the right one is back"

echo "# the same, while it is down, but for an unfinished teardown"
up || fail "up"
exec 7>$base/.normal/region
sleep 300 &
holder=$!
exec 7>&-
teardown 2>/dev/null && fail "teardown succeeds although the domain is in use"
kill $holder
wait $holder 2>/dev/null
umount $base/.normal
mv $base /mnt/old
mkdir -p $base/.normal && touch $base/rootfile
refuses "start on the other one" "is not the directory that fd-shmem used for domain test" up
refuses "stop of the other one" "is not the directory that fd-shmem used for domain test" teardown
expect "the other one" "0:755" "$(stat -c %u:%a $base)"
[ -e $base/rootfile ] || fail "what was in the other directory is gone"
rm -r $base && mv /mnt/old $base
teardown || fail "teardown of the right one"
expect_gone "after the right one is back"

echo "# a mount point of root's beside data proves nothing, nor does a copy of a base of ours"
mkdir -p $base/.normal $base/precious && echo payroll >$base/precious/file
refuses "prepare" '"precious"' prepare
refuses "fini" '"precious"' env FD_SHMEM_PATH=$base "$tool" fini
teardown || fail "teardown of nothing"
expect "the data" "0:755 payroll" "$(stat -c %u:%a $base) $(cat $base/precious/file)"
rm -r $base
up || fail "up"
umount $base/.normal
cp -a $base /mnt/copy && touch /mnt/copy/precious
teardown || fail "teardown"
mv /mnt/copy $base
refuses "prepare of a copy" '"precious"' prepare
refuses "fini of a copy" '"precious"' env FD_SHMEM_PATH=$base "$tool" fini
[ -e $base/precious ] || fail "what was in the copy is gone"
rm -r $base

echo "# a directory in which somebody is busy all the while"
for round in 1 2 3 4 5; do
        up || fail "up"
        as_alice mkdir $base/sub
        coproc busy { as_alice "$programs/busy-directory" $base/sub; }
        read -r -t 30 line <&"${busy[0]}"
        expect "the busy one" busy "$line"
        teardown || fail "teardown while somebody is busy in a directory"
        expect_gone "busy, round $round"
        input=${busy[1]} output=${busy[0]}
        eval "exec $input>&-"
        read -r -t 30 line <&"$output"
        echo "$line"
        [[ $line == *"refused 0" ]] && fail "it was never shut out"
        wait
done

echo "# something of others mounted in it"
up || fail "up"
as_alice mkdir -p $base/sub/below && mount -t tmpfs theirs $base/sub/below && touch $base/sub/below/file
refuses "teardown" "$base/sub/below: something is mounted there" teardown
[ -e $base/sub/below/file ] || fail "what is mounted there is gone"
[ -e /run/fd-shmem/domain/test ] || fail "the ledger has forgotten the domain"
umount $base/sub/below
teardown || fail "teardown when it is unmounted"
expect_gone "after the mount"

echo "# somebody else's mount of the same type over ours"
up || fail "up"
mount -t tmpfs theirs $base/.normal && touch $base/.normal/file
refuses "teardown" "somebody mounted theirs .* over it; unmount that first" teardown
[ -e $base/.normal/file ] || fail "what is mounted over it is gone"
umount $base/.normal
teardown || fail "teardown when it is unmounted"
expect_gone "after the mount over it"

echo "# the client cleans up by itself"
up || fail "up"
umount $base/.normal && rmdir $base/.normal && rmdir $base || fail "the client's clean-up"
teardown || fail "teardown after the client's clean-up"
expect_gone "after the client's clean-up"
up || fail "up"
umount $base/.normal && rmdir $base/.normal && rmdir $base || fail "the client's clean-up"
up || fail "a start after the client's clean-up"
[ -d $base/.normal ] || fail "the start made nothing"
teardown || fail "teardown"
expect_gone "after that"
finish
