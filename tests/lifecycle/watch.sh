#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The watch says a change once, and once that it is over; a repair puts back what is missing, and
# nothing for a domain that is going or gone.
. "$(dirname "$0")/lib.sh"

watch() { "$helpers/watch" "$@" 2>&1; }
repair() { "$helpers/reserve" --repair --domain=test --type=huge --shortage=fail --existing=add --defrag=auto; }
silent() { # what
        local said
        said=$(watch) || fail "$1: watch fails"
        expect "$1" "" "$said"
}

silent "without a domain"
[ -e /run/fd-shmem/watch ] && fail "the watch leaves something although there is nothing"
up || fail "up"
silent "as it was made"
repair 2>/dev/null || fail "a repair of what is in order"
expect "pool" $((before + 8)) "$(pool)"
silent "after a repair of what is in order"

echo "# said once"
umount $base/.huge
expect "first" "domain test: $base/.huge: not mounted" "$(watch)"
silent "second"
chmod 0755 $base
said=$(watch)
expect "only what is new" 1 "$(wc -l <<<"$said")"
[[ $said == "domain test: $base: owner "* ]] || fail "new: $said"
chmod 0700 $base
silent "one of two is over"
mount -t hugetlbfs -o pagesize=2M none $base/.huge
[[ $(watch) == "domain test: $base/.huge: "* ]] || fail "another difference is not said"
umount $base/.huge
teardown 2>/dev/null
up || fail "up again"
expect "over" "domain test: in order again" "$(watch)"
silent "over, second"
[ -e /run/fd-shmem/watch/state ] && fail "there is nothing to be remembered any more"

echo "# repair"
echo 0 >$node/nr_hugepages
expect "surplus" "8 8" "$(pool) $(cat $node/surplus_hugepages)"
repair 2>/dev/null || fail "repair"
[ "$(pool)" -ge 8 ] || fail "repair: the pool has $(pool)"
expect "surplus after the repair" 0 "$(cat $node/surplus_hugepages)"
silent "repaired before anybody looked"
echo "$((before + 8))" >$node/nr_hugepages

# No systemd here, so the repair does not start; it counts all the same, and ends.
echo 0 >$node/nr_hugepages
for i in 1 2 3; do
        said=$(watch --repair=test) && fail "watch $i succeeds although it could not repair"
        [[ $said == *"putting pages back"*"($i of at most 3 times"* ]] || fail "attempt $i: $said"
done
said=$(watch --repair=test) || fail "giving up is no failure"
[[ $said == *"leaving the pools alone now"* ]] || fail "given up: $said"
expect "given up once" "" "$(watch --repair=test)"
repair 2>/dev/null || fail "repair by hand"
echo "$((before + 8))" >$node/nr_hugepages

echo "# nothing to repair"
mkdir -p /run/fd-shmem/leftover && touch /run/fd-shmem/leftover/test
echo 0 >$node/nr_hugepages
repair 2>/dev/null && fail "a repair in the middle of a teardown"
expect "pool of a domain that goes" 8 "$(cat $node/surplus_hugepages)"
teardown 2>/dev/null || fail "teardown"
echo "$before" >$node/nr_hugepages
repair 2>/dev/null || fail "a repair of nothing is no failure"
expect_gone "down"
[ -e /run/fd-shmem/reservation/test:huge ] && fail "the repair made a reservation"

[ $failures = 0 ]
