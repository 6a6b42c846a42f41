#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What "tests/picture" shows, inside the machine: fd-shmem query on a terminal, with a domain on two nodes and
# a process that uses it. The terminal's bytes come out between two lines, in base64.
#
#@ topology: 1:3072,1:3072
#@ fixture: firedancer
#@ file: /etc/fd-shmem.conf
#| [firedancer]
#| Path=/mnt/.fd
#| User=firedancer
#| Gigantic=1:1
#| Huge=0:64,1:128
#| Normal=64M
. ./lib.sh

equal_state fd-shmem@firedancer.target active
setpriv --reuid firedancer --regid firedancer --clear-groups \
        consumer --stay /mnt/.fd gigantic:1:1 huge:0:24 huge:1:96 normal:0:64 &
consumer=$!
check "a process uses it" within 40 grep -q consumer-normal-0 /proc/$consumer/maps

echo "#PICTURE"
TERM=xterm-256color script -qec "stty cols 124 rows 60; fd-shmem query" /dev/null | base64
echo "#END"
kill $consumer
wait $consumer
check "stop" systemctl stop fd-shmem.target
finish
