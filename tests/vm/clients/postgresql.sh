#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# PostgreSQL, started at boot by its own unit and by nothing but the recipe after the domain, has its shared
# memory on the domain's pages, and keeps it while another user takes what he can, and while the domain
# grows and shrinks.
#
#@ packages: postgresql-15
#@ recipe: postgresql
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/postgresql/15/main/conf.d/pages.conf
#| huge_pages = on
. ./lib.sh
. ./client.sh
. ./taker.sh

unit=postgresql@15-main.service
recipe=/etc/fd-shmem.conf.d/50-postgresql.conf
asked=$(sed -n 's/^Huge=0://p' $recipe)

sql() {
        runuser -u postgres -- psql -AtXq -v ON_ERROR_STOP=1 -c "$1" 2>&1
}

# apply PAGES: the file says so many, and "apply" makes it so; PostgreSQL does not notice
apply() {
        sed -i "s/^Huge=.*/Huge=0:$1/" $recipe
        check "apply" fd-shmem apply --yes
        equal_pool 0 $HUGE "$1"
        check "the plan has nothing left" fd-shmem plan
        equal "main process of PostgreSQL" "$pid" "$(main_pid $unit)"
        equal "rows that a session reads" 16000 "$(sql 'SELECT count(x) FROM t')"
}

equal "state of the system" running "$STATE"
equal_state $unit active
equal_required $unit postgresql
pid=$(main_pid $unit)

echo "# its need"
need=$(sql 'SHOW shared_memory_size_in_huge_pages')
check "PostgreSQL wants $need pages, the recipe has $asked" [ "$need" -le "$asked" ]
equal "pages that it has or was promised" "$need" "$(taken)"

echo "# a second client, before PostgreSQL has touched its pages"
equal_rest $((asked - need)) "that PostgreSQL does not want"
check "a table as big as the buffers" sql "CREATE UNLOGGED TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN;
        INSERT INTO t SELECT repeat('x', 7900) FROM generate_series(1, 16000)"
maps=$(sql "SET max_parallel_workers_per_gather = 0; SELECT count(x) FROM t; SELECT pg_read_file('/proc/self/numa_maps', 0, 1000000)" | grep ' huge ')
session=$(sed -n 's/.* N0=\([0-9]*\) kernelpagesize_kB=2048$/\1/p' <<<"$maps")
check "a session reads it on $session pages of node 0" [ "${session:-0}" -ge 62 ]
lacks "pages of the other node" "$maps" " N1="
let_go

echo "# the domain grows by 64 pages, and shrinks"
apply $((asked + 64))
apply "$asked"

echo "# the second client comes while PostgreSQL is stopped"
check "stop of PostgreSQL" systemctl stop $unit
equal "pages in use" 0 "$(taken)"
take "$asked"
contains "the second client" "$said" "READY $asked of $asked"
check_not "start of PostgreSQL" systemctl start $unit
contains "what it says" "$(cat /var/log/postgresql/*.log)" "could not map anonymous shared memory: Cannot allocate memory"
contains "query: who it was" "$(fd-shmem query)" "$taker +nobody +take-node"
let_go
check "start of PostgreSQL" systemctl start $unit

echo "# stop"
contains "what a stop would do" "$(fd-shmem stop --dry-run 2>&1)" "$unit would be stopped"
check "stop" systemctl stop fd-shmem.target
equal_state $unit inactive
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
check "start of PostgreSQL brings the domain" systemctl start $unit
equal_state fd-shmem@postgresql.target active
equal "pages that PostgreSQL has or was promised" "$need" "$(taken)"
finish
