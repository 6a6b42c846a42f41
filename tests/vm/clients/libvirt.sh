#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A guest of libvirt has its memory on pages of the domain, of the node that it is told, and keeps them when libvirtd
# and the domain are restarted.
#
#@ packages: libvirt-daemon-system libvirt-clients qemu-system-x86
#@ recipe: libvirt
#@ topology: 1:2048,1:2048
#@ timeout: 500
#@ file: /etc/libvirt/qemu.conf
#| hugetlbfs_mount = "/mnt/kvm/.huge"
#@ file: /root/guest.xml
#| <domain type='qemu'>
#|   <name>guest</name>
#|   <memory unit='MiB'>128</memory>
#|   <memoryBacking><hugepages/></memoryBacking>
#|   <vcpu>1</vcpu>
#|   <numatune><memory mode='strict' nodeset='1'/></numatune>
#|   <os><type arch='x86_64' machine='q35'>hvm</type></os>
#|   <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/><memballoon model='none'/></devices>
#| </domain>
. ./lib.sh
. ./client.sh

# The guest has all pages of the domain
equal_guest() {
        pid=$(cat /run/libvirt/qemu/guest.pid)
        equal "its user" libvirt-qemu "$(stat -c %U "/proc/$pid")"
        equal "its pages on node 1" 64 "$(huge_pages "$pid" 1)"
        equal "its pages on node 0" 0 "$(huge_pages "$pid" 0)"
        equal_region kvm "qemu_back_mem[^\"]*" 1 64 "$pid"
        equal_safe 1 "while the guest runs"
}

free_pages() { # what libvirt says of the nodes' huge pages
        virsh freepages --all | sed -n 's/^2048KiB: //p' | tr '\n' ' '
}

equal "state of the system" running "$STATE"
equal_required libvirtd.service kvm
equal_pool 1 $HUGE 64
equal_safe 1 "before libvirtd runs"
check "start of libvirtd" systemctl start libvirtd.service
equal "free pages, as libvirt sees them" "0 64 " "$(free_pages)"
check "start of a guest" virsh create --paused /root/guest.xml
equal_guest
equal "free pages, as libvirt sees them" "0 0 " "$(free_pages)"

echo "# restart with the guest"
first=$pid
check "restart" systemctl restart fd-shmem@kvm.target
check "libvirtd is back" within 60 is_active libvirtd.service
contains "the guest is still there" "$(virsh list --name --state-paused)" "^guest$"
equal_guest
equal "its process" "$first" "$pid"
check "end of the guest" virsh destroy guest

echo "# restart without it"
check "restart" systemctl restart fd-shmem@kvm.target
equal_safe 1 "with no guest"
check "start of a guest" virsh create --paused /root/guest.xml
equal_guest
check "end of the guest" virsh destroy guest
check "stop" systemctl stop fd-shmem.target
equal_state libvirtd.service inactive
equal_gone /mnt/kvm
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
finish
