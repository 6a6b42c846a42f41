#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Another domain has pages on the other node, which PostgreSQL would take as well. With the lines that "plan"
# prints for its unit it has those of its own domain alone, though it runs on the other node, and another user
# has taken half of those.
#
#@ packages: postgresql-15
#@ recipe: postgresql
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/postgresql/15/main/conf.d/pages.conf
#| huge_pages = on
#@ file: /etc/systemd/system/postgresql@.service.d/processor.conf
#| [Service]
#| CPUAffinity=1
#@ file: /etc/fd-shmem.conf
#| [neighbour]
#| Mounts=no
#| Huge=1:64
. ./lib.sh
. ./client.sh

unit=postgresql@15-main.service

sql() {
        runuser -u postgres -- psql -AtXq -v ON_ERROR_STOP=1 -c "$1" 2>&1
}

equal "state of the system" running "$STATE"
lines=$(fd-shmem plan | sed -n "/systemctl edit $unit/,/LimitMEMLOCK/p")
contains "lines of the plan" "$lines" "^NUMAPolicy=bind"
contains "the node" "$lines" "^NUMAMask=0$"
mkdir -p /etc/systemd/system/$unit.d
echo "$lines" >/etc/systemd/system/$unit.d/override.conf
check "daemon-reload" systemctl daemon-reload
check "restart of PostgreSQL" systemctl restart $unit

setpriv --reuid nobody --regid nogroup --clear-groups -- take-node 1 32 >/run/taker 2>&1 &
within 20 grep -q . /run/taker
contains "another user" "$(cat /run/taker)" "READY 32 of 32 pages on node 1"
check "a table as big as the buffers" sql "CREATE UNLOGGED TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN;
        INSERT INTO t SELECT repeat('x', 7900) FROM generate_series(1, 16000)"
maps=$(sql "SET max_parallel_workers_per_gather = 0; SELECT count(x) FROM t; SELECT pg_read_file('/proc/self/numa_maps', 0, 1000000)" | grep ' huge ')
session=$(sed -n 's/.* N0=\([0-9]*\) kernelpagesize_kB=2048$/\1/p' <<<"$maps")
check "a session reads it on $session pages of node 0" [ "${session:-0}" -ge 62 ]
contains "its policy" "$maps" "^[0-9a-f]+ bind:0 "
lacks "pages of the other node" "$maps" " N1="
equal "free pages of the other node" 32 "$(pool 1 $HUGE free_hugepages)"
check "PostgreSQL is there" [ "$(sql 'SELECT 1')" = 1 ]
finish
