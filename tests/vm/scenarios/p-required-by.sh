#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# One file is the recipe: the units of RequiredBy= start when their domain is up, not without it, and
# stop with it. A domain can start on demand, and give its pages back when its consumer stops.
#
#@ fixture: firedancer
#@ timeout: 600
#@ file: /etc/fd-shmem.conf
#| [app]
#| Path=/mnt/app
#| User=firedancer
#| Huge=0:8,1:8
#| RequiredBy=app@.service
#|
#| [bad]
#| Path=/mnt/bad
#| Huge=many
#| RequiredBy=needs@bad.service
#|
#| [short]
#| Path=/mnt/short
#| Huge=1:100000
#| RequiredBy=needs@short.service
#|
#| [lab]
#| Path=/mnt/lab
#| Huge=0:4
#| Boot=no
#| RequiredBy=lab@1.service lab@2.service
#@ file: /etc/systemd/system/app@.service
#| [Service]
#| Type=notify
#| User=firedancer
#| ExecStart=/machine-test/consumer --stay /mnt/app huge:%i:8
#@ file: /etc/systemd/system/needs@.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/true
#@ file: /etc/systemd/system/lab@.service
#| [Unit]
#| StartLimitIntervalSec=0
#| [Service]
#| ExecStart=/bin/sleep infinity
#@ file: /etc/systemd/system/multi-user.target.d/consumers.conf
#| [Unit]
#| Wants=app@0.service app@1.service needs@bad.service needs@short.service
. ./lib.sh

is_down() { # DOMAIN
        [ ! -e "/mnt/$1" ] && [ "$(systemctl is-active "fd-shmem@$1.target")" = inactive ]
}

recipe() { # DIRECTORY LINE
        mkdir -p "$1"
        printf '[Unit]\n%s\n' "$2" >"$1/on-demand.conf"
        check "daemon-reload" systemctl daemon-reload
}

restarted_once() { # UNIT
        [ "$(systemctl show -P NRestarts "$1")" = 1 ]
}

equal_state multi-user.target active
equal_state fd-shmem@app.target active
ready=$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@app.target)
for node in 0 1; do
        equal_state app@$node.service active
        began=$(systemctl show -P ExecMainStartTimestampMonotonic app@$node.service)
        check "ready at $ready us, app@$node began at $began us" [ "$ready" -le "$began" ]
done
equal_state needs@bad.service inactive
equal_state needs@short.service inactive
contains "why" "$(journalctl -b -o cat -u needs@short.service)" "Dependency failed"
equal_state fd-shmem@lab.target inactive

echo "# stopped with the domain"
check "stop" systemctl stop fd-shmem@app.target
equal_state app@0.service inactive
equal_state app@1.service inactive
equal "the directory" "" "$(ls -d /mnt/app 2>/dev/null)"
check "a consumer starts its domain" systemctl start app@1.service
equal_state fd-shmem@app.target active

echo "# seen by the tool"
contains "status: who requires it" "$(fd-shmem status app)" "^ *app@1.service +active \\(running\\)"
said=$(fd-shmem plan app)
contains "plan: what the consumer may have" "$said" "^# \"systemctl edit app@.service\""
contains "plan: locked memory" "$said" "^LimitMEMLOCK=32M"
lacks "plan: pages are on all nodes" "$said" "^NUMAMask="

echo "# on demand: the pages stay when the consumer stops"
check "start of the consumer" systemctl start lab@1.service
equal_state fd-shmem@lab.target active
equal_pool 0 $HUGE 12
contains "plan: the node" "$(fd-shmem plan lab)" "^NUMAMask=0$"
check "stop of the consumer" systemctl stop lab@1.service
equal_state fd-shmem@lab.target active
check "stop" systemctl stop fd-shmem@lab.target
equal_pool 0 $HUGE 8

echo "# with PropagatesStopTo= in the consumer they go with it, however it ends"
recipe /run/systemd/system/lab@.service.d "PropagatesStopTo=fd-shmem@lab.target"
check "start of the consumer" systemctl start lab@1.service
check "stop of the consumer" systemctl stop lab@1.service
check "the domain is down" within 20 is_down lab
equal_pool 0 $HUGE 8
check "start of the domain by hand" systemctl start fd-shmem@lab.target
check "start of the consumer" systemctl start lab@1.service
check "restart of the consumer" systemctl restart lab@1.service
equal_state lab@1.service active
equal_state fd-shmem@lab.target active
check "kill" systemctl kill -s KILL lab@1.service
check "the domain is down" within 20 is_down lab
equal_pool 0 $HUGE 8
rm -r /run/systemd/system/lab@.service.d

echo "# with StopWhenUnneeded= in the domain they go with the last of several consumers"
recipe /run/systemd/system/fd-shmem@lab.target.d "StopWhenUnneeded=yes"
check "start of one consumer" systemctl start lab@1.service
check "start of the other" systemctl start lab@2.service
check "stop of the one" systemctl stop lab@1.service
equal_state fd-shmem@lab.target active
since=$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@lab.target)
check "restart of the other" systemctl restart lab@2.service
equal "the domain is up since" "$since" \
        "$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@lab.target)"
equal_state lab@2.service active
check "kill of the other" systemctl kill -s KILL lab@2.service
check "the domain is down" within 20 is_down lab
equal_pool 0 $HUGE 8

echo "# a consumer that systemd starts again keeps its domain"
mkdir -p /run/systemd/system/lab@.service.d
printf '[Service]\nRestart=always\n' >/run/systemd/system/lab@.service.d/restart.conf
check "daemon-reload" systemctl daemon-reload
check "start of the consumer" systemctl start lab@1.service
since=$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@lab.target)
check "kill" systemctl kill -s KILL lab@1.service
check "it is started again" within 20 restarted_once lab@1.service
check "it is up" within 20 is_active lab@1.service
equal "the domain is up since" "$since" \
        "$(systemctl show -P ActiveEnterTimestampMonotonic fd-shmem@lab.target)"
finish
