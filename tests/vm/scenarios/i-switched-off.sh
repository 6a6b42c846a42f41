#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# fd_shmem=0 on the kernel's command line: no units, no noise, whatever the configuration says.
#
#@ append: fd_shmem=1 fd_shmem=0
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Huge=0:16,1:24
. ./lib.sh
. ./nothing.sh

nothing_is_there
check_not "start" fd-shmem start
contains "why" "$(fd-shmem start firedancer 2>&1)" "Switched off: fd_shmem=0 is on the kernel"
check_not "apply" fd-shmem apply --yes
contains "the plan" "$(fd-shmem plan)" "Switched off: fd_shmem=0 is on the kernel"
finish
