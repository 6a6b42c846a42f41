#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The configuration as it is installed, none at all, and an empty one: no units, no noise. Three boots.
#
#@ reboots: 2
. ./lib.sh
. ./nothing.sh

case $BOOT in
1)
        echo "# as installed: $(find / -xdev -name 'fd-shmem.conf*' 2>/dev/null | tr '\n' ' ')"
        nothing_is_there
        find / -xdev -name 'fd-shmem.conf*' -delete 2>/dev/null
        reboot_machine
        ;;
2)
        nothing_is_there
        : >/etc/fd-shmem.conf
        mkdir -p /etc/fd-shmem.conf.d
        printf '\n# nothing\n\n[fd-shmem]\n' >/etc/fd-shmem.conf.d/empty.conf
        reboot_machine
        ;;
esac
nothing_is_there
finish
