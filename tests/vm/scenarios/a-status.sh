#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# "status" shows a domain on one screen, up, held and down, and its exit status says which; "query --table="
# tells programs the same.
#
#@ topology: 1:2048,1:2048
#@ fixture: firedancer
#@ poweroff: clean
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Mode=0700
#| Huge=0:32,1:96
#| Gigantic=no
#| Normal=64M
. ./lib.sh

exit_status() { # WORD...
        "$@" >/dev/null 2>&1
        echo $?
}

setpriv --reuid firedancer --regid firedancer --clear-groups consumer --stay /mnt/.fd huge:0:8 huge:1:48 &
consumer=$!
for node in 0 1; do
        check "pages of node $node in use" within 40 grep -qx $((24 * (node + 1))) \
                /sys/devices/system/node/node$node/hugepages/hugepages-${HUGE}kB/free_hugepages
done

said=$(fd-shmem status firedancer)
equal "exit status, up" 0 "$(exit_status fd-shmem status firedancer)"
contains "state" "$said" "^Domain firedancer  /mnt/.fd  up  firedancer:firedancer 0700"
contains "node 0: asked, got, used, others', free, pool" "$said" "^  huge +0 +32 +32 +8 +0 +24 +32"
contains "node 1" "$said" "^  huge +1 +96 +96 +48 +0 +48 +96"
contains "the holder" "$said" "^  +$consumer  firedancer  consumer +2 +0"
contains "the target" "$said" "^  fd-shmem@firedancer.target +active \\(active\\)"
contains "a service" "$said" "^  fd-shmem-reserve@firedancer:huge.service +active \\(exited\\)"
lacks "no unit that does not exist" "$said" "gigantic"
contains "a mount" "$said" "^  mnt-.fd-.huge.mount +active \\(mounted\\)"
contains "its log" "$said" "^  [A-Z][a-z]+ [ 0-9]+ [0-9:]+ [a-z-]+\\[[0-9]+\\]: "
lacks "no bar where nobody sees it" "$said" "█"

# This machine's locales have no such characters.
lacks "nor on a terminal that cannot show it" "$(TERM=xterm script -qec "fd-shmem status firedancer" /dev/null)" "░"

said=$(setpriv --reuid=65534 --regid=65534 --clear-groups fd-shmem status firedancer 2>&1)
contains "unprivileged: pages, but not whose" "$said" "^  huge +0 +32 +32 +24 +32"
contains "unprivileged: units" "$said" "only root may ask systemd"
contains "unprivileged: log" "$said" "there is no journal that you may read"

contains "all in short" "$(fd-shmem status)" "^firedancer +up +128 +128 +0 +0 +112 MiB +2"
equal "pools for programs" "huge 0 32 24
huge 1 96 48" "$(fd-shmem query --table=pools -nr -o type,node,total,free | grep huge)"
equal "holders for programs" "firedancer $consumer region consumer-huge-0 0:8
firedancer $consumer region consumer-huge-1 1:48" \
        "$(fd-shmem query --table=holders -nro DOMAIN,PID,KIND,NAME,NODES | sort)"

check_not "held: the stop does not succeed" fd-shmem stop firedancer
equal "exit status, half down" 3 "$(exit_status fd-shmem status firedancer)"
said=$(fd-shmem status firedancer)
contains "half down" "$said" "^Domain firedancer  /mnt/.fd  leftover"
contains "what takes it down has failed" "$said" "^  fd-shmem-teardown@firedancer.service +failed"
contains "who is in the way" "$said" "^  failed last: .*pid $consumer"

kill $consumer
wait $consumer
check "gone" within 100 test ! -e /mnt/.fd
equal "exit status, down" 3 "$(exit_status fd-shmem status firedancer)"
contains "down" "$(fd-shmem status firedancer)" "^Domain firedancer  /mnt/.fd  down"
equal "exit status, not known" 4 "$(exit_status fd-shmem status firedance)"
equal "exit status, too many words" 1 "$(exit_status fd-shmem status firedancer more)"
finish
