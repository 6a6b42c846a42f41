# SPDX-License-Identifier: LGPL-2.1-or-later
# The machine as if fd-shmem were not installed, but for the conditions of one unit, which are not met.

nothing_is_there() {
        equal "state of the system" running "$STATE"
        equal "loaded units" "" "$(systemctl list-units --all --no-legend --plain 'fd-shmem*' |
                grep -v '^fd-shmem-reload.service *loaded inactive dead ')"
        # Which files were read is noted for a start by hand.
        equal "generated units" "" "$(find /run/systemd/generator* -name '*fd-shmem*' \
                ! -path '*/fd-shmem-check.service.d*' 2>/dev/null)"
        equal "messages" "" "$(journalctl -b -o cat | grep -i 'fd-shmem\|shared memory' |
                grep -v '^fd-shmem-reload.service .*was skipped because')"
        equal "the ledger" "" "$(ls -d /run/fd-shmem 2>/dev/null)"
        equal "below /mnt" "" "$(ls -A /mnt)"
        equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
}
