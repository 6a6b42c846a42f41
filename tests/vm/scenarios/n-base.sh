#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The base directory, against those who would have root make or remove another one, and over boots: one
# that nobody was told of, and one by the book, each with a client's files in the base.
#
#@ fixture: firedancer
#@ reboots: 2
#@ timeout: 900
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/srv/a/b/fd
#| User=firedancer
#| Huge=0:8,1:8
#| [hers]
#| Path=/srv/alice/fd
#| User=4242
#| Huge=no
#| Gigantic=no
#| Boot=no
#@ file: /usr/lib/sysusers.d/alice.conf
#| u alice 4242 "Alice"
. ./lib.sh

base=/srv/a/b/fd

leave_files() {
        check "a client's files" as_owner sh -c "echo x >$base/fd1.config && mkdir -p $base/sub && echo x >$base/sub/file"
        sync
}

echo "# boot $BOOT"
equal_state fd-shmem@firedancer.target active
equal_owner $base "700 firedancer firedancer"
equal_mount $base/.huge 2M $((16 * 2 << 20))

case $BOOT in
1)
        echo "# a link of alice's in the place of a base directory"
        mkdir /srv/alice && chown alice: /srv/alice
        setpriv --reuid alice --regid alice --clear-groups -- \
                ln -s /etc/systemd/system/victim.service.d /srv/alice/fd
        check "daemon-reload" systemctl daemon-reload
        check_not "start" systemctl start fd-shmem@hers.target
        contains "journal" "$(journal)" \
                "/etc/fd-shmem.conf:6: \[hers\] Path=: '/srv/alice/fd' is not safe: '/srv/alice' belongs to user 4242"
        equal "what she would have got" "" "$(ls -d /etc/systemd/system/victim.service.d 2>/dev/null)"
        contains "verify" "$(fd-shmem verify 2>&1)" "'/srv/alice' belongs to user 4242 .mode 0755"
        check_not "init" env FD_SHMEM_PATH=/srv/alice/fd fd-shmem init 0700 alice alice
        rm -r /srv/alice
        check "daemon-reload" systemctl daemon-reload
        check "start" systemctl start fd-shmem@hers.target
        check "stop" systemctl stop fd-shmem@hers.target
        equal "directories" "" "$(ls -d /srv/alice 2>/dev/null)"

        echo "# the owner is busy in a directory while the domain stops"
        mkfifo /run/busy
        as_owner mkdir $base/sub
        "${AS_OWNER[@]}" busy-directory $base/sub <>/run/busy >/run/busy.out &
        check "he is busy" within 20 grep -q busy /run/busy.out
        check "stop" systemctl stop fd-shmem@firedancer.target
        equal_gone $base
        equal "parents" "" "$(ls -d /srv/a 2>/dev/null)"
        echo >/run/busy
        wait
        contains "he" "$(cat /run/busy.out)" "refused [1-9]"

        echo "# data beside a mount point of root's"
        mkdir -p $base/.normal $base/precious && echo payroll >$base/precious/file
        check_not "start" systemctl start fd-shmem@firedancer.target
        contains "journal" "$(journal)" "$base: exists and is not empty .it contains \"precious\""
        check_not "fini" env FD_SHMEM_PATH=$base fd-shmem fini
        systemctl stop fd-shmem@firedancer.target
        equal "the data" payroll "$(cat $base/precious/file)"
        equal "no pages" "0 0" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
        rm -r /srv/a
        systemctl reset-failed

        echo "# the client cleans up by itself"
        check "start" systemctl start fd-shmem@firedancer.target
        umount $base/.normal $base/.huge $base/.gigantic
        check "clean-up" rmdir $base/.normal $base/.huge $base/.gigantic $base
        check "restart" systemctl restart fd-shmem@firedancer.target
        equal_mount $base/.huge 2M $((16 * 2 << 20))
        leave_files
        reboot_machine
        ;;
2)
        equal "the client's file" x "$(cat $base/fd1.config)"
        leave_files
        reboot_machine reboot
        ;;
esac
equal "the client's file" x "$(cat $base/fd1.config)"
check "restart" systemctl restart fd-shmem@firedancer.target
check "stop" systemctl stop fd-shmem.target
equal_gone $base
equal "parents" "" "$(ls -d /srv/a 2>/dev/null)"
equal "pools" "0 0" "$(pool 0 $HUGE) $(pool 1 $HUGE)"
finish
