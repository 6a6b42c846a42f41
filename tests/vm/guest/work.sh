# SPDX-License-Identifier: LGPL-2.1-or-later
# What people and services do on a machine all day, with a bystander (bystander.c) who tells how long it
# was kept waiting meanwhile; sourced after lib.sh.

BYSTANDER=/run/bystander

mkdir -p /run/systemd/system
cat >/run/systemd/system/work@.service <<'END'
[Service]
Type=oneshot
ExecStart=/bin/sh -c "ls -lR /usr/lib/systemd"
StandardOutput=null
END

# Logs in, starts a service, reads much, writes to the disk and to a tmpfs, and does something that
# takes MIB of memory. Any of it may fail the scenario.
ordinary_work() { # MIB
        check "log in" su - root -c 'ls -lR /etc'
        check "start a service" systemctl start work@1.service
        check "read" sh -c 'find /usr -xdev -type f -size +32k -print0 | xargs -0 cat >/dev/null'
        check "write" sh -c 'head -c 16M /dev/zero >/var/tmp/work && sync /var/tmp/work && rm /var/tmp/work'
        check "write to a tmpfs" sh -c 'head -c 8M /dev/zero >/run/work && rm /run/work'
        check "take $1 MiB" dd if=/dev/zero of=/dev/null bs="$1M" count=1
        check "journal" journalctl --no-pager -n 20
}

bystander_start() { # [MIB]
        bystander $BYSTANDER "$@" &
        BYSTANDER_PID=$!
}

# Sets $waited to the longest time that the bystander had to wait since the last call, in ms.
bystander_ask() {
        rm -f $BYSTANDER
        kill -USR1 $BYSTANDER_PID
        within 20 [ -e $BYSTANDER ]
        waited=$(cut -d ' ' -f 1 $BYSTANDER)
}

# The machines are emulated on hosts that do other things, too, and may stand still for seconds because
# of those. What the bystander waits in the same work without any of our doing, it may wait again, and
# a second more; and what is our doing comes again, so that the best of three counts.
USUAL_WAIT=0

usual_wait() {
        bystander_ask
        [ "$waited" -gt $USUAL_WAIT ] && USUAL_WAIT=$waited
        echo "# without us, the bystander waited for $waited ms"
}

# What all processes together have waited for so far: the disk is the host's, memory is ours.
pressure() {
        awk '/^some/ { sub("total=", "", $5); n = split(FILENAME, path, "/")
                       printf "%s %d ms ", path[n], $5 / 1000 }' /proc/pressure/io /proc/pressure/memory
}

# patiently WHAT COMMAND...: the command, in which the bystander does not wait longer than usual
patiently() {
        local what=$1 attempt
        shift
        for attempt in 1 2 3; do
                bystander_ask
                "$@"
                bystander_ask
                echo "# $what: the bystander waited for $waited ms, usually $USUAL_WAIT ms; all, up to now: $(pressure)"
                [ "$waited" -lt $((USUAL_WAIT + 1000)) ] && break
        done
        check "$what: the bystander waited for $waited ms" [ "$waited" -lt $((USUAL_WAIT + 1000)) ]
}

equal_no_kills() {
        equal "processes killed for want of memory" 0 "$(awk '$1 == "oom_kill" { print $2 }' /proc/vmstat)"
        lacks "the kernel did not get memory" "$(dmesg)" "page allocation failure|Out of memory"
}

memory() {
        awk '/^(MemTotal|MemFree|MemAvailable|AnonPages|Mapped|SUnreclaim):/ { printf "%s %d MiB ", $1, $2 / 1024 }' \
                /proc/meminfo
        echo
}
