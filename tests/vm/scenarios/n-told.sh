#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Why a domain is not up is told where one looks: in the status lines, in the last lines of the target's
# journal, and for as long as it lasts; and so is a configuration that systemd has not read, and, at the
# second boot, one that declares too much. Modes may be setgid.
#
#@ reboots: 1
#@ timeout: 300
#@ file: /etc/fd-shmem.conf
#| [good]
#| Path=/mnt/good
#| Mode=2770
#| Huge=0:4
#|
#| [ghost]
#| Path=/mnt/ghost
#| User=ghost
#| Huge=0:2
. ./lib.sh

failure() {
        cat "/run/fd-shmem/failure/$1" 2>/dev/null
}

status() {
        systemctl show -P StatusText "$1"
}

last_line() {
        journalctl -b --no-pager -o cat -n 1 OBJECT_SYSTEMD_UNIT=fd-shmem.target
}

if [ "$BOOT" = 2 ]; then
        echo "# more than 1000 domains: none, and the boot goes on"
        equal_state multi-user.target active
        equal "failed units" "fd-shmem-check.service" \
                "$(systemctl --failed --no-legend --plain | cut -d' ' -f1)"
        equal_state fd-shmem.target inactive
        contains "the last line" "$(last_line)" "^more than 1000 domains are declared, starting none of them"
        contains "the target's status" "$(systemctl status fd-shmem.target)" "more than 1000 domains"
        equal "generated for domains" "" "$(find /run/systemd/generator* -name '*fd-shmem*@*')"
        equal "below /mnt" existing "$(ls -A /mnt)"
        equal_owner /mnt/existing "2775 root daemon"
        contains "the plan" "$(fd-shmem plan 2>&1)" "more than 1000 domains are declared"
        equal "pool" 0 "$(pool 0 $HUGE)"
        finish
fi

echo "# numbers in the status lines"
equal "reservation" "node 0: 4 of 4 huge pages" "$(status fd-shmem-reserve@good:huge.service)"
equal "setup" "/mnt/good: owner root, mode 2770" "$(status fd-shmem-setup@good.service)"
equal "preparation" "/mnt/good and its mount points are there, closed to all but root" \
        "$(status fd-shmem-prepare@good.service)"

for directory in /mnt/good /mnt/good/.normal /mnt/good/.huge; do
        equal_owner $directory "2770 root root"
done

echo "# the regions are removed by the unit"
mkdir /mnt/good/.normal/sub
touch /mnt/good/.normal/region /mnt/good/.normal/sub/region /mnt/good/.huge/region
check "reset" systemctl start fd-shmem-reset@good.service
equal "regions" "" "$(find /mnt/good/.normal /mnt/good/.huge -mindepth 1)"

echo "# a start that fails"
equal_state fd-shmem.target inactive
equal "kept" 'There is no user "ghost"' "$(failure ghost | cut -c -24)"
contains "the last line" "$(last_line)" '^domain ghost: There is no user "ghost"'
contains "the target's status" "$(systemctl status fd-shmem.target)" 'There is no user "ghost"'
contains "setup's status line" "$(status fd-shmem-setup@ghost.service)" 'There is no user "ghost"'
equal "of the other" "" "$(failure good)"
check_not "start" systemctl start fd-shmem.target
contains "the last line" "$(last_line)" '^domain ghost: There is no user "ghost"'

echo "# a mount that fails for the pages it claims"
printf '[good]\nPath=/mnt/good\nMode=2770\nHuge=0:4\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "stop" systemctl stop fd-shmem.target fd-shmem@good.target
mkdir /mnt/taken /run/systemd/system/fd-shmem-reserve@good:huge.service.d
printf '[Service]\nExecStartPost=+/bin/mount -t hugetlbfs -o pagesize=2M,min_size=6M none /mnt/taken\n' \
        >/run/systemd/system/fd-shmem-reserve@good:huge.service.d/60-taken.conf
check "daemon-reload" systemctl daemon-reload
check_not "start" systemctl start fd-shmem.target
contains "kept" "$(failure good)" \
        "^/mnt/good/.huge: not mounted: it claims 4 huge pages .* of the 4 in the pools 1 are left: 0 are in use, 3 are claimed"
contains "the last line" "$(last_line)" "^domain good: /mnt/good/.huge: not mounted: it claims 4"
within 20 umount /mnt/taken && rmdir /mnt/taken
rm -r /run/systemd/system/fd-shmem-reserve@good:huge.service.d
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target
equal "forgotten" "" "$(failure good)"

echo "# files that systemd has not read"
equal "warnings" "" "$(status fd-shmem-check.service)"
contains "what was read" "$(systemctl cat fd-shmem-check.service)" "--read=[0-9]+:[0-9.]+:/etc/fd-shmem.conf"
touch -d 2001-01-01 /etc/fd-shmem.conf
check "start" systemctl restart fd-shmem.target
equal "status" "/etc/fd-shmem.conf has changed since the last daemon-reload" "$(status fd-shmem-check.service)"
check "daemon-reload" systemctl daemon-reload
mkdir -p /run/fd-shmem.conf.d
printf '[new]\nPath=/mnt/new\n' >/run/fd-shmem.conf.d/50-new.conf
check "start" systemctl restart fd-shmem.target
equal "status" "/run/fd-shmem.conf.d/50-new.conf is new since the last daemon-reload" "$(status fd-shmem-check.service)"
check_not "start of what is not known yet" systemctl start fd-shmem@new.target
equal "nothing kept of it" "" "$(failure new)"
check "daemon-reload" systemctl daemon-reload
check "start" systemctl restart fd-shmem.target
equal_state fd-shmem@new.target active
equal "status" "" "$(status fd-shmem-check.service)"

check "stop" systemctl stop fd-shmem.target
equal "pool" 0 "$(pool 0 $HUGE)"
equal_gone /mnt/good /mnt/new /mnt/ghost

echo "# a setgid directory that was there before"
mkdir /mnt/existing
chown root:daemon /mnt/existing
chmod 2775 /mnt/existing
printf '[kept]\nPath=/mnt/existing\nMode=0750\nHuge=0:4\n' >/etc/fd-shmem.conf
rm -r /run/fd-shmem.conf.d
check "daemon-reload" systemctl daemon-reload
check "start" systemctl start fd-shmem.target
equal_owner /mnt/existing "750 root root"
check "stop" systemctl stop fd-shmem.target
equal_owner /mnt/existing "2775 root daemon"
sed -i 's/^User=.*//; s/^Mode=.*/User=nobody-like-this/' /etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check_not "a start that is rolled back" systemctl start fd-shmem.target
check "rolled back" within 10 [ -z "$(find /mnt/existing -mindepth 1)" ]
equal_owner /mnt/existing "2775 root daemon"
equal "pool" 0 "$(pool 0 $HUGE)"

for ((i = 0; i <= 1000; i++)); do
        printf '[d%d]\nPath=/mnt/d%d\n' $i $i
done >/etc/fd-shmem.conf
reboot_machine
