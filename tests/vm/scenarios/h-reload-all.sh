#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Domains are taken out of the configuration, renamed, and renamed on the same path, while they are up;
# then "systemctl restart fd-shmem.target" does what the file says; also where domains change places.
#
#@ file: /etc/fd-shmem.conf
#| [removed]
#| Path=/mnt/removed
#| Huge=0:16
#|
#| [renamed]
#| Path=/mnt/renamed
#| Huge=0:4
#|
#| [moved]
#| Path=/mnt/moved
#| Huge=0:2
#|
#| [kept]
#| Path=/mnt/kept
#| Huge=0:8
#@ file: /etc/systemd/system/consumer.service
#| [Unit]
#| Requires=fd-shmem@removed.target
#| After=fd-shmem@removed.target
#| [Service]
#| ExecStart=/bin/sleep 1000
. ./lib.sh

for domain in removed renamed moved kept; do
        equal_state fd-shmem@$domain.target active
done
equal "pool" 30 "$(pool 0 $HUGE)"
check "a consumer" systemctl start consumer.service

echo "# removed, renamed, renamed and moved, grown"
cat >/etc/fd-shmem.conf <<-END
        [other]
        Path=/mnt/renamed
        Huge=0:5
        [elsewhere]
        Path=/mnt/elsewhere
        Huge=0:3
        [kept]
        Path=/mnt/kept
        Huge=0:9
END
sed -i 's/^ *//' /etc/fd-shmem.conf
: >/mnt/kept/.huge/region
check "daemon-reload" systemctl daemon-reload
check "restart of all" systemctl restart fd-shmem.target
equal "pool" 17 "$(pool 0 $HUGE)"
for domain in removed renamed moved; do
        equal_state fd-shmem@$domain.target inactive
        equal "record of $domain" "" "$(find /run/fd-shmem -name "$domain*" -path '*/[drf]*')"
done
for domain in other elsewhere kept; do
        equal_state fd-shmem@$domain.target active
done
equal_mount /mnt/renamed/.huge 2M $((5 * 2 << 20))
equal_mount /mnt/elsewhere/.huge 2M $((3 * 2 << 20))
equal_mount /mnt/kept/.huge 2M $((9 * 2 << 20))
equal "what was removed is gone" "" "$(ls -d /mnt/removed /mnt/moved 2>/dev/null)"
equal_state consumer.service inactive
contains "said" "$(journal)" "domain removed: not declared any more"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"

echo "# a domain keeps its mounts and loses its reservation"
printf '[other]\nPath=/mnt/renamed\nHuge=yes\n[kept]\nPath=/mnt/kept\nHuge=0:9\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart of all" systemctl restart fd-shmem.target
equal "pool" 9 "$(pool 0 $HUGE)"
equal_state fd-shmem@other.target active
equal_state fd-shmem-reserve@other:huge.service inactive
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"

echo "# two domains change places, by a restart of all and by apply"
printf '[other]\nPath=/mnt/kept\nHuge=yes\n[kept]\nPath=/mnt/renamed\nHuge=0:9\n' >/etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "restart of all" systemctl restart fd-shmem.target
equal_mount /mnt/renamed/.huge 2M $((9 * 2 << 20))
equal_mount /mnt/kept/.huge 2M 0
check "as it was made" fd-shmem check
check "and as declared" fd-shmem plan
printf '[other]\nPath=/mnt/renamed\nHuge=yes\n[kept]\nPath=/mnt/kept\nHuge=0:9\n' >/etc/fd-shmem.conf
check "apply" fd-shmem apply --yes
equal_mount /mnt/kept/.huge 2M $((9 * 2 << 20))
equal_mount /mnt/renamed/.huge 2M 0
check "as it was made" fd-shmem check
check "and as declared" fd-shmem plan
equal "pool" 9 "$(pool 0 $HUGE)"

echo "# what is not declared says so"
check_not "start of what is gone" systemctl start fd-shmem@removed.target
contains "why" "$(journal fd-shmem-prepare@removed.service)" "domain removed is not declared in fd-shmem.conf"
check "start of a reservation that is gone" systemctl start fd-shmem-reserve@other:huge.service
equal_state fd-shmem-reserve@other:huge.service inactive
contains "why" "$(journal fd-shmem-reserve@other:huge.service)" "No huge pages are declared for domain other"

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/removed /mnt/renamed /mnt/moved /mnt/elsewhere /mnt/kept
equal "pools" "0" "$(pool 0 $HUGE)"
finish
