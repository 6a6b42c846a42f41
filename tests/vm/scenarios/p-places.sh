#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A mount at the place that a program has compiled in, beside its place in the base directory.
#
#@ timeout: 300
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [appliance]
#| Path=/srv/appliance
#| User=firedancer
#| Huge=1:32
#| Gigantic=no
#| Normal=16M
#| HugePath=/mnt/huge
#| NormalPath=/mnt/normal
. ./lib.sh

conf=/etc/fd-shmem.conf

equal "state of the system" running "$STATE"
equal_state fd-shmem@appliance.target active
contains "huge" "$(mount_line /mnt/huge)" "hugetlbfs .*pagesize=2M,min_size=67108864"
contains "normal" "$(mount_line /mnt/normal)" "tmpfs"
contains "huge in the base" "$(mount_line /srv/appliance/.huge)" "hugetlbfs"
equal "owner" "firedancer 700" "$(stat -c '%U %a' /mnt/huge)"
check "a file at one place" runuser -u firedancer -- touch /mnt/huge/region
check "is at the other" [ -e /srv/appliance/.huge/region ]
check "no difference" fd-shmem plan
check "no damage" fd-shmem check

# A restart, and one with a holder at the other place.
check "restart" systemctl restart fd-shmem@appliance.target
contains "huge again" "$(mount_line /mnt/huge)" "hugetlbfs"
runuser -u firedancer -- sh -c 'exec 3>/mnt/huge/held; exec sleep 1000' &
check "held" within 20 [ -e /mnt/huge/held ]
holder=$(pgrep -u firedancer sleep)
systemctl stop fd-shmem.target
contains "the stop names the holder" "$(journal fd-shmem-teardown@appliance.service)" "pid $holder .*held"
check "the region is where it was" [ -e /mnt/huge/held ]
equal_pool 1 $HUGE 32
kill "$holder"
gone() {
        [ -z "$(mount_line /mnt/huge)$(mount_line /srv/appliance/.huge)" ] && [ ! -e /mnt/huge ] &&
                [ ! -e /srv/appliance ] && [ "$(pool 1 $HUGE)" = 0 ]
}
check "all is gone when the holder is" within 60 gone
check_not "no directory at the other place" [ -e /mnt/normal ]

# Another place, and none; what is in the way is said.
check "start" systemctl start fd-shmem.target
sed -i 's#/mnt/huge#/mnt/large#' $conf
contains "the plan" "$(fd-shmem plan)" "HugePath= */mnt/huge */mnt/large"
check "apply" fd-shmem apply --yes
contains "there" "$(mount_line /mnt/large)" "hugetlbfs"
check_not "the old place" [ -e /mnt/huge ]
sed -i '/^HugePath=/d' $conf
check "apply" fd-shmem apply --yes
equal "no place" "" "$(mount_line /mnt/large)"
check_not "the old place" [ -e /mnt/large ]
mkdir /mnt/full
touch /mnt/full/file
echo HugePath=/mnt/full >>$conf
check_not "something in the way" fd-shmem apply --yes
contains "why" "$(fd-shmem plan)" "/mnt/full: exists and is not empty"
sed -i '/^HugePath=/d' $conf
check "again without" fd-shmem apply --yes

install -d -o firedancer /mnt/foreign
echo HugePath=/mnt/foreign >>$conf
check_not "somebody's directory" fd-shmem apply --yes
contains "why" "$(fd-shmem plan)" "/mnt/foreign: is not a directory of root's"
sed -i '/^HugePath=/d' $conf
check "again without" fd-shmem apply --yes

# A directory that was there before is used, stays, and is made again when somebody has removed it.
mkdir /mnt/before
echo HugePath=/mnt/before >>$conf
check "apply" fd-shmem apply --yes
contains "there" "$(mount_line /mnt/before)" "hugetlbfs"
check "stop" systemctl stop fd-shmem.target
check "the directory stays" [ -d /mnt/before ]
check "start" systemctl start fd-shmem.target
check "it goes while the domain is up" sh -c 'umount /mnt/before && rmdir /mnt/before'
check "restart" systemctl restart fd-shmem@appliance.target
contains "there again" "$(mount_line /mnt/before)" "hugetlbfs"
check "stop" systemctl stop fd-shmem.target
equal "mounts" "" "$(grep -E ' /(srv|mnt)/' /proc/mounts)"
check "what was others' is there" [ -e /mnt/full/file ]
equal_pool 1 $HUGE 0
finish
