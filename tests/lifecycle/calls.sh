# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by what tampers with system calls: call_name[NUMBER], and which of them change something.
declare -A call_name
while read -r name number; do
        call_name[$number]=$name
done < <(echo '#include <sys/syscall.h>' | cc -dM -E - | sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\1 \2/p')

changing='^(mkdirat|mkdir|renameat2?|rename|unlinkat|unlink|rmdir|linkat|symlinkat|fchownat|fchown|fchmodat2?|fchmod|mount|umount2|move_mount|fsmount|fsetxattr|setxattr|lsetxattr|write|pwrite64|ftruncate|mknodat)$'

# Sets calls to the names of the calls in FILE, which tamper has written.
read_calls() {
        local number
        calls=()
        while read -r number; do
                calls+=("${call_name[$number]:-$number}")
        done <"$1"
}
