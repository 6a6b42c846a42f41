# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs in the machine. PAIRS times, in turns: PAGES huge pages of node 0 by one plain write on one of its
# CPUs, and by fd-shmem. One line for each: WAY MICROSECONDS PAGES-OF-NODE-0 SURPLUS PAGES-OF-NODE-1.

pool=/sys/devices/system/node/node0/hugepages/hugepages-2048kB
other=/sys/devices/system/node/node1/hugepages/hugepages-2048kB
reserve=$(find /usr -path '*fd-shmem/reserve' | head -1)

plain() {
        taskset -c 0 bash -c "echo $PAGES >$pool/nr_hugepages"
}

ours() {
        "$reserve" --domain=bench --type=huge --pages=0:$PAGES >/dev/null 2>/run/ours.log
}

# measure WAY
measure() {
        local begin=${EPOCHREALTIME/./}
        $1
        local end=${EPOCHREALTIME/./}
        echo "$1 $((end - begin)) $(<$pool/nr_hugepages) $(<$pool/surplus_hugepages) $(<$other/nr_hugepages)"
        echo 0 >$pool/nr_hugepages
        rm -rf /run/fd-shmem/reservation
}

echo "kernel $(uname -r)"
dmesg | grep "heap alloc:on" >/dev/null || { echo "pages are not zeroed"; exit 1; }

# The machine's memory becomes real on its host, whatever touches it first.
echo 100000 >$pool/nr_hugepages
echo 0 >$pool/nr_hugepages
measure plain >/dev/null
measure ours >/dev/null

for ((pair = 0; pair < PAIRS; pair++)); do
        if ((pair % 2)); then
                measure ours
                measure plain
        else
                measure plain
                measure ours
        fi
done
grep -E 'at once' /run/ours.log | tail -1
echo "overcommit $(</sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages)"
[ -e /run/fd-shmem/setting ] && ls /run/fd-shmem/setting
exit 0
