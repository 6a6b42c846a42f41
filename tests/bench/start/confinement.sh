#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Times the start of a service that does nothing, with one group of confinement after the other, in
# turns. One line per start: "start GROUP MICROSECONDS".
. ./lib.sh

rounds=40
declare -A groups=(
        [none]=""
        [privileges]="NoNewPrivileges=yes|CapabilityBoundingSet=CAP_SYS_ADMIN"
        [calls-denied]="SystemCallArchitectures=native|SystemCallErrorNumber=ENOSYS|SystemCallFilter=~@clock @cpu-emulation @debug @keyring @module @obsolete @raw-io @reboot @swap"
        [calls-allowed]="SystemCallArchitectures=native|SystemCallErrorNumber=ENOSYS|SystemCallFilter=@system-service @mount"
        [restrictions]="SystemCallArchitectures=native|RestrictAddressFamilies=AF_UNIX|RestrictNamespaces=yes|RestrictRealtime=yes|RestrictSUIDSGID=yes|MemoryDenyWriteExecute=yes|LockPersonality=yes"
        [clock-and-host]="ProtectClock=yes|ProtectHostname=yes"
        [devices-and-addresses]="DevicePolicy=closed|IPAddressDeny=any|KeyringMode=private"
        [network-namespace]="PrivateNetwork=yes"
        [mount-namespace]="ProtectSystem=strict"
)

for name in "${!groups[@]}"; do
        printf '[Unit]\nDefaultDependencies=no\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/true\n%s\n' \
                "${groups[$name]//|/$'\n'}" >"/run/systemd/system/confined-$name.service"
done
systemctl daemon-reload

for ((round = 0; round < rounds; round++)); do
        for name in "${!groups[@]}"; do
                start=${EPOCHREALTIME/./}
                systemctl start "confined-$name.service" || failed "start of $name"
                echo "start $name $((${EPOCHREALTIME/./} - start))"
        done
done
finish
