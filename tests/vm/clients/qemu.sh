#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# QEMU has the memory of its machine on pages of the domain, of the node that it is told: in a file of the domain's
# mount, and in a memfd.
#
#@ packages: qemu-system-x86
#@ recipe: qemu
#@ recipe: qemu-memfd
#@ topology: 1:2048,1:2048
#@ timeout: 300
#@ file: /etc/sysusers.d/vm.conf
#| u vm - "Virtual machines"
#@ file: /etc/systemd/system/vm.service
#| [Service]
#| User=vm
#| Group=kvm
#| ExecStart=qemu-system-x86_64 -S -nodefaults -display none -accel tcg -m 128M \
#|         -machine q35,memory-backend=ram -object memory-backend-file,id=ram,size=128M,mem-path=/mnt/vm/.huge,share=on,prealloc=on,host-nodes=1,policy=bind
#@ file: /etc/systemd/system/vm-memfd.service
#| [Service]
#| User=vm
#| Group=kvm
#| ExecStart=qemu-system-x86_64 -S -nodefaults -display none -accel tcg -m 128M \
#|         -machine q35,memory-backend=ram -object memory-backend-memfd,id=ram,size=128M,hugetlb=on,hugetlbsize=2M,prealloc=on,host-nodes=0,policy=bind
. ./lib.sh
. ./client.sh

has_pages() { # UNIT NODE
        is_active "$1" && [ "$(huge_pages "$(main_pid "$1")" "$2")" = 64 ]
}

equal "state of the system" running "$STATE"
equal_pool 0 $HUGE 64
equal_pool 1 $HUGE 64
equal_required vm.service vm
equal_required vm-memfd.service vm-memfd
# Pages that nobody claims, of another domain, would be there for the second client.
check "stop" systemctl stop fd-shmem.target
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"

echo "# a file"
check "start the domain" systemctl start fd-shmem@vm.target
equal_safe 1 "before the machine is started"
check "start" systemctl start vm.service
check "the machine has its memory on node 1" within 60 has_pages vm.service 1
pid=$(main_pid vm.service)
equal "its pages on node 0" 0 "$(huge_pages "$pid" 0)"
equal_region vm "qemu_back_mem[^\"]*" 1 64 "$pid"
equal_safe 1 "while the machine runs"
check "stop the domain" systemctl stop fd-shmem@vm.target
equal_state vm.service inactive
equal_gone /mnt/vm
equal_pool 1 $HUGE 0

echo "# a memfd; the domain is started because the machine needs it"
check "start" systemctl start vm-memfd.service
equal_state fd-shmem@vm-memfd.target active
check "the machine has its memory on node 0" within 60 has_pages vm-memfd.service 0
pid=$(main_pid vm-memfd.service)
equal "its pages on node 1" 0 "$(huge_pages "$pid" 1)"
equal_outside "$pid" 0 64
equal_safe 0 "while the machine runs"
check "stop the domain" systemctl stop fd-shmem@vm-memfd.target
equal_state vm-memfd.service inactive
equal_pool 0 $HUGE 0
finish
