# SPDX-License-Identifier: LGPL-2.1-or-later
# kill -9 of a helper at a random moment.

before="0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0"
up="0:1048576=0+0 0:2048=64+0 1:1048576=0+0 1:2048=96+0"
killed=0
round=0

# How far into its life a helper may get: short for the first things it does, long for the last.
windows=(20000 80000 320000)

# aim HELPER: kills the next process of that helper, at a random moment
aim() {
        killer "$1" "${windows[RANDOM % ${#windows[@]}]}" 10 >/run/killer &
        killer=$!
        within 5 grep -q ready /run/killer || failed "the killer is not ready"
}

# Some have ended by themselves before it was their time.
hit() {
        if wait $killer; then
                killed=$((killed + 1))
        fi
}

# Fifty times, in no more than eighty rounds.
enough() {
        [ $killed -ge 50 ] || [ $round -ge 80 ] || [ $failures != 0 ]
}

expect_clean() {
        check "stop" systemctl stop fd-shmem.target
        equal "pools" "$before" "$(pools)"
        equal_gone /mnt/.fd
}
