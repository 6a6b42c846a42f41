# SPDX-License-Identifier: LGPL-2.1-or-later
# What people and services do on a machine all day, and a bystander (bystander.c) who tells how long it
# was kept waiting meanwhile; sourced after lib.sh.

BYSTANDER=/run/bystander

# Log in, start services, read more than there is memory for, write, compile.
ordinary_work() {
        local i
        su - root -c 'ls -lR /etc' >/dev/null || echo "log in: status $?"
        systemctl daemon-reload || echo "daemon-reload: status $?"
        for i in 1 2; do
                systemd-run --quiet --wait sh -c 'ls -lR /usr/lib/systemd >/dev/null' ||
                        echo "service: status $?"
        done
        find /usr -xdev -type f -print0 | xargs -0 cat >/dev/null || echo "read: status $?"
        head -c 16M /dev/zero >/var/tmp/work && sync /var/tmp/work || echo "write: status $?"
        head -c 8M /dev/zero >/run/work || echo "write to tmpfs: status $?"
        rm -f /var/tmp/work /run/work
        head -c 24M /dev/zero | tail -n 1 | wc -c >/dev/null || echo "memory: status $?"
        journalctl -b --no-pager >/dev/null || echo "journal: status $?"
}

bystander_start() {
        bystander $BYSTANDER &
        BYSTANDER_PID=$!
}

# The longest time that the bystander had to wait since the last look, in ms
bystander_waited() {
        rm -f $BYSTANDER
        kill -USR1 $BYSTANDER_PID
        within 20 [ -e $BYSTANDER ]
        cut -d ' ' -f 1 $BYSTANDER
}

out_of_memory_kills() {
        awk '$1 == "oom_kill" { print $2 }' /proc/vmstat
}

memory() {
        awk '/^(MemFree|MemAvailable|AnonPages|Mapped|Slab|SUnreclaim|Active.file.|Inactive.file.|KernelStack|PageTables|Percpu|Shmem|Committed_AS):/ { printf "%s %d  ", $1, $2 / 1024 }' /proc/meminfo
        echo
}
