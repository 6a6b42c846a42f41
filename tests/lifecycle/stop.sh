#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Stops of a domain among unfriendly users, owners and neighbours: who has no access to it neither delays
# nor prevents a stop, who has it is named, and nothing of the domain gets lost.
attacks=$2
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
OWNER=65534
STRANGER=65533
mkdir -p /run/work

as_owner=(setpriv --reuid "$OWNER" --regid "$OWNER" --clear-groups --)
as_stranger=(setpriv --reuid "$STRANGER" --regid "$STRANGER" --clear-groups --)

# Starts COMMAND in the background, waits until it says that it is ready; $! is its process.
begin() {
        rm -f /run/work/said
        mkfifo /run/work/said
        "$@" >/run/work/said &
        attacker=$!
        exec 9</run/work/said
        while read -r -t 60 word rest <&9; do
                [ "$word" = user ] && user=$rest
                [ "$word" = ready ] && return
        done
        fail "$*: not ready"
}

end() {
        kill -KILL $attacker
        wait $attacker 2>/dev/null
        exec 9<&-
        rm -f /run/work/said
}

# Runs COMMAND for at most 20 seconds; whoever hangs longer is left to hang.
bounded() {
        local i pid
        "$@" &
        pid=$!
        for ((i = 0; i < 400; i++)); do
                kill -0 $pid 2>/dev/null || break
                read -r -t 0.05 <> <(:)
        done
        if kill -0 $pid 2>/dev/null; then
                fail "$1 hangs"
                return 124
        fi
        wait $pid
}

# The processor's time that COMMAND took, in milliseconds: that of the machine depends on who else is on it.
cpu_time() {
        local TIMEFORMAT='%3U %3S' times
        times=$( { time "$@" >/dev/null 2>&1; } 2>&1)
        awk '{ print int(($1 + $2) * 1000) }' <<<"$times"
}

expect_whole() {
        for type in .normal .huge; do
                mountpoint -q $base/$type || fail "$1: $type is not mounted any more"
        done
        [ -e $base/.normal/region ] || fail "$1: the region is gone"
        expect "$1: pool" $((before + 8)) "$(pool)"
        [ -e /run/fd-shmem/domain/test ] || fail "$1: the ledger has forgotten the domain"
}

start() {
        up >/dev/null 2>&1 || fail "$1: up"
        touch $base/.normal/region
}

stop() {
        log=$(teardown 2>&1) || fail "$1: teardown: $log"
        expect_gone "$1"
}

refused() { # WHAT PATTERN
        log=$(teardown 2>&1) && fail "$1: teardown succeeds"
        [[ $log == *$2* ]] || fail "$1: nobody like '$2' is named: $log"
}

echo "# a stranger's mount namespace"
start "stranger's namespace"
begin "${as_stranger[@]}" "$attacks/private-namespace"
stop "stranger's namespace"
end

echo "# device numbers are used again"
start "device numbers"
begin "${as_stranger[@]}" "$attacks/private-namespace"
teardown >/dev/null 2>&1
end
begin "${as_stranger[@]}" "$attacks/private-namespace" 20
stop "device numbers"
end

echo "# many mounts of a stranger"
start "many mounts"
begin "${as_stranger[@]}" "$attacks/private-namespace" 6000
milliseconds=$(cpu_time teardown)
echo "teardown took $milliseconds ms of processor time"
((milliseconds < 400)) || fail "many mounts: teardown took $milliseconds ms of processor time"
stop "many mounts"
end

echo "# many descriptors of a stranger"
start "many descriptors"
begin "${as_stranger[@]}" "$attacks/many-descriptors" 400000 private
milliseconds=$(cpu_time teardown)
echo "teardown took $milliseconds ms of processor time"
((milliseconds < 400)) || fail "many descriptors: teardown took $milliseconds ms of processor time"
stop "many descriptors"
end

