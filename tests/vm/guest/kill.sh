# SPDX-License-Identifier: LGPL-2.1-or-later
# kill -9 of a helper at a random moment.

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=64+0 1:1048576=0+0 1:2048=96+0"
killed=0

# aim HELPER MICROSECONDS: kills the next process of that helper, somewhere in its first MICROSECONDS
aim() {
        killer "$1" "$2" 10 >/run/killer &
        killer=$!
}

hit() {
        if wait $killer; then
                killed=$((killed + 1))
        fi
}

expect_clean() {
        check "stop" systemctl stop fd-shmem.target
        equal "pools" "$before" "$(pools)"
        equal_gone /mnt/.fd
}
