#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What others do to domains that are up: a neighbour takes pages of a claimed node, somebody writes the
# number of all pages, unmounts by hand. check, query and the watch say so, once; with Repair=yes pages
# come back, and not for ever.
#
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [fd-shmem]
#| Watch=1h
#|
#| [fd]
#| Path=/mnt/fd
#| User=firedancer
#| Huge=1:64
#| Gigantic=no
#|
#| [database]
#| Path=/mnt/database
#| Huge=0:64
#| Gigantic=no
#| Normal=no
#| MinSize=no
#| Repair=yes
. ./lib.sh

echo 0 >/run/said
watch() { systemctl start fd-shmem-watch.service; }
# What the watch said since the last time
news() {
        local all said
        said=$(</run/said)
        all=$(journalctl -b --no-pager -o cat -t fd-shmem-watch)
        tail -n +$((said + 1)) <<<"$all"
        grep -c . <<<"$all" >/run/said
}
not_active() { ! is_active "$1"; }
in_order() { # WHAT
        local text status
        text=$(fd-shmem check 2>&1) && status=0 || status=$?
        equal "$1: check" "0 " "$status $text"
}

in_order "after the boot"
equal_state fd-shmem-watch.timer active
check "watch" watch
equal "nothing to say" "" "$(news)"
contains "query's hint" "$(fd-shmem query)" "Domain fd  /mnt/fd  up"

echo "# in use by whoever may"
check "the owner's own region" as_owner ./consumer /mnt/fd huge:1:60
in_order "with regions"
./take-node 0 60 >/run/thief &
thief=$!
within 20 grep -q READY /run/thief || failed "no neighbour"
in_order "a neighbour on the other node"
kill $thief; wait $thief 2>/dev/null
as_owner rm -f /mnt/fd/.huge/consumer-huge-1

echo "# a neighbour on the claimed node"
./take-node 1 40 >/run/thief &
thief=$!
within 20 grep -q READY /run/thief || failed "no neighbour"
contains "he got them" "$(</run/thief)" "READY 40 of 40 pages on node 1"
check_not "the owner finds them gone" as_owner ./consumer /mnt/fd huge:1:64
as_owner rm -f /mnt/fd/.huge/consumer-huge-1
text=$(fd-shmem check) && failed "check says nothing"
contains "check" "$text" "^fd: node 1: of 64 huge pages claimed there, 40 are taken, by pid $thief \(take-node, user root; 40 pages\)"
equal "and of nobody else" "1" "$(wc -l <<<"$text")"
contains "query" "$(fd-shmem query)" "Domain fd  /mnt/fd  damaged"
lacks "the other domain" "$(fd-shmem query)" "Domain database  /mnt/database  damaged"
check "watch" watch
contains "said" "$(news)" "domain fd: node 1: of 64 huge pages claimed there, 40 are taken"
check "watch again" watch
equal "said once" "" "$(news)"
kill $thief; wait $thief 2>/dev/null
check "watch when he is gone" watch
contains "well again" "$(news)" "domain fd: in order again"
in_order "when he is gone"

echo "# an absolute writer"
sysctl -q -w vm.nr_hugepages=0
equal "as many as are claimed stay, anywhere" "64" $(($(pool 0 $HUGE) + $(pool 1 $HUGE)))
equal "as surplus" "64" $(($(pool 0 $HUGE surplus_hugepages) + $(pool 1 $HUGE surplus_hugepages)))
contains "check" "$(fd-shmem check)" "^database: node 0: 64 huge pages recorded, 0 there"
contains "check" "$(fd-shmem check)" "^fd: node 1: 64 huge pages recorded, 0 there"
others=$(pool 0 $HUGE surplus_hugepages)
check "watch" watch
text=$(news)
contains "said" "$text" "domain database: node 0: 64 huge pages recorded, 0 there"
contains "repaired" "$text" "database:huge: putting pages back .*1 of at most 3"
# Beside those that the other domain's claim keeps on the node, which became persistent with them.
equal "they are back, and persistent" "$((64 + others)) 0" \
        "$(pool 0 $HUGE) $(pool 0 $HUGE surplus_hugepages)"
text=$(fd-shmem check) && failed "check says nothing"
contains "the other domain" "$text" "^fd: node 1: 64 huge pages recorded, 0 there"
equal "and nothing else" 1 "$(wc -l <<<"$text")"
check "restart" systemctl restart fd-shmem@fd.target
in_order "after the restart"
check "watch" watch
news >/dev/null

echo "# a writer who insists"
for i in 2 3 4 5; do
        echo 0 >$NODES/node0/hugepages/hugepages-${HUGE}kB/nr_hugepages
        check "watch $i" watch
done
equal "left alone in the end" "0" "$(pool 0 $HUGE)"
text=$(news)
equal "two more repairs" "2" "$(grep -c "putting pages back" <<<"$text")"
equal "given up once" "1" "$(grep -c "leaving the pools alone now" <<<"$text")"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
check "restart of all" systemctl restart fd-shmem.target
in_order "after the restart of all"

echo "# a mount"
umount /mnt/fd/.huge
text=$(fd-shmem check) && failed "check says nothing"
contains "check" "$text" "^fd: /mnt/fd/.huge: not mounted"
check "restart" systemctl restart fd-shmem@fd.target
in_order "mounted again"

echo "# without Watch="
sed -i 's/^Watch=.*/Watch=no/' /etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart" systemctl restart fd-shmem.target
check "the timer stops" within 20 not_active fd-shmem-watch.timer
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/fd /mnt/database
equal "pools" "0 0" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
finish
