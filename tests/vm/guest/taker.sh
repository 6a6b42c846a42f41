# SPDX-License-Identifier: LGPL-2.1-or-later
# A second client, of another user, who wants huge pages of node 0; sourced after lib.sh. A domain without a
# claim has pages that are anybody's until its program has them.

SYSTEM_POOL=/sys/kernel/mm/hugepages/hugepages-${HUGE}kB

# How many huge pages somebody has, or has been promised by mmap
taken() {
        echo $(($(<$SYSTEM_POOL/nr_hugepages) - $(<$SYSTEM_POOL/free_hugepages) + $(<$SYSTEM_POOL/resv_hugepages)))
}

# take PAGES: what the client said is in $said; one that got them keeps them, until let_go
take() {
        setpriv --reuid nobody --regid nogroup --clear-groups -- take-node 0 "$1" >/run/taker 2>&1 &
        taker=$!
        within 20 grep -q . /run/taker
        said=$(</run/taker)
}

let_go() {
        kill "$taker"
        wait "$taker" 2>/dev/null
}

# equal_rest PAGES WHEN: that many can be taken, and no more
equal_rest() {
        take "$1"
        contains "another user wants $1 pages $2" "$said" "READY $1 of $1 pages on node 0"
        contains "query: who has them" "$(fd-shmem query)" "$taker +nobody +take-node +anonymous .* 0:$1\$"
        local first=$taker
        take 1
        contains "and one more" "$said" "mmap: Cannot allocate memory"
        taker=$first
}
