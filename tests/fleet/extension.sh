#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A configuration extension (examples/extension) brings the file: it is merged after the generators have run, and the
# domain is there in the same boot, before ordinary services. On the second boot the extension has systemd reload, so
# that its file has been read already; nothing has started what is in it.
#
#@ modules: yes
#@ reboots: 1
#@ timeout: 400
#@ file: /var/lib/confexts/packets/etc/extension-release.d/extension-release.packets
#| ID=_any
#@ file: /var/lib/confexts/packets/etc/fd-shmem.conf.d/50-packets.conf
#| [packets]
#| Path=/mnt/packets
#| Huge=0:16,1:16
#| RequiredBy=app.service
#@ file: /etc/systemd/system/app.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/grep -q " /mnt/packets/.huge hugetlbfs " /proc/mounts
#@ file: /etc/systemd/system/sysinit.target.d/confext.conf
#| [Unit]
#| Wants=systemd-confext.service
#@ file: /etc/systemd/system/multi-user.target.d/app.conf
#| [Unit]
#| Wants=app.service
. ./lib.sh

release=/var/lib/confexts/packets/etc/extension-release.d/extension-release.packets

echo "# boot $BOOT, systemd $(systemctl --version | awk 'NR == 1 { print $2 }')"
echo "# systemd-confext.service is $(systemctl is-enabled systemd-confext.service), from $(systemctl show -P FragmentPath systemd-confext.service)"
equal "state of the system" running "$STATE"
contains "the extensions" "$(systemd-confext status 2>&1)" "packets"
equal_state systemd-confext.service active
equal_state fd-shmem.target active
equal_mount /mnt/packets/.huge 2M $((32 << 21))
equal_state app.service active
equal_pool 0 $HUGE 16
equal_pool 1 $HUGE 16
log=$(journalctl -b --no-pager -o cat)
lacks "cycles" "$log" "ordering cycle"
if [ "$BOOT" = 1 ]; then
        contains "told" "$log" "^/etc/fd-shmem.conf.d/50-packets.conf is new since this boot began, reloading systemd"
        echo EXTENSION_RELOAD_MANAGER=1 >>$release
        reboot_machine reboot
fi
contains "told" "$log" "^Domains have been declared since this boot began, starting them"
finish
