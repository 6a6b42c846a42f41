#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd-report tells of the domains.
#
#@ topology: 1:1024,1:512
#@ packages: systemd-report python3-minimal
#@ timeout: 400
#@ file: /etc/fd-shmem.conf
#| [packets]
#| Path=/mnt/packets
#| Huge=0:64,1:16
. ./lib.sh

echo "# the file"
check "the timer" systemctl enable --now fd-shmem-metrics.timer
check "the answer is written" within 60 test -s /run/fd-shmem-report.json

echo "# the report"
check "the socket" systemctl start systemd-report-files.socket
report=$(/usr/lib/systemd/systemd-report metrics io.systemd.Files --json=short)
contains "the metric" "$report" io.systemd.Files.FdShmem
states=$(python3 -c '
import json, sys
decoder, rest = json.JSONDecoder(), sys.argv[1].strip().lstrip("\x1e")
while rest:
    metric, end = decoder.raw_decode(rest)
    for one in metric if isinstance(metric, list) else [metric]:
        if one["name"].endswith(".FdShmem"):
            print([(domain["name"], domain["state"]) for domain in json.loads(one["value"])["domains"]])
    rest = rest[end:].lstrip("\x1e\n ")
' "$report")
equal "the domains in it" "[('packets', 'up')]" "$states"
finish
