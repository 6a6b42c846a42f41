#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# In an image of examples/: the domain is up, with what its file says, and a stop leaves nothing.
. ./lib.sh

equal "state of the system" running "$STATE"
domain=packets
path=$(fd-shmem query --table=domains --noheadings --raw --output=PATH)
equal_state fd-shmem@$domain.target active
check "$domain is ready" fd-shmem is-ready $domain
contains "its huge pages" "$(fd-shmem query)" "^huge .* $domain +[1-9]"
equal "differences from the file" 0 "$(fd-shmem plan >/dev/null; echo $?)"
check "stop" systemctl stop fd-shmem.target
equal_gone "$path"
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
finish
