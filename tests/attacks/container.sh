#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A container of systemd-nspawn that has the base directory, as fd-shmem.conf(5) says: a region of the
# domain is used in it, a stop from outside succeeds and takes the mount out of it, a start brings the new
# one in. The base directory was there before and stays, as through a restart.
. "$(dirname "$0")/lib.sh"
command -v systemd-nspawn >/dev/null || { echo "SKIP: no systemd-nspawn (Debian: systemd-container)"; exit 77; }

# As under systemd: what others copy of this mount table follows it.
mount --make-rshared /
root=/mnt/root
mkdir -p $base /run/shared $root/{usr,etc,proc,sys,dev,run,tmp,var,root,app,shared}
for link in bin sbin lib lib64; do
        [ -L /$link ] && ln -s usr/$link $root/$link
done
echo "ID=test" >$root/etc/os-release

# Does what it is told, a line each, and says how that ended.
container() {
        SYSTEMD_LOG_LEVEL=err systemd-nspawn --quiet --register=no --keep-unit --machine=fd-shmem-test \
                --console=pipe --directory=$root --bind-ro=/usr --bind=/mnt/.fd:/app:rbind -- \
                /bin/bash -c 'while read -r line; do eval "$line"; echo "status $?"; done' 2>/run/nspawn
}
inside() { # what, command
        local answer
        echo "$2" >&"${inside[1]}"
        read -r -t 20 answer <&"${inside[0]}" || answer="none: $(tail -3 /run/nspawn)"
        expect "$1" "status 0" "$answer"
}

up || fail "up"
coproc inside { container; }
echo true >&"${inside[1]}"
if ! read -r -t 20 answer <&"${inside[0]}"; then
        echo "SKIP: no container can be run here: $(tail -1 /run/nspawn)"
        exit 77
fi
inside "a region in the container" "echo region >/app/.normal/region"
expect "the region outside" region "$(cat $base/.normal/region)"
for round in 1 2; do
        teardown || fail "stop $round"
        [ -d $base/.normal ] && fail "the mount point is there after stop $round"
        inside "nothing is mounted inside after stop $round" "! grep -q ' /app/' /proc/self/mountinfo"
        up || fail "start $round"
        touch $base/.normal/round-$round
        inside "the new mount inside" "test -e /app/.normal/round-$round"
done

echo "# in use in the container"
inside "a region is open" "exec 5>/app/.normal/open"
refuses "stop" "has region open open" teardown_once
[ -e $base/.normal/open ] || fail "the region in use is gone"
inside "the region is closed" "exec 5>&-"
teardown || fail "stop when it is closed"
[ -e /run/fd-shmem/domain/test ] && fail "the ledger still has the domain"
eval "exec ${inside[1]}>&-"
wait
finish
