#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A domain without mounts: only pages, for programs that use them without a file. It grows and shrinks
# while such a program runs; a stop names who still uses its pages.
#
#@ timeout: 300
#@ file: /etc/fd-shmem.conf
#| [database]
#| Mounts=no
#| Huge=1:64
#| RequiredBy=database.service
#@ file: /etc/systemd/system/database.service
#| [Service]
#| Type=exec
#| NUMAPolicy=bind
#| NUMAMask=1
#| ExecStart=/machine-test/take-node 1 32
#| [Install]
#| WantedBy=multi-user.target
#@ file: /etc/systemd/system/multi-user.target.d/database.conf
#| [Unit]
#| Wants=database.service
. ./lib.sh

conf=/etc/fd-shmem.conf

# free_at_most PAGES: of node 1
free_at_most() {
        [ "$(pool 1 $HUGE free_hugepages)" -le "$1" ]
}

no_pages() {
        [[ $(pools) = *1:2048=0+0* ]]
}

# declare_pages AMOUNT: so many pages, as an administrator would edit the file
declare_pages() {
        sed -i "s/^Huge=.*/Huge=$1/" $conf
}

equal "state of the system" running "$STATE"
equal_state fd-shmem@database.target active
equal_state database.service active
equal_pool 1 $HUGE 64
equal_pool 0 $HUGE 0
check_not "no directory" [ -e /mnt/.fd ]
equal "no mount" "" "$(grep -E 'fd-shmem|/mnt' /proc/mounts)"
check "is ready" fd-shmem is-ready database
check "verify" fd-shmem verify
check "nothing to plan" fd-shmem plan

pid=$(systemctl show -P MainPID database.service)
check "pages in use" within 30 free_at_most 32
contains "its pages" "$(cat "/proc/$pid/numa_maps")" "huge .*N1=32"
contains "query names it" "$(fd-shmem query)" "take-node|$pid"
contains "query: the domain" "$(fd-shmem query)" "Domain database  no mounts  up"
contains "query: JSON" "$(fd-shmem query --json | tr -d ' \n')" '"name":"database","path":null,"state":"up"'

# It grows and shrinks in place.
declare_pages 1:128
contains "the plan" "$(fd-shmem plan)" "Huge= .*apply +grows in place"
contains "the plan in JSON" "$(fd-shmem plan --json)" '"change": *"grows"'
check "grow" fd-shmem apply --yes
equal_pool 1 $HUGE 128
check "nothing more to plan" fd-shmem plan
equal "the program after growing" "$pid" "$(systemctl show -P MainPID database.service)"
declare_pages 1:64
contains "the plan" "$(fd-shmem plan)" "Huge= .*apply +shrinks in place"
check "shrink" fd-shmem apply --yes
equal_pool 1 $HUGE 64
check "nothing more to plan" fd-shmem plan
equal "the program after shrinking" "$pid" "$(systemctl show -P MainPID database.service)"

# More than there is: what there was stays.
declare_pages 1:1000000
check_not "grow too much" fd-shmem apply --yes
equal_pool 1 $HUGE 64
equal "the program after a failed growth" "$pid" "$(systemctl show -P MainPID database.service)"
declare_pages 1:64
check "back" fd-shmem apply --yes
equal_state fd-shmem@database.target active

# Pages are missing when it grows: what there was stays, and nobody is stopped.
drop_in=/etc/systemd/system/fd-shmem-reserve@database:huge.service.d
mkdir -p $drop_in
printf '[Service]\nExecStartPre=/bin/false\n' >$drop_in/fails.conf
declare_pages 1:128
check_not "a growth that fails" fd-shmem apply --yes
equal_pool 1 $HUGE 64
equal_state fd-shmem@database.target active
equal "the program after it" "$pid" "$(systemctl show -P MainPID database.service)"
rm $drop_in/fails.conf
check "once more" fd-shmem apply --yes
equal_pool 1 $HUGE 128
check "nothing more to plan" fd-shmem plan
equal "failed units" "" "$(systemctl list-units --failed --no-legend --plain)"
declare_pages 1:64
check "back" fd-shmem apply --yes
equal "the program after all" "$pid" "$(systemctl show -P MainPID database.service)"

# Moved to the other node. A program would keep what it uses here, as surplus.
check "stop of the program" systemctl stop database.service
declare_pages 0:64
check "other node" fd-shmem apply --yes
equal_pool 0 $HUGE 64
equal_pool 1 $HUGE 0
declare_pages 1:64
check "and back" fd-shmem apply --yes
equal_pool 0 $HUGE 0
equal_pool 1 $HUGE 64
check "start of the program" systemctl start database.service

# With mounts, and without again.
sed -i 's/^Mounts=no/Mounts=yes/' $conf
contains "the plan" "$(fd-shmem plan)" "Mounts= no -> yes.*restart|Mounts=.*no.*yes"
check "with mounts" fd-shmem apply --yes
contains "mounted" "$(mount_line /mnt/.fd/.huge)" "hugetlbfs"
sed -i 's/^Mounts=yes/Mounts=no/' $conf
check "without" fd-shmem apply --yes
equal "not mounted" "" "$(mount_line /mnt/.fd/.huge)"
check_not "no directory again" [ -e /mnt/.fd ]
equal_pool 1 $HUGE 64

# Somebody who was not stopped with the domain uses its pages.
systemctl stop database.service
systemd-run -q --unit=other -p Type=exec /machine-test/take-node 1 16
check "pages in use by another" within 30 free_at_most 48
check "stop" systemctl stop fd-shmem.target
other=$(systemctl show -P MainPID other.service)
contains "the stop says who" "$(journal fd-shmem-teardown@database.service)" "pid $other"
equal "their pages are surplus" "1:2048=16+16" "$(pools | grep -o '1:2048=[0-9+]*')"
lacks "nothing failed" "$(systemctl list-units --failed --no-legend --plain)" "fd-shmem"
systemctl stop other.service
check "gone when they are" within 10 no_pages
equal "pools" "1:2048=0+0" "$(pools | grep -o '1:2048=[0-9+]*')"
equal "the ledger is empty" "" "$(compgen -G "/run/fd-shmem/*/database*")"
finish
