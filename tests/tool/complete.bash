#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# complete.bash FILE WORD...: prints what bash offers for the last WORD, one a line. FILE is the completion
# to be tested; the words are those that bash makes of a line.

# shellcheck source=/dev/null
source "$1" || exit 1
_fd_shmem_root=$FD_SHMEM_TEST_ROOT
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_fd_shmem
printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
