#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What somebody without access, and the owner, can do to a stop by processes of their own.
. "$(dirname "$0")/lib.sh"
mallory=1001
as_mallory=(setpriv --reuid "$mallory" --regid "$mallory" --clear-groups --)

# COMMAND... in the background, until it is ready; its pid in $started. No function: the pid would be that
# of a shell, and the command stay behind.
begin() {
        : >/run/ready
        "$@" >/run/ready 2>/run/complaints &
        started=$!
        for ((i = 0; i < 3000; i++)); do
                grep -q '^ready' /run/ready && return 0
                kill -0 $started 2>/dev/null || return 1
                sleep 0.01
        done
        return 1
}

end() {
        kill -KILL $started
        wait $started 2>/dev/null
}

echo "# a process whose memory map is locked"
mknod -m 666 /run/fuse c 10 229
if begin "${as_mallory[@]}" "$programs/locked-memory" /run/fuse; then
        up || fail "up"
        sleep 300 <$base/.normal &
        holder=$!
        log=$(timeout -s KILL 60 "$helpers/teardown" --domain=test 2>&1)
        expect "teardown beside it, of what is in use" 1 $?
        [[ $log == *"pid $holder "* ]] || fail "pid $holder is not named: $log"
        kill $holder
        wait $holder 2>/dev/null
        timeout -s KILL 60 "$helpers/teardown" --domain=test || fail "teardown beside it: $?"
        expect_gone "a locked memory map"
else
        echo "skipped: $(cat /run/complaints)"
fi
end

echo "# a mount that its owner has moved to where the name is a message"
up || fail "up"
forged=$'x\nreset FORGED: success\e[31m'
if as_alice "$programs/owner-moves-mount" $base .normal "$forged"; then
        sleep 300 <"$base/$forged" &
        holder=$!
        log=$(teardown_once 2>&1) && fail "teardown succeeds although the mount is in use"
        [[ $log == *"pid $holder "* ]] || fail "pid $holder is not named: $log"
        grep -h '^reset FORGED' <<<"$log" /run/fd-shmem/leftover/test && fail "a message is forged"
        grep -q $'\e' <<<"$log" && fail "the terminal is commanded"
        grep -q $'\e' /run/fd-shmem/leftover/test && fail "the ledger commands the terminal"
        kill $holder
        wait $holder 2>/dev/null
        teardown || fail "teardown of a moved mount"
        expect_gone "a moved mount"
else
        fail "the mount could not be moved"
        teardown
fi

echo "# a process in a user namespace of the owner's, as another user, while a stranger has many"
up || fail "up"
touch $base/.normal/region && chown $alice $base/.normal/region
begin unshare -m "${as_mallory[@]}" "$programs/many-descriptors" 20000 || fail "$(cat /run/complaints)"
many=$started
if begin "$programs/subordinate" $alice 100001 $base/.normal/region; then
        holder=$(sed -n 's/^holder //p' /run/ready)
        log=$(teardown_once 2>&1) && fail "teardown succeeds although a region is held"
        [[ $log == *"pid $holder "* ]] || fail "pid $holder is not named: $log"
        mountpoint -q $base/.normal || fail "what is in use was unmounted"
else
        echo "skipped: $(cat /run/complaints)"
fi
end
started=$many
end
teardown || fail "teardown when it has ended"
expect_gone "a subordinate user"
finish
