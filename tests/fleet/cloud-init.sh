#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# cloud-init writes the configuration on the first boot, after the generators: the domain is there in that boot, and
# a service that the file says requires it, of a package that knows nothing of it, starts after it. On the second
# boot the file is there when the generators run. On the third, of another instance, it is replaced by another, and
# a module of the same stage fails.
#
#@ packages: cloud-init
#@ reboots: 2
#@ poweroff: clean
#@ timeout: 900
#@ fixture: firedancer
#@ file: /var/lib/cloud/seed/nocloud/meta-data
#| instance-id: first
#@ file: /var/lib/cloud/seed/nocloud/user-data
#| #cloud-config
#| write_files:
#|   - path: /etc/fd-shmem.conf
#|     permissions: '0644'
#|     content: |
#|       [app]
#|       Path=/mnt/app
#|       User=firedancer
#|       Huge=0:8,1:8
#|       RequiredBy=app.service
#|
#|       [grows]
#|       Path=/mnt/grows
#|       Huge=0:12
#|       Normal=8M
#|
#|       [stays]
#|       Path=/mnt/stays
#|       Huge=1:4
#|
#|       [lab]
#|       Path=/mnt/lab
#|       Huge=0:4,1:4
#|       Boot=no
#|       RequiredBy=lab.service
#@ file: /etc/cloud/cloud.cfg.d/90-here.cfg
#| datasource_list: [ NoCloud ]
#| cloud_init_modules: [ bootcmd, write-files ]
#| cloud_config_modules: []
#| cloud_final_modules: []
#@ file: /etc/fd-shmem.conf
#| [small]
#| Path=/mnt/small
#| Huge=0:4
#|
#| [grows]
#| Path=/mnt/grows
#| Huge=0:4
#| Normal=4M
#|
#| [stays]
#| Path=/mnt/stays
#| Huge=1:4
#@ file: /etc/systemd/system/app.service
#| [Unit]
#| Description=A service that maps pages of a domain
#| [Service]
#| Type=notify
#| User=firedancer
#| ExecStart=/machine-test/consumer --stay /mnt/app huge:1:8
#@ file: /etc/systemd/system/lab.service
#| [Service]
#| ExecStart=/bin/sleep infinity
#@ file: /etc/systemd/system/early.service
#| [Unit]
#| Description=An ordinary service, which is told of no domain
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/grep -q " /mnt/app/.huge hugetlbfs " /proc/mounts
#@ file: /etc/systemd/system/multi-user.target.d/services.conf
#| [Unit]
#| Wants=app.service early.service lab.service
. ./lib.sh

seed=/var/lib/cloud/seed/nocloud
stage=cloud-init.service
[ "$(systemctl show -P LoadState cloud-init-network.service)" != loaded ] || stage=cloud-init-network.service

times() { # UNIT: when it became active
        systemctl show -P ActiveEnterTimestampMonotonic "$1"
}

reload_said() {
        journalctl -b --no-pager -o cat | grep -E 'since this boot began|declared otherwise now|not declared any more'
}

echo "# boot $BOOT, cloud-init $(dpkg-query -W -f '${Version}' cloud-init), systemd $(systemctl --version | awk 'NR == 1 { print $2 }')"
check "the schema of its file" cloud-init schema -c $seed/user-data
pages=16
if [ "$BOOT" = 3 ]; then
        pages=20
        equal_state $stage failed
else
        equal_state $stage active
        equal "failed units" "" "$(systemctl list-units --failed --no-legend --plain)"
fi
equal_state fd-shmem.target active
equal_mount /mnt/app/.huge 2M $((pages << 21))
equal_owner /mnt/app "700 firedancer firedancer"
for unit in app early lab; do
        equal_state $unit.service active
done
equal_state fd-shmem@lab.target active
check "app.service is after its domain" [ "$(times app.service)" -gt "$(times fd-shmem@app.target)" ]
check "an ordinary service is after all domains" [ "$(times early.service)" -gt "$(times fd-shmem.target)" ]
equal_state fd-shmem@small.target inactive
equal "a domain of the file that was there before" "" "$(mount_line /mnt/small/.huge)"
equal "the size that is declared now" 8388608 "$(stat -f -c '%b %S' /mnt/grows/.normal | awk '{ print $1 * $2 }')"
equal_pool 0 $HUGE $((pages + 8))
equal_pool 1 $HUGE 16
equal "differences from the configuration" 0 "$(fd-shmem plan >/dev/null; echo $?)"
lacks "cycles" "$(journalctl -b --no-pager -o cat)" "ordering cycle"

case $BOOT in
1)
        said=$(reload_said)
        contains "told" "$said" "^/etc/fd-shmem.conf has changed since this boot began, reloading systemd"
        contains "told" "$said" "^domain small: not declared any more, stopping it"
        contains "told" "$said" "^domain grows: declared otherwise now, restarting it"
        lacks "told" "$said" "domain stays"
        reboot_machine reboot
        ;;
2)
        equal "told" "" "$(reload_said)"
        echo "instance-id: second" >$seed/meta-data
        sed -i 's/Huge=0:8,1:8/Huge=0:12,1:8/' $seed/user-data
        printf 'bootcmd:\n  - [ "false" ]\n' >>$seed/user-data
        reboot_machine reboot
        ;;
3)
        said=$(reload_said)
        contains "told" "$said" "^/etc/fd-shmem.conf has changed since this boot began, reloading systemd"
        contains "told" "$said" "^domain app: declared otherwise now, restarting it"
        lacks "told" "$said" "domain (grows|lab|stays)"
        ;;
esac
finish
