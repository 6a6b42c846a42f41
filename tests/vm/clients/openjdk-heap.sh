#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Java with AllocateHeapAt has its heap in the domain's mount, and nobody else gets a page of it.
#
#@ packages: openjdk-17-jre-headless
#@ recipe: openjdk-heap
#@ topology: 1:2048,1:2048
#@ timeout: 600
#@ file: /etc/systemd/system/multi-user.target.d/java-app.conf
#| [Unit]
#| Wants=java-app.service
#@ file: /etc/systemd/system/java-app.service
#| [Service]
#| User=daemon
#| Environment="JAVA_TOOL_OPTIONS=-Xlog:pagesize -XX:AllocateHeapAt=/run/openjdk-heap/.huge"
#| ExecStart=/usr/bin/rmiregistry -J-Xms64m -J-Xmx64m -J-XX:+AlwaysPreTouch
#| SuccessExitStatus=143
. ./lib.sh
. ./client.sh
. ./taker.sh
. ./java.sh

equal_app openjdk-heap
equal_heap 32
contains "query: the heap, and who has it" "$(fd-shmem query openjdk-heap)" "huge +64 MiB +64 MiB +daemon.* 0:32 +$pid rmiregistry"
take 1
contains "another user wants a page" "$said" "mmap: Cannot allocate memory"

echo "# nor while Java is stopped"
check "stop of Java" systemctl stop $unit
equal "free pages" 32 "$(pool 0 $HUGE free_hugepages)"
take 1
contains "another user wants a page" "$said" "mmap: Cannot allocate memory"
check "start of Java" systemctl start $unit
wait_for_app
equal_heap 32

equal_stopped openjdk-heap

# The last: on Linux 6.1 the attempt leaves the kernel's count of promised pages wrong for good.
echo "# a heap that is larger than the domain"
said=$(setpriv --reuid daemon --regid daemon --clear-groups java -Xms128m -Xmx128m \
        -XX:AllocateHeapAt=/run/openjdk-heap/.huge -version 2>&1)
contains "what Java says" "$said" "Error in mapping Java heap at the given filesystem directory"
finish