echo "# a file server that never answers"
mkdir -p /run/work/hung
begin "$attacks/hung-file-server" /run/work/hung
if [ -n "$user" ]; then
        start "hung file server"
        sleep 100 <$base/.normal/region &
        holder=$!
        log=$(bounded teardown 2>&1) && fail "hung file server: teardown succeeds"
        [[ $log == *"pid $holder "* ]] || fail "hung file server: $log"
        up >/dev/null 2>&1 || fail "hung file server: up again"
        bounded "$helpers/reset" --domain=test >/dev/null 2>&1 || fail "hung file server: reset"
        bounded "$helpers/tool/fd-shmem" query >/run/work/query 2>&1 || fail "hung file server: query"
        kill $holder
        wait $holder 2>/dev/null
        stop "hung file server"
        kill -KILL $user
else
        echo "skipped: no FUSE"
fi
end
umount -l /run/work/hung 2>/dev/null

echo "# the owner renames a mount point"
start "renamed"
"${as_owner[@]}" "$attacks/owner-moves-mount" $base .huge .hidden || fail "cannot rename"
mountpoint -q $base/.hidden || fail "the mount has not moved along"
stop "renamed"
start "after a rename"
stop "after a rename"

echo "# the owner removes a mount point"
start "removed"
"${as_owner[@]}" "$attacks/owner-moves-mount" $base .huge || fail "cannot remove"
stop "removed"

echo "# the owner removes a mount point whose file system is in use"
start "removed while in use"
"${as_owner[@]}" touch $base/.huge/wksp
sleep 100 <$base/.huge/wksp &
holder=$!
"${as_owner[@]}" "$attacks/owner-moves-mount" $base .huge || fail "cannot remove"
refused "removed while in use" "huge pages of the domain are not free"
[ -e /run/fd-shmem/domain/test ] || fail "removed while in use: the ledger has forgotten the domain"
expect "removed while in use: pool" $((before + 8)) "$(pool)"
kill $holder
wait $holder 2>/dev/null
stop "removed while in use"

echo "# root has bound a mount elsewhere, in a namespace of its own"
start "bound elsewhere"
mkdir -p /run/work/elsewhere
begin unshare -m --propagation private sh -c \
        "mount --bind $base/.huge /run/work/elsewhere && echo ready && exec sleep 100"
refused "bound elsewhere" "has the directory mounted in its own mount namespace, at /run/work/elsewhere"
expect_whole "bound elsewhere"
end
stop "bound elsewhere"

echo "# root has bound a mount elsewhere, here"
start "bound here"
mount --bind $base/.huge /run/work/elsewhere
refused "bound here" "is mounted at /run/work/elsewhere, too"
expect_whole "bound here"
umount /run/work/elsewhere
stop "bound here"

echo "# a file is open in another mount namespace alone"
start "open elsewhere"
begin unshare -m --propagation private sh -c "exec 3<$base/.normal/region && echo ready && exec sleep 100"
refused "open elsewhere" "pid $attacker (user root, command s"
expect_whole "open elsewhere"
end
stop "open elsewhere"

echo "# pages in use without a mount"
prepare >/dev/null 2>&1 && reserve >/dev/null 2>&1 || fail "pages in use: up"
mount -t tmpfs -o mode=0700 none $base/.normal && mount -t hugetlbfs -o pagesize=2M none $base/.huge
setup || fail "pages in use: setup"
begin "${as_owner[@]}" "$attacks/anonymous-pages" 3
log=$(teardown 2>&1) || fail "pages in use: teardown: $log"
[[ $log == *"pid $attacker (user nobody, command anonymous-pages) has 6 MiB of huge pages"* ]] || fail "pages in use: $log"
[ -e $base ] && fail "pages in use: $base is still there"
end
expect_gone "pages in use"

echo "# a container that has the base directory, as a slave"
mount --make-shared /mnt
start "container"
mkdir -p /run/work/inside
begin unshare -m --propagation slave sh -c "mount --rbind $base /run/work/inside && echo ready && exec sleep 100"
[ -e /proc/$attacker/root/run/work/inside/.normal/region ] || fail "container: does not see the region"
nsenter -t $attacker -m sh -c "exec sleep 100 </run/work/inside/.normal/region" &
holder=$!
until [ "$(cat /proc/$holder/comm)" = sleep ]; do :; done
refused "container with a holder" "pid $holder "
kill $holder
wait $holder 2>/dev/null
log=$(teardown 2>&1) || fail "container: teardown: $log"
expect_gone "container"
end
mount --make-private /mnt

[ $failures = 0 ]
