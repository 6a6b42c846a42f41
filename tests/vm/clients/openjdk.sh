#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Java with UseLargePages has its heap and its compiled code on the domain's pages, while another user takes
# what he can.
#
#@ packages: openjdk-17-jre-headless
#@ recipe: openjdk
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/systemd/system/multi-user.target.d/java-app.conf
#| [Unit]
#| Wants=java-app.service
#@ file: /etc/systemd/system/java-app.service
#| [Service]
#| User=daemon
#| Environment="JAVA_TOOL_OPTIONS=-Xlog:pagesize -XX:+UseLargePages -XX:ReservedCodeCacheSize=16m -XX:-SegmentedCodeCache"
#| ExecStart=/usr/bin/rmiregistry -J-Xms64m -J-Xmx64m -J-XX:+AlwaysPreTouch
#| SuccessExitStatus=143
. ./lib.sh
. ./client.sh
. ./taker.sh
. ./java.sh

equal_app openjdk
contains "its need" "$(java_log)" "Heap: .*page_size=2M size=64M"
contains "its need" "$(java_log)" "CodeCache: .*page_size=2M size=16M"
equal "pages that it has or was promised" 40 "$(taken)"
equal_rest 8 "that Java does not want"
check "pages of node 0: $(huge_pages "$pid" 0)" [ "$(huge_pages "$pid" 0)" -ge 32 ]
equal "pages of the other node" 0 "$(huge_pages "$pid" 1)"
contains "query: who has them" "$(fd-shmem query)" "$pid +daemon +rmiregistry +anonymous .* 0:[0-9]+\$"
let_go

echo "# the second client comes while Java is stopped"
check "stop of Java" systemctl stop $unit
take 48
contains "the second client" "$said" "READY 48 of 48"
check "Java starts, on normal pages" systemctl start $unit
wait_for_app
contains "what it says" "$(java_log)" "UseLargePages disabled, no large pages configured and available"
equal "huge pages of Java" 0 "$(huge_pages "$pid" 0)"
contains "query: who it was" "$(fd-shmem query)" "$taker +nobody +take-node"
let_go

equal_stopped openjdk
finish
