#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A domain whose conditions are not met is not started, nor is what requires it, and nothing is failed.
#
#@ file: /etc/fd-shmem.conf
#| [met]
#| Path=/mnt/met
#| Huge=0:8
#| Gigantic=no
#| Normal=no
#| ConditionMemory=>=1G
#| ConditionPathExists=!/etc/moved
#| [unmet]
#| Path=/mnt/unmet
#| Huge=0:8
#| Gigantic=no
#| ConditionMemory=>=64G
#| ConditionHost=!somebody
#| RequiredBy=unmet-consumer.service
#| [good]
#| Path=/mnt/good
#| Huge=1:8
#| Gigantic=no
#| Normal=no
#@ file: /etc/systemd/system/unmet-consumer.service
#| [Service]
#| Type=oneshot
#| RemainAfterExit=yes
#| ExecStart=/bin/true
#| [Install]
#| WantedBy=multi-user.target
. ./lib.sh

settled() {
        [ -z "$(systemctl list-jobs --no-legend)" ]
}

check "no job is left" within 60 settled
equal "the system" running "$(systemctl is-system-running)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
equal_state fd-shmem.target active
equal_state fd-shmem@met.target active
equal_state fd-shmem@good.target active
equal_state fd-shmem@unmet.target inactive
equal_state unmet-consumer.service inactive
equal "pools" "0:1048576=0+0 0:2048=8+0 1:1048576=0+0 1:2048=8+0" "$(pools)"
equal "the directory of the unmet one" "" "$(ls -d /mnt/unmet 2>/dev/null)"
equal "the check is silent" "" "$(journalctl -b --no-pager -o cat _SYSTEMD_UNIT=fd-shmem-check.service)"
equal "the rollback is silent" "" "$(journalctl -b --no-pager -o cat _SYSTEMD_UNIT=fd-shmem-rollback@unmet.service)"
lacks "no rollback was run" "$(journal fd-shmem-rollback@unmet.service)" "Finished|Starting"

echo "# which condition it was"
reason="ConditionMemory=>=64G is not met"
contains "query" "$(fd-shmem query)" "not started: $reason"
contains "query --json" "$(fd-shmem query --json)" "\"unmet\": *\"$reason\""
contains "status" "$(fd-shmem status unmet)" "not started: $reason"
plan=$(fd-shmem plan)
equal "exit status of plan" 0 $?
contains "plan" "$plan" "unmet is down: not started: $reason"
contains "is-ready" "$(fd-shmem is-ready unmet)" "not started: $reason"
check_not "is-ready unmet" fd-shmem is-ready unmet
check_not "start of the consumer" systemctl start unmet-consumer.service
said=$(fd-shmem start unmet 2>&1)
equal "exit status of start" 1 $?
contains "start" "$said" "unmet is not started: $reason"
said=$(fd-shmem apply --yes 2>&1)
equal "exit status of apply" 0 $?
contains "apply" "$said" "unmet is not started: $reason"
said=$(fd-shmem start 2>&1)
equal "exit status of the start of all" 0 $?
check "no job is left" within 60 settled
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
equal "the system" running "$(systemctl is-system-running)"

echo "# a restart after which a condition is not met any more: the pages do not stay behind"
: >/etc/moved
check_not "restart" systemctl restart fd-shmem@met.target
check "taken down" within 30 [ ! -e /mnt/met ]
check "no job is left" within 60 settled
equal "mounts at /mnt/met" "" "$(awk 'index($2, "/mnt/met") == 1' /proc/mounts)"
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=8+0" "$(pools)"
equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
contains "plan" "$(fd-shmem plan)" "met is down: not started: ConditionPathExists=!/etc/moved is not met"
rm /etc/moved
check "start" systemctl start fd-shmem@met.target
equal_pool 0 $HUGE 8

echo "# an edit: plan sees it, and the next start does what it says"
sed -i 's/>=64G/>=1G/' /etc/fd-shmem.conf
contains "plan" "$(fd-shmem plan unmet)" "unmet is down: a start would bring it up"
check "apply" fd-shmem apply --yes
equal_state fd-shmem@unmet.target active
check "the consumer" systemctl start unmet-consumer.service
sed -i 's/>=1G/>=2G/' /etc/fd-shmem.conf
contains "plan of what is up" "$(fd-shmem plan met)" "Condition.*Memory=>=1G.*Memory=>=2G"
finish
