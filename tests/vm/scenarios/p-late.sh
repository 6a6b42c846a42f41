#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A late domain whose reservation takes its time holds up neither the services of the boot nor
# multi-user.target; a unit that requires it waits for it. In each phase gigantic pages come first.
#
#@ timeout: 600
#@ file: /etc/fd-shmem.conf
#| [early]
#| Path=/mnt/early
#| Gigantic=0:1
#| Huge=0:16
#|
#| [slow]
#| Path=/mnt/slow
#| Gigantic=1:1
#| Huge=1:16
#| Boot=late
#| RequiredBy=client.service
#|
#| [plain]
#| Path=/mnt/plain
#| Gigantic=no
#| Huge=no
#| Boot=late
#|
#| [other]
#| Path=/mnt/other
#| Gigantic=no
#| Huge=0:8
#| Boot=late
#@ file: /etc/systemd/system/sshd-like.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/true
#@ file: /etc/systemd/system/multi-user.target.d/sshd-like.conf
#| [Unit]
#| Wants=sshd-like.service
#@ file: /etc/systemd/system/client.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/machine-test/consumer /mnt/slow huge:1:16 gigantic:1:1
#@ file: /etc/systemd/system/booted.service
#| [Unit]
#| After=multi-user.target
#| [Service]
#| Type=oneshot
#| ExecStart=/bin/touch /run/booted
#@ file: /etc/systemd/system/machine-test.target.d/client.conf
#| [Unit]
#| Wants=client.service booted.service
#@ file: /etc/systemd/system/fd-shmem-reserve@slow:gigantic.service.d/slow.conf
#| [Service]
#| TimeoutStartSec=90
#| ExecStartPre=/bin/sh -c 'until [ -e /run/booted ]; do sleep 0.2; done'
. ./lib.sh

began() { # UNIT
        systemctl show -P ExecMainStartTimestampMonotonic "$1"
}

ended() { # UNIT
        systemctl show -P ExecMainExitTimestampMonotonic "$1"
}

active_since() { # UNIT
        systemctl show -P ActiveEnterTimestampMonotonic "$1"
}

in_order() { # WHAT EARLIER LATER
        check "$1: $2 us, then $3 us" [ "$2" -gt 0 -a "$2" -le "$3" ]
}

# Their directories, and in systemd's eyes their units: a stop of the target does not wait for them.
late_ones_are_gone() {
        [ ! -e /mnt/slow ] && [ ! -e /mnt/other ] && [ ! -e /mnt/plain ] &&
                [ -z "$(systemctl list-units --plain --no-legend --state=active,deactivating \
                        'fd-shmem-*@slow*' 'fd-shmem-*@other*' 'fd-shmem-*@plain*')" ]
}

everything_is_up() {
        equal_state fd-shmem@early.target active
        equal_state fd-shmem@slow.target active
        equal_state fd-shmem@other.target active
        equal "pools" "0:1048576=1+0 0:2048=24+0 1:1048576=1+0 1:2048=16+0" "$(pools)"
}

# The boot is over when the last domain is up, which may take longer than the harness waits.
check "the boot is over" timeout 120 systemctl is-system-running --wait
equal_state fd-shmem.target active
equal_state fd-shmem-late.target active
everything_is_up
lacks "circles" "$(journalctl -b -o cat)" "[Oo]rdering cycle"

slow=$(active_since fd-shmem@slow.target)
in_order "the boot, then the late domain" "$(active_since multi-user.target)" "$slow"
in_order "a service of the boot, then the late domain" "$(active_since sshd-like.service)" "$slow"
in_order "the late domain, then who requires it" "$slow" "$(began client.service)"
equal_state client.service active
in_order "the first phase, then the second" "$(active_since fd-shmem.target)" \
        "$(began fd-shmem-prepare@slow.service)"
in_order "gigantic before huge in the first" "$(ended fd-shmem-reserve@early:gigantic.service)" \
        "$(began fd-shmem-reserve@early:huge.service)"
for unit in fd-shmem-reserve@slow:huge.service fd-shmem-reserve@other:huge.service; do
        in_order "gigantic before huge in the second" "$(ended fd-shmem-reserve@slow:gigantic.service)" \
                "$(began $unit)"
done

echo "# a stop of the target of all"
rm -f /mnt/slow/.*/consumer-*
check "stop" systemctl stop fd-shmem.target
equal_gone /mnt/early /mnt/slow /mnt/other /mnt/plain
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal_state fd-shmem-late.target inactive
equal_state client.service inactive

echo "# each phase by itself"
check "start" systemctl start fd-shmem.target
equal_state fd-shmem@early.target active
equal_state fd-shmem@slow.target inactive
check "start of the late ones" systemctl start fd-shmem-late.target
everything_is_up
check "stop of the late ones" systemctl stop fd-shmem-late.target
check "they go" within 20 late_ones_are_gone
equal_state fd-shmem@early.target active
equal_state fd-shmem.target active

echo "# one that is up is stopped while another is not up yet"
rm /run/booted
check "start of the late ones" systemctl start --no-block fd-shmem-late.target
check "the one" within 30 is_active fd-shmem@plain.target
equal_state fd-shmem-reserve@slow:gigantic.service activating
check "stop of the one" systemctl stop fd-shmem@plain.target
equal "its directory" "" "$(ls -d /mnt/plain 2>/dev/null)"
check "stop of all" systemctl stop fd-shmem.target
equal_gone /mnt/early /mnt/slow /mnt/other /mnt/plain
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
touch /run/booted

echo "# the tool: both"
said=$(fd-shmem start 2>&1)
contains "start: the early one" "$said" "^early is up"
contains "start: the late one" "$said" "^slow is up"
everything_is_up
check "restart" fd-shmem restart
everything_is_up
equal_state fd-shmem-late.target active
check "nothing differs" fd-shmem plan
check "stop" fd-shmem stop
equal_gone /mnt/early /mnt/slow /mnt/other /mnt/plain

echo "# a late domain that fails"
sed -i 's/^Huge=1:16$/Huge=1:many/' /etc/fd-shmem.conf
check "daemon-reload" systemctl daemon-reload
check "start of the early ones" systemctl start fd-shmem.target
check_not "start of the late ones" systemctl start fd-shmem-late.target
equal_state fd-shmem.target active
equal_state fd-shmem@other.target active
contains "why" "$(journal fd-shmem-late-check.service)" "domain slow: .*/etc/fd-shmem.conf:9: "
contains "and in the status of the target" "$(systemctl status --no-pager fd-shmem-late.target)" \
        "/etc/fd-shmem.conf:9: "
check_not "who requires it" systemctl start client.service

echo "# apply"
sed -i 's/^Huge=1:many$/Huge=1:8/; s/^Boot=late$/Boot=yes/' /etc/fd-shmem.conf
check "apply" fd-shmem apply --yes
equal_pool 1 $HUGE 8
equal_state fd-shmem@slow.target active
check "nothing differs" fd-shmem plan
finish
