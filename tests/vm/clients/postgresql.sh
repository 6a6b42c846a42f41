#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# PostgreSQL, started at boot by its own unit, has its shared memory on the domain's pages.
#
#@ packages: postgresql-15
#@ recipe: postgresql
#@ topology: 1:2048,1:2048
#@ file: /etc/systemd/system/postgresql@.service.d/domain.conf
#| [Unit]
#| Requires=fd-shmem@postgresql.target
#| After=fd-shmem@postgresql.target
#@ file: /etc/postgresql/15/main/conf.d/pages.conf
#| huge_pages = on
. ./lib.sh

unit=postgresql@15-main.service

equal "state of the system" running "$STATE"
equal_state $unit active
pid=$(systemctl show -P MainPID $unit)
maps=$(grep huge "/proc/$pid/numa_maps")
contains "its shared memory" "$maps" "^[0-9a-f]+ .* huge .*N0="
lacks "pages of another node" "$maps" "N1="
finish
