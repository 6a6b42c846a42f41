#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The package on a fresh Debian: three commands to a running domain, a reboot, an upgrade, a removal, a purge.
#
#@ reboots: 1
#@ timeout: 600
. ./lib.sh

export DEBIAN_FRONTEND=noninteractive
cd /root/packages || exit
huge=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages

# What the package could leave behind; apt's and dpkg's own records change with each run.
files() {
        find /etc /usr /lib /run/fd-shmem /run/systemd/generator* /mnt /var/lib -xdev \
                \( -path '/var/lib/apt' -o -path '/var/lib/dpkg' -o -path '/usr/share/man' -o -path '/var/lib/machine-test*' \) \
                -prune -o -print 2>/dev/null | grep -v '^/etc/ld.so.cache$' | sort
}

if [ "$BOOT" = 1 ]; then
        files >/var/lib/machine-test.files
        before=$(cut -d ' ' -f 1 /proc/uptime)
        check "apt install" apt-get -qq install ./fd-shmem.deb
        printf '[packets]\nPath=/mnt/packets\nHuge=1:32\n' >/etc/fd-shmem.conf
        check "fd-shmem apply" fd-shmem apply --yes
        echo "# three commands took $(awk -v before="$before" '{ printf "%.1f", $1 - before }' /proc/uptime) s"
        check "it is ready" fd-shmem is-ready packets
        equal_mount /mnt/packets/.huge 2M $((32 * 2 << 20))
        [ "$failures" = 0 ] && reboot_machine
        finish
        exit
fi

echo "# it is there after a boot"
equal "state of the system" running "$STATE"
check "it is ready" fd-shmem is-ready packets
equal "enabled timers" "" "$(systemctl list-timers --all --no-legend 'fd-shmem*')"

echo "# an upgrade, while a process holds a region"
truncate -s 4M /mnt/packets/.huge/ring
sleep 1000 3</mnt/packets/.huge/ring &
holder=$!
identity() {
        stat -c '%d %i' /mnt/packets /mnt/packets/.huge /mnt/packets/.huge/ring
        grep ' /mnt/packets/' /proc/self/mountinfo | cut -d ' ' -f 1
        systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@packets.target
}
identity >/run/before
check "apt install of the second version" apt-get -qq install ./fd-shmem-second.deb
contains "its version" "$(dpkg-query -W fd-shmem)" '\.1$'
equal "what is mounted, and since when" "$(cat /run/before)" "$(identity)"
contains "the new unit is read" "$(systemctl cat fd-shmem-setup@packets.service)" "of the second version"
check "it is ready" fd-shmem is-ready packets
equal "differences from the file" 0 "$(fd-shmem plan >/dev/null; echo $?)"

echo "# a removal, while the process holds it"
said=$(apt-get -qq remove fd-shmem 2>&1) && failed "it is removed while it is in use"
contains "who is named" "$said" "pid $holder "
check "the region is there" [ -e /mnt/packets/.huge/ring ]
check "the domain is as before" fd-shmem is-ready packets
equal "what is mounted, and since when" "$(cat /run/before)" "$(identity)"
contains "the package" "$(dpkg-query -W -f '${db:Status-Status}' fd-shmem)" "^installed$"

echo "# a removal afterwards"
kill $holder
wait $holder
check "apt remove" apt-get -qq remove fd-shmem
equal_gone /mnt/packets
equal "pages of node 1" 0 "$(cat $huge)"
contains "the file stays" "$(cat /etc/fd-shmem.conf)" "packets"
equal "units" "" "$(systemctl list-units --all --no-legend --plain 'fd-shmem*' | grep -v not-found)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"

echo "# a purge"
check "apt purge" apt-get -qq purge fd-shmem
equal "files that are left, or gone" "" "$(files | diff /var/lib/machine-test.files - | grep '^[<>]')"
finish
