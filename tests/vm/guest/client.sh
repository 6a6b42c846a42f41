# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the memory of a client is, and a second client that wants it, too; sourced after lib.sh.

# huge_pages PID NODE: how many huge pages of any size the process has on the node
huge_pages() {
        awk -v node="N$2=" '/ huge / { for (i = 1; i <= NF; i++) if (index($i, node) == 1) sum += substr($i, 4) }
                END { print sum + 0 }' "/proc/$1/numa_maps"
}

main_pid() { # UNIT
        systemctl show -P MainPID "$1"
}

# None of the pages can be taken by somebody who is not bound to a node, or to that one. take-node says READY
# when it has its pages, and keeps them.
equal_safe() { # NODE WHEN
        contains "another client takes a page of node $1 $2" "$(timeout 20 take-node "$1" 1 2>&1)" \
                "mmap: Cannot allocate memory"
}

# The regions of a domain as query has them, one a line, up to the first process that holds them
regions() { # DOMAIN
        fd-shmem query --json=short "$1" |
                grep -oE '\{"name":"[^"]+","type":"[a-z]+"[^]]*\],"holders":\[(\{"pid":[0-9]+)?'
}

# equal_region DOMAIN NAME NODE PAGES PID: query tells of a region with that name (a regular expression), its
# pages, all on the node, and the process that has it
equal_region() {
        contains "query: who has $4 pages of node $3" "$(regions "$1")" \
                "\"name\":\"$2\".*\"nodes\":\\[\\{\"node\":$3,\"pages\":$4\\}\\].*\\{\"pid\":$5\$"
}

# equal_outside PID NODE PAGES: query tells that the process has them outside the domains' mounts
equal_outside() {
        equal "query: pages of node $2 that process $1 has outside the mounts" "$3" \
                "$(fd-shmem query --json=short | grep -o '"other_users":.*' | grep -oE "\{\"pid\":$1,[^]]*\]" |
                        sed -n "s/.*\"node\":$2,\"pages\":\([0-9]*\).*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }')"
}

# equal_required UNIT DOMAIN...: the unit requires the domains and comes after them, by the recipe alone
equal_required() {
        local unit=$1 domain
        shift
        for domain; do
                contains "$unit requires the domain" "$(systemctl show -P Requires "$unit")" "fd-shmem@$domain.target"
                contains "$unit comes after it" "$(systemctl show -P After "$unit")" "fd-shmem@$domain.target"
        done
}
