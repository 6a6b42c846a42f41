#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every program: as it is meant to be called, wrongly called, and where a call fails.
. "$(dirname "$0")/lib.sh"

echo "# wrong arguments"
for program in prepare setup teardown reset reserve; do
        for arguments in "" "--nonsense" "--domain=test extra" "--domain=a/b"; do
                expect_run "$program $arguments" 1 "" "$helpers/$program" $arguments
                [ -n "$said" ] || fail "$program $arguments: not a word"
        done
done
expect_run "setup, a name that is a path" 1 "Usage: " \
        "$helpers/setup" --domain=a/b --path=$base --mounts=huge
expect_run "prepare, a relative path" 1 "Usage: " "$helpers/prepare" --domain=test --path=x --mounts=huge
expect_run "prepare, a type unknown" 1 "Usage: " "$helpers/prepare" --domain=test --path=/mnt/x --mounts=vast
expect_run "setup, a mode" 1 "Usage: " "$helpers/setup" --domain=test --path=$base --mounts=huge --mode=9
expect_run "mount, no options" 1 "Usage: " "$helpers/mount.fd-shmem" none /mnt
expect_run "mount, a size" 32 "pagesize=3M" "$helpers/mount.fd-shmem" none /mnt -o pagesize=3M,domain=test
expect_run "mount, nothing reserved" 32 "no huge pages are reserved for domain test" \
        "$helpers/mount.fd-shmem" none /mnt -o pagesize=2M,min_size=reserved,domain=test
[ -z "$(ls -A /mnt)" ] || fail "wrong arguments made $(ls -A /mnt)"

echo "# what the configuration has to say"
expect_run "an error" 1 "/etc/x:3: bad" "$helpers/prepare" --domain=test "--error=/etc/x:3: bad"
expect_run "not declared" 1 "domain test is not declared" "$helpers/prepare" --domain=test

echo "# up and down"
expect_run "prepare" 0 "" prepare
expect "base" "0:0:700" "$(owner_of $base)"
expect "mount point" "0:0:700" "$(owner_of $base/.huge)"
expect_run "setup of nothing mounted" 1 "$base/.normal" setup
expect "base after that" "0:0:700" "$(owner_of $base)"
expect_run "reserve" 0 "8 huge pages asked, all there" reserve
expect_run "reserve more" 0 "12 huge pages asked, all there" reserve 12
expect "pool" 12 "$(cat $pool/nr_hugepages)"
expect_run "mount without mounting" 0 "with rw,pagesize=2M,min_size=25165824" \
        "$helpers/mount.fd-shmem" none $base/.huge -f -v -o rw,pagesize=2M,min_size=reserved,domain=test
mountpoint -q $base/.huge && fail "it mounted"

echo "# a claim of pages that others use"
claim() { "$helpers/mount.fd-shmem" none $base/.huge -f -v -o rw,pagesize=2M,min_size=reserved,domain=test; }
all_free() {
        ln -f $pool/nr_hugepages $pool/free_hugepages
        ln -f $pool/nr_hugepages $all/free_hugepages
}
free_are() {
        rm -f {$pool,$all}/free_hugepages
        echo $1 | tee $pool/free_hugepages >$all/free_hugepages
}
free_are 5
expect_run "all is claimed, or nothing" 0 "min_size=25165824" claim
expect_run "reserve" 1 "only 5 are free" reserve 12
expect_run "reserve, to continue" 0 "only 5 are free" reserve 12 adopt continue
expect_run "a claim of what is left" 0 "of the 12 huge pages of domain test, 5 are claimed" claim
[[ $said == *min_size=10485760* ]] || fail "a claim of what is left: $said"
expect_run "reserve, and fail" 1 "only 5 are free" reserve 12
echo 2 >$all/resv_hugepages
expect_run "a claim beside others'" 0 "min_size=6291456" claim
echo 0 >$all/resv_hugepages
all_free
expect_run "a claim of all" 0 "min_size=25165824" claim
[[ $said == *"are claimed"* ]] && fail "a claim of all: $said"
reserve 12 >/dev/null 2>&1 || fail "reserve"
sed -i 's/ added=4$/& converted=1/' /run/fd-shmem/reservation/test:huge
expect_run "no claim of what was others' surplus" 0 "min_size=23068672" claim
sed -i 's/ converted=1$//' /run/fd-shmem/reservation/test:huge
free_are 5
expect_run "all or nothing again" 0 "min_size=25165824" claim
all_free
expect_run "mounts" 0 "" mounts
expect_run "a user unknown" 1 "nosuchuser" setup --user=nosuchuser
expect "base after that" "0:0:700" "$(owner_of $base)"
expect_run "setup" 0 "" setup
expect_run "setup again" 0 "" setup
for directory in $base $base/.normal $base/.huge; do
        expect "$directory" "65534:65534:700" "$(owner_of $directory)"
done
touch $base/.normal/region $base/plain
mkdir $base/.normal/directory
expect_run "reset" 0 "1 region removed" "$helpers/reset" --domain=test
[ -e $base/.normal/region ] && fail "the region is still there"
[ -e $base/plain ] || fail "reset removed what is no region"
expect_run "reset of another" 1 "domain other: not up" "$helpers/reset" --domain=other
expect_run "nothing is unfinished" 0 "" teardown --if-unfinished
[ -e $base/plain ] || fail "a domain that is up was taken down by what completes teardowns"
expect_run "teardown" 0 "" teardown
[ -e $base ] && fail "$base is still there"
expect "pool after teardown" 8 "$(cat $pool/nr_hugepages)"
expect_run "teardown of nothing" 0 "" teardown

echo "# a release that leaves pages is a failure"
reserve 4 add >/dev/null 2>&1 || fail "reserve"
expect "pool" 12 "$(cat $pool/nr_hugepages)"
mount --bind -o ro $pool /sys/devices/system/node/node0/hugepages/hugepages-2048kB
mount -o remount,bind,ro /sys/devices/system/node/node0/hugepages/hugepages-2048kB
teardown >/run/said 2>&1 && fail "teardown succeeds although the pool can't be changed"
[ -s /run/said ] || fail "and says nothing"
umount /sys/devices/system/node/node0/hugepages/hugepages-2048kB
expect_run "teardown" 0 "" teardown
expect "pool" 8 "$(cat $pool/nr_hugepages)"

echo "# no service manager to ask"
expect_run "check" 1 "Cannot ask systemd about fd-shmem.target" "$helpers/check"

echo "# compaction"
[ -e $pool/../../compact ] || : >$pool/../../compact
expect_run "defrag" 0 "" "$helpers/defrag"
expect "what was written" 1 "$(cat $pool/../../compact)"
rm $pool/../../compact
mkdir $pool/../../compact
"$helpers/defrag" >/run/said 2>&1 && fail "defrag succeeds although it can't"
[ -s /run/said ] || fail "defrag says nothing"

echo "# the ledger is not to be had"
mount --bind /dev/null /run/fd-shmem 2>/dev/null
rm -rf /run/fd-shmem && touch /run/fd-shmem
for program in prepare reserve teardown; do
        $program >/run/said 2>&1 && fail "$program succeeds without a ledger"
        grep -q /run/fd-shmem /run/said || fail "$program does not say what is wrong: $(cat /run/said)"
done
[ $failures = 0 ]
