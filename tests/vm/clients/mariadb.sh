#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# MariaDB, started at boot by its own unit and by nothing but the recipe after the domain, has its buffers on
# the domain's pages, while another user takes what he can.
#
#@ packages: mariadb-server
#@ recipe: mariadb
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/mysql/mariadb.conf.d/90-pages.cnf
#| [mariadbd]
#| large-pages
. ./lib.sh
. ./client.sh
. ./taker.sh

unit=mariadb.service
asked=$(sed -n 's/^Huge=0://p' /etc/fd-shmem.conf.d/50-mariadb.conf)

sql() {
        mariadb -sN -e "$1" 2>&1
}

equal "state of the system" running "$STATE"
equal_state $unit active
equal_required $unit mariadb
pid=$(main_pid $unit)

echo "# its need"
bytes=$(sql "SELECT @@innodb_buffer_pool_size + 2 * @@innodb_log_buffer_size + @@aria_pagecache_buffer_size + @@key_buffer_size")
wanted=$(((bytes + (2 << 20) - 1) / (2 << 20)))
need=$(taken)
check "its buffers add up to $wanted pages, it has $need, the recipe has $asked" \
        [ "$need" -le "$asked" -a "$wanted" -le "$asked" -a "$need" -gt $((wanted * 9 / 10)) ]
lacks "nothing was missing" "$(journal $unit)" "Couldn't allocate"

echo "# a second client, before MariaDB has touched its pages"
equal_rest $((asked - need)) "that MariaDB does not want"
check "a table as big as the buffer pool" sql "CREATE DATABASE d; USE d;
        CREATE TABLE t (x INT AUTO_INCREMENT PRIMARY KEY, y VARCHAR(8000) CHARACTER SET latin1) ENGINE=InnoDB;
        INSERT INTO t (y) SELECT REPEAT('x', 7900) FROM seq_1_to_12000"
equal "rows" 12000 "$(sql "SELECT COUNT(*) FROM d.t WHERE y LIKE 'x%'")"
check "it has $(huge_pages "$pid" 0) pages of node 0" [ "$(huge_pages "$pid" 0)" -ge 64 ]
equal "pages of the other node" 0 "$(huge_pages "$pid" 1)"
contains "query: who has them" "$(fd-shmem query)" "$pid +mysql +mariadbd +anonymous .* 0:[0-9]+\$"
equal "main process of MariaDB" "$pid" "$(main_pid $unit)"
let_go

echo "# the second client comes while MariaDB is stopped"
check "stop of MariaDB" systemctl stop $unit
equal "pages in use" 0 "$(taken)"
take "$asked"
contains "the second client" "$said" "READY $asked of $asked"
check "MariaDB starts, on normal pages" systemctl start $unit
contains "what it says" "$(journal $unit)" "Couldn't allocate [0-9]+ bytes .Large/HugeTLB memory page size 2097152.; errno 12"
equal "huge pages of MariaDB" 0 "$(huge_pages "$(main_pid $unit)" 0)"
contains "query: who it was" "$(fd-shmem query)" "$taker +nobody +take-node"
let_go
check "restart of MariaDB" systemctl restart $unit
check "pages that it has or was promised: $(taken)" [ "$(taken)" -ge "$need" ]

echo "# stop"
contains "what a stop would do" "$(fd-shmem stop --dry-run 2>&1)" "$unit would be stopped"
check "stop" systemctl stop fd-shmem.target
equal_state $unit inactive
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
check "start of MariaDB brings the domain" systemctl start $unit
equal_state fd-shmem@mariadb.target active
check "pages that it has or was promised: $(taken)" [ "$(taken)" -ge "$need" ]
finish
