# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the attacks: root, a private mount namespace, an own /run (so an own ledger, and no service
# manager), /mnt and /var/lib. Only normal pages: the machine's pools are not touched.
#
# usage: bash ATTACK HELPERS TOOL PROGRAMS

helpers=$1
tool=$2
programs=$3
alice=1000

if [ -z "$FD_SHMEM_TEST_INSIDE" ]; then
        [ "$(id -u)" = 0 ] || { echo "SKIP: not root"; exit 77; }
        unshare -m true 2>/dev/null || { echo "SKIP: no mount namespaces"; exit 77; }
        # Where they can be had, with processes of its own: a process of others that nobody can look at,
        # because it hangs in the kernel, is no fault of the programs here.
        export FD_SHMEM_TEST_INSIDE=1
        ! unshare -mpf true 2>/dev/null || exec unshare -mpf --kill-child --mount-proc --propagation private \
                bash "$0" "$@"
        exec unshare -m --propagation private bash "$0" "$@"
fi
umask 022
for directory in /run /mnt /var/lib; do
        mount -t tmpfs -o mode=755 tmpfs $directory || exit 1
done

failures=0
fail() {
        echo "FAIL: $*"
        failures=$((failures + 1))
}

expect() { # what, wanted, got
        [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# COMMAND... fails, and says something with PATTERN
refuses() { # what, pattern, command...
        local what=$1 pattern=$2 log
        shift 2
        log=$("$@" 2>&1) && fail "$what: not refused: $log"
        grep -qE -- "$pattern" <<<"$log" || fail "$what: nothing like '$pattern' in: $log"
}

as_alice() { setpriv --reuid $alice --regid $alice --clear-groups -- "$@"; }

base=/mnt/.fd
prepare() { "$helpers/prepare" --domain=test --path=$base --mounts=normal; }
mounts() { mountpoint -q $base/.normal || mount -t tmpfs -o size=16M,mode=0700 none $base/.normal; }
setup() { "$helpers/setup" --domain=test --path=$base --mounts=normal --user=$alice --group=$alice; }
teardown_once() { "$helpers/teardown" --domain=test; }
# Mount namespaces of others come and go on the machine, and device numbers with them.
teardown() {
        local log status try
        for try in {1..20}; do
                log=$(teardown_once 2>&1)
                status=$?
                [[ $status != 0 && $log == *"in its own mount namespace"* ]] || break
        done
        [ -z "$log" ] || echo "$log"
        return $status
}
up() { prepare && mounts && setup; }

# nothing is left of the domain
expect_gone() {
        [ -e $base ] && fail "$1: $base is still there: $(ls -lA $base)"
        grep " $base" /proc/mounts && fail "$1: still mounted"
        [ -e /run/fd-shmem/domain/test ] && fail "$1: the ledger still has it"
        [ -e /run/fd-shmem/leftover/test ] && fail "$1: a teardown is still noted"
}

finish() {
        [ $failures = 0 ] || echo "$failures checks failed"
        exit $((failures > 0))
}
