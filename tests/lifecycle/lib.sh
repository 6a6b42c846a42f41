# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the tests of the programs against this kernel: root, a private mount namespace, an own
# /run (so an own ledger, and no service manager) and /mnt. Huge pages are the machine's.

helpers=$1
node=/sys/devices/system/node/node0/hugepages/hugepages-2048kB
base=/mnt/.fd

if [ -z "$FD_SHMEM_TEST_INSIDE" ]; then
        [ "$(id -u)" = 0 ] || { echo "SKIP: not root"; exit 77; }
        [ -w $node/nr_hugepages ] || { echo "SKIP: no pool of 2 MiB pages on node 0"; exit 77; }
        unshare -m true 2>/dev/null || { echo "SKIP: no mount namespaces"; exit 77; }
        FD_SHMEM_TEST_INSIDE=1 exec unshare -m --propagation private bash "$0" "$@"
fi
mount -t tmpfs -o mode=755 tmpfs /run && mount -t tmpfs -o mode=755 tmpfs /mnt || exit 1
before=$(cat $node/nr_hugepages)

failures=0
fail() {
        echo "FAIL: $*"
        failures=$((failures + 1))
}

expect() { # what, wanted, got
        [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

pool() { cat $node/nr_hugepages; }

prepare() { "$helpers/prepare" --domain=test --path=$base --mounts=normal,huge "$@"; }
reserve() {
        "$helpers/reserve" --domain=test --type=huge --pages=0:8 --shortage=fail --existing=add \
                --release=yes --defrag=auto
}
mounts() {
        mountpoint -q $base/.normal || mount -t tmpfs -o size=16M,mode=0700 none $base/.normal || return
        mountpoint -q $base/.huge || "$helpers/mount.fd-shmem" none $base/.huge -o rw,pagesize=2M,min_size=reserved,domain=test
}
setup() { "$helpers/setup" --domain=test --path=$base --mounts=normal,huge --user=65534 --group=65534 "$@"; }
teardown() { "$helpers/teardown" --domain=test "$@"; }
up() { prepare && reserve && mounts && setup; }

expect_gone() {
        expect "$1: pool" "$before" "$(pool)"
        [ -e $base ] && fail "$1: $base is still there"
        grep " $base" /proc/mounts && fail "$1: still mounted"
        for record in domain/test reservation/test:huge leftover/test; do
                [ -e /run/fd-shmem/$record ] && fail "$1: the ledger still has $record"
        done
}

# Whatever happens, the machine gets its pages back.
finish() {
        umount -l $base/.huge 2>/dev/null
        sleep 0.1
        echo "$before" >$node/nr_hugepages
}
trap finish EXIT
