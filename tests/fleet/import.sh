#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine with Red Hat's recipe, a mount in fstab, a mount unit and pages of the kernel's command line: what "fd-shmem
# import" prints there, booted without these, gives the same pools and the same mounts.
#
#@ reboots: 1
#@ timeout: 300
#@ append: hugepagesz=1G hugepages=1:1
#@ file: /usr/lib/systemd/hugetlb-reserve-pages.sh
#| #!/bin/sh
#| nodes_path=/sys/devices/system/node/
#| reserve_pages()
#| {
#|     echo $1 > $nodes_path/$2/hugepages/hugepages-2048kB/nr_hugepages
#| }
#| reserve_pages 32 node0
#| reserve_pages 48 node1
#@ file: /etc/systemd/system/hugetlb-reserve-pages.service
#| [Unit]
#| Description=HugeTLB Pages Reservation
#| DefaultDependencies=no
#| Before=dev-hugepages.mount
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/sh /usr/lib/systemd/hugetlb-reserve-pages.sh
#@ file: /etc/systemd/system/sysinit.target.d/hugetlb.conf
#| [Unit]
#| Wants=hugetlb-reserve-pages.service dev-hugepages1G.mount
#@ file: /etc/systemd/system/dev-hugepages1G.mount
#| [Mount]
#| What=hugetlbfs
#| Where=/dev/hugepages1G
#| Type=hugetlbfs
#| Options=pagesize=1G
#@ file: /etc/fstab
#| none /mnt/huge hugetlbfs pagesize=2M,uid=65534,gid=65534,mode=1770 0 0
. ./lib.sh

# The mounts that programs see: place, size of page, owner, mode.
mounts() {
        local place
        for place in /mnt/huge /dev/hugepages1G; do
                echo "$place $(findmnt -no FSTYPE "$place" | tail -n 1) $(stat -c '%u:%g %a' "$place")" \
                        "$(findmnt -no OPTIONS "$place" | grep -o 'pagesize=[^,]*')"
        done
}
expected="0:1048576=0+0 0:2048=32+0 1:1048576=1+0 1:2048=48+0"

equal "state of the system" running "$STATE"
equal "pools" "$expected" "$(pools)"
if [ "$BOOT" = 1 ]; then
        mounts >/var/lib/machine-test.mounts
        check "import" sh -c "fd-shmem import >/etc/fd-shmem.conf"
        cat /etc/fd-shmem.conf
        contains "what is to be removed" "$(cat /etc/fd-shmem.conf)" "hugetlb-reserve-pages.sh:7: reserve_pages 32 node0"
        check "it is verified" fd-shmem verify
        rm /usr/lib/systemd/hugetlb-reserve-pages.sh /etc/systemd/system/sysinit.target.d/hugetlb.conf
        rm /etc/systemd/system/{hugetlb-reserve-pages.service,dev-hugepages1G.mount}
        echo >/etc/fstab
        [ "$failures" = 0 ] && reboot_machine
        finish
        exit
fi

equal "mounts" "$(cat /var/lib/machine-test.mounts)" "$(mounts)"
equal "differences from the file" 0 "$(fd-shmem plan >/dev/null; echo $?)"
equal "what is there without fd-shmem" 0 "$(fd-shmem import | grep -c '^\[')"
finish
