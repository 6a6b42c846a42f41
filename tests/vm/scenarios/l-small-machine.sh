#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# All of a machine of 1 GiB, nearly all, most of it: refused with the numbers, or what fits is taken, and
# then people and services go on with their work. Nobody is killed, and nobody waits for more than a
# second longer than usual.
#
#@ topology: 1:1024
#@ append: init_on_alloc=1
#@ timeout: 500
#@ file: /etc/fd-shmem.conf
#| [fail100]
#| Path=/mnt/fail100
#| Huge=100%
#| Boot=no
#| [fail99]
#| Path=/mnt/fail99
#| Huge=99%
#| Boot=no
#| [fail95]
#| Path=/mnt/fail95
#| Huge=95%
#| Boot=no
#| [fail90]
#| Path=/mnt/fail90
#| Huge=90%
#| Boot=no
#| [half]
#| Path=/mnt/half
#| Huge=50%
#| Boot=no
#| [take100]
#| Path=/mnt/take100
#| Huge=100%
#| Shortage=continue
#| Boot=no
#| [take97]
#| Path=/mnt/take97
#| Huge=97%
#| Shortage=continue
#| Boot=no
#| [take80]
#| Path=/mnt/take80
#| Huge=80%
#| Shortage=continue
#| Boot=no
. ./lib.sh
. ./work.sh

# What services of a bigger system than this one take
bystander_start 48
echo "# $(memory)"
ordinary_work 64
usual_wait
ordinary_work 64
usual_wait

refuse() { # SHARE
        check_not "start" systemctl start fd-shmem@fail$1.target
        contains "why" "$(journal fd-shmem-reserve@fail$1:huge.service)" \
                "node 0: [0-9]+ huge pages asked, .* refused: .* Headroom= keeps 20[0-9] MiB; [0-9]+ pages would fit"
}

use() { # DOMAIN
        check "start" systemctl start fd-shmem@$1.target
        journal fd-shmem-reserve@$1:huge.service | grep "^node" | sed 's/^/# /'
        echo "# $(memory)"
        had=$(pool 0 $HUGE)
        check "$had pages" [ "$had" -gt 200 ]
        ordinary_work 64
        equal_pool 0 $HUGE "$had"
        check "stop" systemctl stop fd-shmem@$1.target
        equal_pool 0 $HUGE 0
}

for share in 100 99 95 90; do
        echo "# $share % or nothing"
        patiently "refused" refuse $share
        equal "pools" "0:1048576=0+0 0:2048=0+0" "$(pools)"
done

for domain in take100 take97 take80 half; do
        echo "# $domain"
        patiently "$domain" use $domain
        equal_no_kills
done
equal "pages that fitted half of the memory" $(($(awk '/MemTotal/ { print $2 }' /proc/meminfo) / 2 / 2048)) "$had"
kill $BYSTANDER_PID
equal_gone /mnt/take100 /mnt/take97 /mnt/take80 /mnt/half
finish
