#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every key is edited in turn while domains are up: "plan" says so, "apply" does it, "plan" then has
# nothing to say. What nobody had to touch is as it was: a region, a holder, a consumer.
#
#@ timeout: 600
#@ file: /etc/fd-shmem.conf
#| [claimed]
#| Path=/mnt/claimed
#| Huge=0:16
#| Gigantic=no
#| Normal=16M
#|
#| [free]
#| Path=/mnt/free
#| Huge=0:16
#| Gigantic=no
#| Normal=16M
#| MinSize=no
#@ file: /etc/systemd/system/of-claimed.service
#| [Unit]
#| Requires=fd-shmem@claimed.target
#| After=fd-shmem@claimed.target
#| [Service]
#| ExecStart=/bin/sh -c 'exec 3>/mnt/claimed/.normal/of-claimed; exec sleep 1000'
#@ file: /etc/systemd/system/of-free.service
#| [Unit]
#| Requires=fd-shmem@free.target
#| After=fd-shmem@free.target
#| [Service]
#| ExecStart=/bin/sh -c 'exec 3>/mnt/free/.normal/of-free; exec sleep 1000'
. ./lib.sh

conf=/etc/fd-shmem.conf

# section NAME [KEY=VALUE]...: that of the head, with the keys given in the place of its own
section() {
        local name=$1 key
        shift
        declare -A keys=([Path]=/mnt/$name [Huge]=0:16 [Gigantic]=no [Normal]=16M)
        [ "$name" != free ] || keys[MinSize]=no
        for key in "$@"; do
                keys[${key%%=*}]=${key#*=}
        done
        printf '[%s]\n' "$name"
        for key in "${!keys[@]}"; do
                printf '%s=%s\n' "$key" "${keys[$key]}"
        done
}

# status EXPECTED COMMAND...: the command ends with that status; its output is in $output
status() {
        local expected=$1 got
        shift
        output=$("$@" 2>&1 </dev/null)
        got=$?
        if [ $got = "$expected" ]; then
                passed "$*: status $got"
        else
                failed "$*: status $got, expected $expected: $output"
        fi
}

pid_of() {
        systemctl show -P MainPID "$1"
}

# edited KEY VERB: the file was edited; the plan says that and by what, "apply" does it, and it is done
edited() {
        status 2 fd-shmem plan
        contains "the plan" "$output" "$1= .* $2"
        status 0 fd-shmem apply --dry-run
        contains "the dry run" "$output" "^Would "
        status 2 fd-shmem plan
        status 0 fd-shmem apply --yes
        status 0 fd-shmem plan
}

check "consumers" systemctl start of-claimed of-free
status 0 fd-shmem plan
check "a region" sh -c 'echo region >/mnt/free/.normal/kept'
claimed_pid=$(pid_of of-claimed) free_pid=$(pid_of of-free)

echo "# in place"
{ section claimed; section free Huge=0:24; } >$conf
edited Huge apply
equal "pool" 40 "$(pool 0 $HUGE)"
{ section claimed; section free Huge=0:8; } >$conf
edited Huge apply
equal "pool" 24 "$(pool 0 $HUGE)"
{ section claimed User=daemon; section free; } >$conf
edited User apply
equal_owner /mnt/claimed "700 daemon daemon"
equal_owner /mnt/claimed/.huge "700 daemon daemon"
{ section claimed User=daemon Group=adm Mode=0750; section free; } >$conf
edited Mode apply
equal_owner /mnt/claimed/.normal "750 daemon adm"
{ section claimed User=daemon Group=adm Mode=0750; section free Normal=32M; } >$conf
edited Normal apply
contains "the tmpfs" "$(mount_line /mnt/free/.normal)" "size=32768k"
{ section claimed User=daemon Group=adm Mode=0750; section free Normal=32M Release=no; } >$conf
edited Release apply
{ section claimed; section free; } >$conf
status 0 fd-shmem apply --yes
equal "the region" region "$(cat /mnt/free/.normal/kept)"
equal "consumers" "$claimed_pid $free_pid" "$(pid_of of-claimed) $(pid_of of-free)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"

echo "# the watch"
{ printf '[fd-shmem]\nWatch=1h\n'; section claimed; section free Repair=yes; } >$conf
edited Repair apply
equal_state fd-shmem-watch.timer active
contains "the timer" "$(systemctl cat fd-shmem-watch.timer)" "OnUnitInactiveSec=3600000000us"
check "somebody stops the timer" systemctl stop fd-shmem-watch.timer
status 2 fd-shmem plan
contains "the plan" "$output" "apply. starts fd-shmem-watch.timer"
contains "for programs" "$(fd-shmem plan --json)" '"watch": *"start"'
status 0 fd-shmem plan free
status 0 fd-shmem apply --yes
equal_state fd-shmem-watch.timer active
{ section claimed; section free; } >$conf
edited Repair apply
equal_state fd-shmem-watch.timer inactive
equal "consumers" "$claimed_pid $free_pid" "$(pid_of of-claimed) $(pid_of of-free)"

echo "# mounted anew; whoever requires it comes back"
for edit in Huge=0:20 MinSize=no Normal=yes Normal=no Options=noexec Gigantic=yes Huge=yes Huge=no \
        Path=/mnt/elsewhere; do
        { section claimed "$edit"; section free; } >$conf
        if [ "$edit" = Normal=no ]; then
                # The consumer would not start without it.
                sed -i 's|/mnt/claimed/.normal/|/run/|' /etc/systemd/system/of-claimed.service
        fi
        edited "${edit%%=*}" restart
        check_not "another process than before" [ "$(pid_of of-claimed)" = "$claimed_pid" ]
        equal_state of-claimed.service active
        claimed_pid=$(pid_of of-claimed)
done
equal "nothing is left at the old path" "" "$(ls -d /mnt/claimed 2>/dev/null)"
{ section claimed; section free; } >$conf
status 0 fd-shmem apply --yes claimed
equal_mount /mnt/claimed/.huge 2M $((16 * 2 << 20))
equal "the other consumer" "$free_pid" "$(pid_of of-free)"

echo "# for scripts"
status 0 fd-shmem is-ready claimed
contains "the state" "$output" "^up$"
status 0 fd-shmem stop --dry-run claimed
contains "the dry run" "$output" "of-claimed.service would be stopped"
status 0 fd-shmem restart --dry-run claimed
status 0 fd-shmem is-ready --quiet claimed
equal "nothing is printed" "" "$output"
status 4 fd-shmem is-ready nowhere
status 0 fd-shmem stop claimed
status 3 fd-shmem is-ready claimed
status 0 fd-shmem start --dry-run claimed
contains "the dry run" "$output" "^Would start fd-shmem@claimed.target$"
status 3 fd-shmem is-ready --wait=1 claimed
check "a start" systemctl start --no-block fd-shmem@claimed.target
status 0 fd-shmem is-ready --wait=30 claimed
check "the consumer" systemctl start of-claimed
claimed_pid=$(pid_of of-claimed)
equal "the region" region "$(cat /mnt/free/.normal/kept)"
check "consumer" systemctl stop of-claimed

echo "# somebody is in the way: nothing is done"
exec 4>/mnt/claimed/.huge/held
{ section claimed Huge=0:20; section free User=daemon; } >$conf
status 2 fd-shmem plan
contains "the holder" "$output" "pid $$ .*held"
status 1 fd-shmem apply --dry-run
status 1 fd-shmem stop --dry-run claimed
contains "the holder" "$output" "pid $$ .*held"
status 1 fd-shmem apply --yes
contains "the holder" "$output" "pid $$ .*held"
equal "pool" 32 "$(pool 0 $HUGE)"
equal_owner /mnt/free "700 root root"
status 1 fd-shmem stop claimed
contains "the holder" "$output" "pid $$ .*held"
exec 4>&-
rm -f /mnt/claimed/.huge/held
status 0 fd-shmem start claimed
status 0 fd-shmem apply --yes
equal "pool" 36 "$(pool 0 $HUGE)"
status 1 fd-shmem apply
contains "nobody can be asked" "$output" "--yes"

echo "# who cannot be"
{ section claimed User=nobody-like-this; section free; } >$conf
status 1 fd-shmem plan
contains "the plan" "$output" 'There is no user "nobody-like-this"'
status 1 fd-shmem apply --yes
equal_state fd-shmem@claimed.target active
systemctl daemon-reload
status 1 fd-shmem restart claimed
contains "why" "$output" 'There is no user "nobody-like-this"'
status 1 fd-shmem plan
contains "why, later" "$output" 'There is no user "nobody-like-this"'

systemctl reset-failed

echo "# renamed on its path, removed, new, not at boot"
{ section renamed Path=/mnt/claimed; section free; } >$conf
status 2 fd-shmem plan
status 0 fd-shmem apply --yes
status 0 fd-shmem plan
equal "domains" "free renamed" "$(cd /run/fd-shmem/domain && echo *)"
{ section again Path=/mnt/claimed; section free; } >$conf
status 2 fd-shmem plan
contains "the plan" "$output" "renamed is up and not declared any more"
status 0 fd-shmem apply --yes
status 0 fd-shmem plan
equal "domains" "again free" "$(cd /run/fd-shmem/domain && echo *)"
equal "pool" 32 "$(pool 0 $HUGE)"
{ section free Boot=no; section late Boot=no; } >$conf
status 2 fd-shmem plan
contains "the plan" "$output" "Boot= .*no"
contains "the plan" "$output" "again is up and not declared any more: a stop releases 16 huge pages"
status 0 fd-shmem apply --yes
status 0 fd-shmem plan
equal "domains" free "$(cd /run/fd-shmem/domain && echo *)"
equal "pool" 16 "$(pool 0 $HUGE)"
status 0 fd-shmem start late
contains "numbers" "$output" "late is up at /mnt/late; node 0: 16 of 16 huge pages"

check "the other consumer" systemctl stop of-free

echo "# after edits a restart does what the file says"
{ section free Boot=no Path=/mnt/moved Mode=0711; section other Path=/mnt/late; } >$conf
systemctl daemon-reload
check "restart" systemctl restart fd-shmem.target
status 0 fd-shmem plan

echo "# a plain edit and a start"
{ section free Mode=0700; section other Path=/mnt/late; } >$conf
status 2 fd-shmem start
status 2 fd-shmem plan
status 0 fd-shmem apply --yes
status 0 fd-shmem start
check "a job that is under way" systemctl restart --no-block fd-shmem@other.target
status 0 fd-shmem apply --yes
status 0 fd-shmem stop
contains "numbers" "$output" "other is down; 16 huge pages went back"
equal_gone /mnt/free /mnt/late /mnt/moved /mnt/claimed /mnt/elsewhere
equal "pool" 0 "$(pool 0 $HUGE)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
finish
