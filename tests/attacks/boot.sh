#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a boot leaves: directories on a disk, and no ledger. A file system in a file is the disk; taking it
# down with all that is mounted on it, and emptying /run, is the boot.
. "$(dirname "$0")/lib.sh"

truncate -s 64M /run/disk && mkfs.ext4 -q -F /run/disk 2>/dev/null || { echo "SKIP: no mkfs.ext4"; exit 77; }
mkdir /run/keep && mv /run/disk /run/keep && mount --bind /run/keep /run/keep
insert() { mount -o loop /run/keep/disk /mnt && chmod 0755 /mnt && rm -rf /mnt/lost+found; }
insert || { echo "SKIP: no loop devices"; exit 77; }
boot() {
        umount -R /mnt && rm -rf /run/fd-shmem && insert || fail "boot"
}

echo "# a base that we made, with a client's files in it, twice"
base=/mnt/a/b/fd
up || fail "up"
for boot in 1 2; do
        as_alice sh -c "echo >$base/fd1.config && mkdir -p $base/sub && echo >$base/sub/file"
        boot
        [ -e $base/fd1.config ] || fail "the disk forgot"
        up || fail "up after boot $boot"
        expect "owner" "$alice:700" "$(stat -c %u:%a $base)"
        [ -e $base/fd1.config ] || fail "the start removed a client's file"
done
teardown || fail "teardown"
expect_gone "after boots"
expect "parents" "" "$(ls -A /mnt)"

echo "# two domains below one parent"
base=/mnt/a/one
up || fail "up"
FD_SHMEM_PATH=/mnt/a/two "$tool" init 0700 $alice $alice >/dev/null || fail "init"
boot
up || fail "up after the boot"
FD_SHMEM_PATH=/mnt/a/two "$tool" fini >/dev/null || fail "fini after the boot"
teardown || fail "teardown"
expect "parents" "" "$(ls -A /mnt)"

echo "# a base that was there before us keeps what a client left in it, and gets back its owner"
base=/mnt/fd
mkdir $base && chown 1234:1235 $base && chmod 2711 $base
up || fail "up"
as_alice touch $base/fd1.config
boot
up || fail "up after the boot"
teardown || fail "teardown"
expect "owner" "1234:1235:2711" "$(stat -c %u:%g:%a $base)"
expect "content" "fd1.config" "$(ls -A $base)"
boot
up || fail "up after a stop and a boot"
teardown || fail "teardown"
expect "content" "fd1.config" "$(ls -A $base)"
rm -r $base

echo "# empty mount points of an earlier version"
mkdir -p $base/.normal $base/.huge && chown $alice $base && chmod 0700 $base
up || fail "up"
teardown || fail "teardown"
expect "content" ".huge" "$(ls -A $base)"
rm -r $base

echo "# root put a directory of its own into what an earlier boot left"
up || fail "up"
boot
mkdir $base/precious && touch $base/precious/file
refuses "prepare" '"precious", which is owned by root' prepare
[ -e $base/precious/file ] || fail "it is gone"
rm -r $base

echo "# where there can be no attributes, a file outside /run has the mark"
inside() { "$programs/in-user-namespace" "$@"; }
if inside true; then
        base=/mnt/a/fd
        prepare() { inside "$helpers/prepare" --domain=test --path=$base --mounts=normal; }
        teardown_once() { inside "$helpers/teardown" --domain=test; }
        prepare || fail "prepare"
        expect "marks" "mnt-a mnt-a-fd mnt-a-fd-.normal" "$(find /var/lib/fd-shmem/made -mindepth 1 -printf '%f\n' | sort | xargs)"
        chown $alice $base && as_alice touch $base/fd1.config
        boot
        log=$(prepare 2>&1) || fail "prepare after the boot: $log"
        [[ $log == *"left from before the last boot"* ]] || fail "log: $log"
        teardown || fail "teardown"
        expect "directories" "" "$(ls -A /mnt)"
        expect "marks" "" "$(ls -A /var/lib/fd-shmem/made)"

        prepare || fail "prepare"
        chown $alice $base && as_alice mkdir $base/sub
        boot
        mv /var/lib/fd-shmem /var/lib/away
        refuses "prepare without the file" '"sub".*, and was not made' prepare
        touch /var/lib/fd-shmem
        refuses "prepare with a file that cannot be read" '"sub".*, and was not made' prepare
        rm /var/lib/fd-shmem && mv /var/lib/away /var/lib/fd-shmem
        prepare || fail "prepare with the file"
        teardown || fail "teardown"
        expect "directories" "" "$(ls -A /mnt)"
fi
finish
