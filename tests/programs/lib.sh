# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by tests of the programs that touch nothing of this machine: private mount and process
# namespaces, an own /run (so an own ledger, and no service manager) and /mnt, and in place of the pools
# plain files that every write succeeds on: 8 pages on node 0, all free.

helpers=$1
tamper=$2
base=/mnt/.fd

if [ -z "$FD_SHMEM_TEST_INSIDE" ]; then
        [ "$(id -u)" = 0 ] || { echo "SKIP: not root"; exit 77; }
        unshare -mpf true 2>/dev/null || { echo "SKIP: no namespaces"; exit 77; }
        FD_SHMEM_TEST_INSIDE=1 exec unshare -mpf --kill-child --mount-proc --propagation private \
                bash "$0" "$@"
fi
mount -t tmpfs -o mode=755 tmpfs /run && mount -t tmpfs -o mode=755 tmpfs /mnt || exit 1

fake=/run/fake
pool=$fake/node/node0/hugepages/hugepages-2048kB
all=$fake/hugepages/hugepages-2048kB
fake_pools() {
        local global=$fake/hugepages/hugepages-2048kB meminfo
        meminfo=$(cat /sys/devices/system/node/node0/meminfo) || return
        mkdir -p $pool $global
        echo 8 >$pool/nr_hugepages
        ln $pool/nr_hugepages $pool/free_hugepages
        ln $pool/nr_hugepages $global/nr_hugepages
        ln $pool/nr_hugepages $global/free_hugepages
        ln $pool/nr_hugepages $global/nr_hugepages_mempolicy
        for file in $pool/surplus_hugepages $global/{surplus,resv,nr_overcommit}_hugepages; do
                echo 0 >$file
        done
        for file in has_memory online possible; do
                echo 0 >$fake/node/$file
        done
        echo "$meminfo" >$pool/../../meminfo
        echo 0 >$pool/../../cpulist
        mount --bind $fake/node /sys/devices/system/node &&
                mount --bind $fake/hugepages /sys/kernel/mm/hugepages
}
fake_pools || { echo "SKIP: no node to take for a model"; exit 77; }

failures=0
fail() {
        echo "FAIL: $*"
        failures=$((failures + 1))
}

expect() { # what, wanted, got
        [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# Runs its arguments: the exit status must be STATUS, and what is said on standard error contain TEXT.
expect_run() { # what, status, text, command...
        local what=$1 status=$2 text=$3 result
        shift 3
        said=$("$@" 2>&1)
        result=$?
        expect "$what: exit status" "$status" $result
        [[ $said == *"$text"* ]] || fail "$what: wanted '$text', said '$said'"
}

prepare() { "$helpers/prepare" --domain=test --path=$base --mounts=normal,huge "$@"; }
setup() { "$helpers/setup" --domain=test --path=$base --mounts=normal,huge --user=65534 --group=65534 "$@"; }
teardown() { "$helpers/teardown" --domain=test "$@"; }
reserve() {
        "$helpers/reserve" --domain=test --type=huge --pages=0:${1:-8} --shortage=${3:-fail} \
                --existing=${2:-adopt} --release=yes --defrag=auto
}
mounts() {
        mountpoint -q $base/.normal || mount -t tmpfs -o size=16M,mode=0700 none $base/.normal || return
        # A claim would be of the kernel's pages.
        mountpoint -q $base/.huge || mount -t hugetlbfs -o pagesize=2M,mode=0700 none $base/.huge
}
owner_of() { stat -c %u:%g:%a "$1"; }
