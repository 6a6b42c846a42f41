#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# completion.sh FILE: what bash offers at the end of a line. FILE is the completion to be tested.
set -uo pipefail

# shellcheck source=/dev/null
source "$1" || exit 1

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/run/fd-shmem/domain "$root"/etc/fd-shmem.conf.d \
        "$root"/sys/devices/system/node/node{0,2}
touch "$root"/run/fd-shmem/domain/{up,_mnt-.fd}
printf '[fd-shmem]\nDefrag=auto\n[declared]\nHuge=4\n' > "$root"/etc/fd-shmem.conf
printf '[dropped]\n[up]\n' > "$root"/etc/fd-shmem.conf.d/50-x.conf
_fd_shmem_root=$root

failed=0
cases=0

# expect "WORDS OFFERED" WORD...: the last word is the one that is being typed.
expect() {
        local expected=$1 offered
        shift
        cases=$((cases + 1))
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        COMPREPLY=()
        _fd_shmem
        offered=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort | tr '\n' ' ')
        if [[ "${offered% }" != "$expected" ]]; then
                echo "not ok: $*: '${offered% }' instead of '$expected'"
                failed=1
        else
                echo "ok: $*"
        fi
}

all='alloc apply check cmdline defrag fini free help init plan query reset restart start stop verify'
classic='alloc fini free help init query reset'

expect "$all" fd-shmem ''
expect "$classic" fd_shmem_cfg ''
expect 'verify' fd-shmem ver
expect 'gigantic huge' fd-shmem alloc 4 ''
expect 'huge' fd-shmem free h
expect '0 2' fd-shmem alloc 4 huge ''
expect '0 2' fd_shmem_cfg free huge ''
expect "$classic" fd_shmem_cfg alloc 4 huge 0 ''
expect 'gigantic huge' fd_shmem_cfg init 0700 root root alloc 4 ''
expect 'root' fd-shmem init 0700 root roo
expect 'dropped' fd-shmem reset dr
expect 'declared defrag' fd-shmem query de
expect 'up' fd-shmem reset u
expect 'declared' fd-shmem check de
expect '' fd-shmem query _
expect '--json' fd-shmem query --j
expect 'declared dropped up' fd-shmem apply ''
expect 'dropped' fd-shmem apply --yes declared dr
expect '--help --yes' fd-shmem apply -
expect 'declared dropped up' fd-shmem stop ''
expect '' fd-shmem stop up ''
expect 'up' fd-shmem plan u
expect '--help --machine= --root= --units' fd-shmem verify -
expect '0 2' fd-shmem defrag --node = ''
expect '2' fd-shmem defrag --node = 2
expect "$all" fd-shmem help ''
expect '' fd-shmem help query ''
echo "$cases lines completed"
exit $failed
