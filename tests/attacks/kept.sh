#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A mount namespace without any process, kept by a mount of its file, has the domain's tmpfs at a place of
# its own. Nothing shows that before the unmount; whatever takes the mount down fails, names the file, and
# succeeds when that is unmounted.
. "$(dirname "$0")/lib.sh"

# On the right processor: since 6.18 the kernel takes a new namespace for an old one on others
# (fs/namespace.c: mnt_ns_loop()).
keep() {
        local cpu
        mkdir -p /run/elsewhere && touch /run/kept
        for ((cpu = 0; cpu < $(nproc --all); cpu++)); do
                taskset -c $cpu unshare --mount=/run/kept --propagation private \
                        mount --bind $base/.normal /run/elsewhere 2>/dev/null && return
        done
        fail "no namespace can be kept"
}
lives='\.normal: is not mounted here any more, but still exists.*: /run/kept'

echo "# a stop"
up || fail "up"
keep
refuses "teardown" "$lives" teardown_once
[ -e /run/fd-shmem/domain/test ] || fail "the ledger has forgotten the domain"
umount /run/kept
teardown || fail "teardown afterwards"
expect_gone "after the stop"

echo "# a base that has moved"
up || fail "up"
keep
old=$base
base=/mnt/new
refuses "prepare" "$lives" prepare
umount /run/kept
up || fail "up at the new place"
[ -e $old ] && fail "$old is still there"
teardown || fail "teardown at the new place"
base=$old
expect_gone "after the move"

echo "# a type that is not declared any more"
up || fail "up"
keep
prepare_huge() { "$helpers/prepare" --domain=test --path=$base --mounts=huge; }
refuses "prepare" "$lives" prepare_huge
umount /run/kept
prepare_huge || fail "prepare without it"
[ -e $base/.normal ] && fail "its mount point is still there"
teardown || fail "teardown without it"
expect_gone "after the type"

echo "# the classic commands"
env FD_SHMEM_PATH=$base "$tool" init 0700 $alice $alice >/dev/null || fail "init"
keep
refuses "fini" "$lives" env FD_SHMEM_PATH=$base "$tool" fini
umount /run/kept
env FD_SHMEM_PATH=$base "$tool" fini >/dev/null || fail "fini afterwards"
[ -e $base ] && fail "$base is still there"
finish
