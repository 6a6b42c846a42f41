#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Removed as README says, after a stop, fd-shmem leaves nothing. Replaced under a live domain, it takes
# that down later as ever. Removed under one, pages and directory stay, until it is installed again.
#
#@ file: /etc/fd-shmem.conf
#| [lab]
#| Path=/mnt/lab
#| Huge=0:16
. ./lib.sh

installed() {
        find /usr -xdev \( -name '*fd-shmem*' -o -name fd_shmem_cfg \) -prune -print
}

uninstall() {
        installed >/run/package.list
        tar -C / -cf /run/package.tar -T /run/package.list 2>/dev/null
        xargs rm -r </run/package.list
        systemctl daemon-reload
}

install_again() {
        tar -C / -xPf /run/package.tar
        systemctl daemon-reload
}

nothing_left() {
        equal_gone /mnt/lab
        equal_pool 0 $HUGE 0
        equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
}

equal_state fd-shmem@lab.target active
equal_pool 0 $HUGE 16

echo "# stopped, then removed"
check "stop" fd-shmem stop
uninstall
nothing_left
equal "units" "" "$(systemctl list-units --all --no-legend --plain 'fd-shmem*' '*lab*')"
equal "files" "" "$(installed)"

echo "# replaced by another version while it is up"
install_again
check "start" systemctl start fd-shmem.target
uninstall && install_again
equal_state fd-shmem@lab.target active
equal_pool 0 $HUGE 16
check "stop" fd-shmem stop
nothing_left

echo "# removed while it is up"
check "start" systemctl start fd-shmem.target
uninstall
systemctl stop fd-shmem.target
equal_pool 0 $HUGE 16
install_again
check "start" systemctl start fd-shmem.target
check "stop" fd-shmem stop
nothing_left
finish
