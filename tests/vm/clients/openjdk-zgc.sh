#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ZGC with AllocateHeapAt has its heap in the domain's mount, whose claim leaves some pages for what ZGC takes
# without it; another user gets none of the heap's.
#
#@ packages: openjdk-17-jre-headless
#@ recipe: openjdk-zgc
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/systemd/system/multi-user.target.d/java-app.conf
#| [Unit]
#| Wants=java-app.service
#@ file: /etc/systemd/system/java-app.service
#| [Service]
#| User=daemon
#| Environment="JAVA_TOOL_OPTIONS=-Xlog:pagesize -XX:+UseZGC -XX:+UseLargePages -XX:AllocateHeapAt=/run/openjdk-zgc/.huge -XX:ReservedCodeCacheSize=16m -XX:-SegmentedCodeCache -Xlog:gc+init"
#| ExecStart=/usr/bin/rmiregistry -J-Xms64m -J-Xmx64m -J-XX:+AlwaysPreTouch
#| SuccessExitStatus=143
. ./lib.sh
. ./client.sh
. ./taker.sh
. ./java.sh

equal_app openjdk-zgc
contains "its heap" "$(java_log)" "Heap Backing File: /run/openjdk-zgc/.huge/"
contains "query: the heap, and who has it" "$(fd-shmem query openjdk-zgc)" "huge +64 MiB +64 MiB +daemon.* 0:32 +$pid rmiregistry"
# ZGC maps its heap three times.
maps=$(grep '/run/openjdk-zgc' "/proc/$pid/numa_maps")
equal "mappings of 32 pages on node 0" 3 "$(grep -c ' N0=32 ' <<<"$maps")"
lacks "pages of the other node" "$maps" " N1="
equal "pages that the code has or was promised" 40 "$(taken)"
equal_rest 4 "that Java does not want"

echo "# nor while Java is stopped"
check "stop of Java" systemctl stop $unit
first=$taker
take 9
contains "another user wants a page of the heap" "$said" "mmap: Cannot allocate memory"
kill "$first"
check "start of Java" systemctl start $unit
wait_for_app
equal "mappings of 32 pages on node 0" 3 "$(grep -c '/run/openjdk-zgc.* N0=32 ' "/proc/$pid/numa_maps")"

equal_stopped openjdk-zgc
finish
