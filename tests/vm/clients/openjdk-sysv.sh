#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Java with UseSHM has its heap in a SysV segment on the domain's pages, while another user takes what he can. It
# takes a group that the kernel lets have such segments.
#
#@ packages: openjdk-17-jre-headless
#@ recipe: openjdk-sysv
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/systemd/system/multi-user.target.d/java-app.conf
#| [Unit]
#| Wants=java-app.service
#@ file: /etc/systemd/system/java-app.service
#| [Service]
#| User=daemon
#| Environment="JAVA_TOOL_OPTIONS=-Xlog:pagesize -XX:+UseLargePages -XX:+UseSHM"
#| ExecStart=/usr/bin/rmiregistry -J-Xms64m -J-Xmx64m -J-XX:+AlwaysPreTouch
#| SuccessExitStatus=143
#@ file: /etc/sysctl.d/50-java-app.conf
#| # The group daemon
#| vm.hugetlb_shm_group = 1
. ./lib.sh
. ./client.sh
. ./taker.sh
. ./java.sh

equal_app openjdk-sysv
contains "its need" "$(java_log)" "Heap: .*page_size=2M size=64M"
equal "pages that it has or was promised" 32 "$(taken)"
equal_rest 8 "that Java does not want"
equal_heap 32
contains "query: who has them" "$(fd-shmem query)" "$pid +daemon +rmiregistry +sysv .* 0:32\$"
let_go

echo "# without the group"
check "sysctl" sysctl -w vm.hugetlb_shm_group=0
check "restart of Java" systemctl restart $unit
wait_for_app
contains "what it says" "$(java_log)" "Large pages using UseSHM are not configured"
equal "pages that it has or was promised" 0 "$(taken)"

equal_stopped openjdk-sysv
finish
