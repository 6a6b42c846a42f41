#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine that node_exporter watches; tests/fleet/prometheus boots three of it.
#
#@ topology: 1:1024,1:512
#@ network: yes
#@ packages: openssh-server prometheus-node-exporter
#@ file: /etc/fd-shmem.conf
#| [packets]
#| Path=/mnt/packets
#| Huge=0:64,1:16
#| MinSize=no
#| [on-demand]
#| Path=/mnt/on-demand
#| Huge=0:2
#| Boot=no
. ./lib.sh
finish
