#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# fd_shmem=0 on the kernel's command line: no units, no noise, whatever the configuration says; whoever
# asks for a domain, or about one, is told why there is none.
#
#@ append: fd_shmem=1 fd_shmem=0
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Huge=0:16,1:24
. ./lib.sh
. ./nothing.sh

nothing_is_there

off="witched off: fd_shmem=0 is on the kernel"
# says NAME STATUS COMMAND...
says() {
        local name=$1 expected=$2 output status
        shift 2
        output=$("$@" 2>&1 </dev/null)
        status=$?
        equal "$name: status" "$expected" "$status"
        contains "$name: why" "$output" "$off"
}
says "start of one" 1 fd-shmem start firedancer
says "start" 1 fd-shmem start
says "restart" 1 fd-shmem restart
says "apply" 1 fd-shmem apply --yes
says "plan" 0 fd-shmem plan
says "query" 0 fd-shmem query
says "check" 0 fd-shmem check
says "check of one" 1 fd-shmem check firedancer
says "verify" 0 fd-shmem verify
contains "query for programs" "$(fd-shmem query --json)" '"switched_off": *"fd_shmem=0'

# Templates load all the same: whoever starts one finds why in its status.
check_not "start of all by systemctl" systemctl start fd-shmem.target
contains "the target's reason" "$(journalctl -b -o cat -u fd-shmem.target -u fd-shmem-check.service)" "$off"
check_not "start of one by systemctl" systemctl start fd-shmem@firedancer.target
contains "the domain's reason" "$(journalctl -b -o cat -u fd-shmem-prepare@firedancer.service)" "$off"
contains "the domain's status" "$(systemctl status fd-shmem-prepare@firedancer.service)" "$off"
equal "below /mnt" "" "$(ls -A /mnt)"
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
