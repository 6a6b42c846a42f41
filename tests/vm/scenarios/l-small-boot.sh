#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine of two small nodes that is told to reserve all of its memory early in its boot, when nothing
# has it yet. It gets what leaves enough for everything that starts later.
#
#@ topology: 1:512,1:768
#@ append: init_on_alloc=1
#@ fixture: services
#@ timeout: 400
#@ file: /etc/fd-shmem.conf
#| [all]
#| Path=/mnt/all
#| Gigantic=1
#| Huge=100%
#| Shortage=continue
. ./lib.sh
. ./work.sh

equal_state multi-user.target active
equal_state fd-shmem@all.target active
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
equal_state systemd-udevd.service active
equal_state bystander.service active
BYSTANDER_PID=$(systemctl show -P MainPID bystander.service)
echo "# $(memory)"
had0=$(pool 0 $HUGE) had1=$(pool 1 $HUGE)
check "$had0 and $had1 huge pages" [ "$had0" -gt 50 -a "$had1" -gt 150 ]
journal fd-shmem-reserve@all:huge.service | sed 's/^/# /'
equal_no_kills

bystander_ask
ordinary_work 64
bystander_ask
booted=$waited
equal "pages" "$had0 $had1" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
equal_no_kills

check "stop" systemctl stop fd-shmem.target
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal_gone /mnt/all

bystander_ask
ordinary_work 64
usual_wait
if [ "$booted" -lt $((USUAL_WAIT + 1000)) ]; then
        passed "booted with the pages the bystander waited for $booted ms"
else
        echo "# booted with the pages the bystander waited for $booted ms; again"
        check "start" systemctl start fd-shmem.target
        patiently "work" ordinary_work 64
fi
finish
