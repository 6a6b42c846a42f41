# SPDX-License-Identifier: LGPL-2.1-or-later
# What scenarios are written with; sourced by each. Every check prints what it saw, and goes on when it
# failed; finish gives the verdict, and a scenario that does not reach it has failed.

NODES=/sys/devices/system/node
HUGE=2048
GIGANTIC=1048576

failures=0
finished=
trap '[ -n "$finished" ] || { echo "FAILED: the scenario ended early, at line $LINENO"; exit 1; }' EXIT

passed() {
        echo "ok: $*"
}

failed() {
        echo "FAILED: $*"
        failures=$((failures + 1))
}

# check WHAT COMMAND...: the command succeeds. check_not: it fails.
check() {
        local what=$1 output
        shift
        if output=$("$@" 2>&1); then
                passed "$what"
        else
                failed "$what: $* gave status $?${output:+: $output}"
        fi
}

check_not() {
        local what=$1 output
        shift
        if output=$("$@" 2>&1); then
                failed "$what: $* succeeded${output:+: $output}"
        else
                passed "$what"
        fi
}

# equal WHAT EXPECTED GOT
equal() {
        if [ "$2" = "$3" ]; then
                passed "$1: ${2//$'\n'/, }"
        else
                failed "$1: expected '$2', got '$3'"
        fi
}

# contains WHAT TEXT PATTERN: the extended regular expression is found in the text
contains() {
        if grep -qE -- "$3" <<<"$2"; then
                passed "$1: $(grep -m1 -E -- "$3" <<<"$2")"
        else
                failed "$1: nothing like '$3' in: ${2:-(nothing)}"
        fi
}

lacks() {
        if grep -qE -- "$3" <<<"$2"; then
                failed "$1: found $(grep -m1 -E -- "$3" <<<"$2")"
        else
                passed "$1"
        fi
}

# within SECONDS COMMAND...: until it succeeds, polling
within() {
        local end=$((SECONDS + $1))
        shift
        until "$@"; do
                [ $SECONDS -lt $end ] || return 1
                read -r -t 0.05 <> <(:)
        done
        return 0
}

# reboot_machine [SYSTEMCTL-ARGUMENT...]: leaves the scenario for a reboot, after which it runs again;
# one that nobody is told of, or the one that is named (reboot, soft-reboot).
reboot_machine() {
        finished=yes
        echo "${*:-reboot -ff}" >/run/machine-test.reboot
        [ $failures = 0 ] && exit 75
        exit 1
}

finish() {
        finished=yes
        [ $failures = 0 ] || echo "$failures checks failed"
        exit $((failures > 0))
}

# pool NODE KIB [FILE]: a number of a pool
pool() {
        cat "$NODES/node$1/hugepages/hugepages-$2kB/${3:-nr_hugepages}"
}

# All pools in one line, "0:2048=64+0 ...": NODE:KIB=PAGES+SURPLUS
pools() {
        local directory node line=
        for directory in "$NODES"/node*/hugepages/hugepages-*kB; do
                node=${directory#"$NODES"/node}
                line+="${node%%/*}:${directory##*hugepages-}"
                line="${line%kB}=$(<"$directory/nr_hugepages")+$(<"$directory/surplus_hugepages") "
        done
        echo "${line% }"
}

equal_pool() { # NODE KIB PAGES
        equal "node $1, pages of $2 KiB" "$3" "$(pool "$1" "$2")"
}

mount_line() { # PATH
        awk -v path="$1" '$2 == path' /proc/mounts
}

# The line that Firedancer demands of a huge page mount, to the letter
equal_mount() { # PATH PAGESIZE BYTES
        equal "mount line of $1" \
                "none $1 hugetlbfs rw,relatime,pagesize=$2,min_size=$3 0 0" "$(mount_line "$1")"
}

equal_owner() { # PATH "MODE USER GROUP"
        equal "owner and mode of $1" "$2" "$(stat -c '%a %U %G' "$1" 2>&1)"
}

is_active() {
        [ "$(systemctl is-active "$1")" = active ]
}

is_failed() {
        [ "$(systemctl is-failed "$1")" = failed ]
}

equal_state() { # UNIT STATE
        equal "state of $1" "$2" "$(systemctl show -P ActiveState "$1")"
}

journal() { # what fd-shmem's units and programs said at this boot, or the units given
        local unit arguments=()
        for unit in "${@:-fd-shmem*}"; do
                arguments+=(-u "$unit")
        done
        journalctl -b --no-pager -o cat "${arguments[@]}"
}

# everything of the domain with this base directory is gone, and fd-shmem remembers nothing
equal_gone() { # BASE...
        local base
        for base in "$@"; do
                equal "mounts at $base" "" "$(awk -v base="$base" 'index($2, base) == 1' /proc/mounts)"
                equal "directory $base" "" "$(ls -ad "$base" 2>/dev/null)"
        done
        equal "records in /run/fd-shmem" "" \
                "$(find /run/fd-shmem/{reservation,domain,leftover} -type f 2>/dev/null)"
}

# As the user of the domain, without a login: as_owner COMMAND..., or "${AS_OWNER[@]}" COMMAND... & to
# have the command's own process id in $!
AS_OWNER=(setpriv --reuid firedancer --regid firedancer --clear-groups --)

as_owner() {
        "${AS_OWNER[@]}" "$@"
}

# The description of the machine, for the log
echo "# boot $BOOT, state $STATE, up $(cut -d ' ' -f 1 /proc/uptime) s, pools $(pools)"
