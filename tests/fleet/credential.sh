#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine whose image declares one domain is told by a system credential how large it is, and of another domain.
#
#@ modules: yes
#@ credential: fd-shmem.conf=[a]\nHuge=0:24,1:8\n[b]\nPath=/mnt/b\nHuge=1:32\nUser=daemon\nHgue=1\n
#@ file: /etc/fd-shmem.conf
#| [a]
#| Path=/mnt/a
#| Huge=0:16
#| Mode=0750
. ./lib.sh

credential=/run/credentials/@system/fd-shmem.conf
echo "# systemd $(systemctl --version | awk 'NR == 1 { print $2 }'): $(stat -c '%A %U' ${credential%/*} $credential | tr '\n' ' ')"
equal "state of the system" running "$STATE"
equal_mount /mnt/a/.huge 2M $((32 << 21))
equal_mount /mnt/b/.huge 2M $((32 << 21))
equal_owner /mnt/a "750 root root"
equal_owner /mnt/b "700 daemon daemon"
equal_pool 0 $HUGE 24
equal_pool 1 $HUGE 40
contains "where it is from" "$(fd-shmem verify 2>&1)" "^$credential:7: warning: \[b\] Unknown key Hgue="
contains "the generator's message" "$(dmesg)" "$credential:7: "
equal "SourcePath" "$credential" "$(systemctl show -P SourcePath fd-shmem-prepare@b.service)"
equal "differences from the configuration" 0 "$(fd-shmem plan >/dev/null; echo $?)"

echo "# a reload reads it again"
check "daemon-reload" systemctl daemon-reload
equal "differences from the configuration" 0 "$(fd-shmem plan >/dev/null; echo $?)"

echo "# others cannot read it, and are told so; to them nothing has changed"
said=$(setpriv --reuid=nobody --clear-groups fd-shmem plan 2>&1)
contains "what another user is told" "$said" "^$credential:.* only root can read it"
lacks "what another user is told" "$said" "daemon-reload"

echo "# that of an image is the image's"
mkdir -p /tmp/image/etc
said=$(fd-shmem verify --root=/tmp/image 2>&1)
lacks "an image" "$said" "Hgue"
mkdir -p "/tmp/image${credential%/*}"
printf '[c]\nHgue=1\n' >"/tmp/image$credential"
said=$(fd-shmem verify --root=/tmp/image 2>&1)
contains "an image with one" "$said" "^$credential:2: warning: \[c\] Unknown key"
chmod 0666 "/tmp/image$credential"
said=$(fd-shmem verify --root=/tmp/image 2>&1)
contains "one that others can write" "$said" "^$credential:? .*can be changed by others"

check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/a /mnt/b
finish
