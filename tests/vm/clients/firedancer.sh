#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What Firedancer checks before it uses a domain, step by step, and a client that takes its pages as Firedancer does: a
# region by name, bound to a node, locked, with the kernel asked where each page is. The recipe's numbers are those of
# a machine of 80 GiB; here they are smaller.
#
#@ recipe: firedancer
#@ fixture: firedancer
#@ topology: 1:3072,1:3072
#@ timeout: 300
#@ file: /etc/fd-shmem.conf.d/60-small.conf
#| [firedancer]
#| Gigantic=0:1
#| Huge=0:64,1:32
#@ file: /etc/systemd/system/firedancer.service
#| [Service]
#| Type=notify
#| User=firedancer
#| ExecStart=/machine-test/consumer --stay /mnt/.fd huge:0:64 huge:1:32 gigantic:0:1
. ./lib.sh
. ./client.sh

# src/app/shared/commands/configure/hugetlbfs.c, check(): both directories and the one above them are the user's and
# his login group's, a directory, with that mode and no other; and the file systems are mounted with exactly these
# options, with at least the pages that the topology needs.
configure_check() {
        local directory
        for directory in /mnt/.fd /mnt/.fd/.huge /mnt/.fd/.gigantic; do
                equal "owner, mode and type of $directory" "$(id -u firedancer) $(id -g firedancer) 700 directory" \
                        "$(stat -c '%u %g %a %F' $directory)"
        done
        equal_mount /mnt/.fd/.huge 2M $((96 * 2 << 20))
        equal_mount /mnt/.fd/.gigantic 1024M $((1 << 30))
}

equal "state of the system" running "$STATE"
equal_required firedancer.service firedancer
equal_pool 0 $HUGE 64
equal_pool 1 $HUGE 32
equal_pool 0 $GIGANTIC 1
configure_check
equal_safe 0 "before it runs"
equal_safe 1 "before it runs"
check "start" systemctl start firedancer.service
pid=$(main_pid firedancer.service)
equal "its user" firedancer "$(stat -c %U "/proc/$pid")"
equal "its pages on node 0" 65 "$(huge_pages "$pid" 0)"
equal "its pages on node 1" 32 "$(huge_pages "$pid" 1)"
equal_region firedancer consumer-huge-0 0 64 "$pid"
equal_region firedancer consumer-huge-1 1 32 "$pid"
equal_region firedancer consumer-gigantic-0 0 1 "$pid"
equal_safe 0 "while it runs"
equal_safe 1 "while it runs"

echo "# restart, which restarts it"
check "restart" systemctl restart fd-shmem@firedancer.target
configure_check
check "it is back" within 60 is_active firedancer.service
check "another process" [ "$pid" != "$(main_pid firedancer.service)" ]
check "stop" systemctl stop fd-shmem.target
equal_state firedancer.service inactive
equal_gone /mnt/.fd
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
