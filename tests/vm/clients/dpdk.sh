#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# DPDK's testpmd has its memory on pages of the domain, of the node that it is told, in the modes that EAL knows:
# files in the domain's mount, the same with --legacy-mem, and --in-memory; as root, and as another user.
#
#@ packages: dpdk-dev librte-mempool-ring23 librte-net-null23
#@ recipe: dpdk
#@ recipe: dpdk-legacy
#@ recipe: dpdk-in-memory
#@ topology: 1:2048,2:2048
#@ timeout: 400
#@ file: /etc/sysusers.d/dpdk.conf
#| u dpdk - "Data Plane Development Kit"
#@ file: /etc/systemd/system/testpmd@.service
#| [Service]
#| User=%i
#| RuntimeDirectory=dpdk-%i
#| Environment=XDG_RUNTIME_DIR=/run/dpdk-%i EAL="-l 1-2 --no-pci --no-telemetry --vdev=net_null0 --iova-mode=va --socket-mem=0,128"
#| Environment=MODE=--huge-dir=/mnt/dpdk/.huge
#| ExecStart=bash -c 'exec stdbuf -oL dpdk-testpmd $EAL $MODE -- -i --no-numa --socket-num=1 --total-num-mbufs=2048 --no-mlockall < <(exec sleep infinity)'
#@ file: /etc/testpmd-legacy
#| MODE=--legacy-mem --huge-dir=/mnt/dpdk-legacy/.huge
#@ file: /etc/testpmd-in-memory
#| MODE=--in-memory --huge-dir=/dev/hugepages
. ./lib.sh
. ./client.sh

# The same service with another MODE
for mode in legacy in-memory; do
        sed "s|^Environment=MODE=.*|EnvironmentFile=/etc/testpmd-$mode|" /etc/systemd/system/testpmd@.service \
                >/etc/systemd/system/testpmd-$mode@.service
done
check "reload" systemctl daemon-reload

is_running() { # UNIT
        is_active "$1" && journalctl -b -o cat -u "$1" | grep -q "Checking link statuses"
}

# run DOMAIN USER: the program of the domain as that user, with all pages of it on node 1
run() {
        local unit=testpmd${1#dpdk}@$2.service
        check "start $unit" systemctl start "$unit"
        equal_state "fd-shmem@$1.target" active
        within 60 is_running "$unit" || failed "$unit does not run: $(journalctl -b -o cat -u "$unit" | tail -n 15)"
        pid=$(main_pid "$unit")
        equal "user of $unit" "$2" "$(stat -c %U "/proc/$pid")"
        equal "its pages on node 1" 64 "$(huge_pages "$pid" 1)"
        equal "its pages on node 0" 0 "$(huge_pages "$pid" 0)"
        equal_safe 1 "while it runs"
}

equal_files() { # DOMAIN
        equal "query: files with a page of node 1 that the process has" 64 \
                "$(regions "$1" | grep -cE "\"nodes\":\[\{\"node\":1,\"pages\":1\}\].*\"pid\":$pid\$")"
}

stop() { # DOMAIN USER
        check "stop" systemctl stop "fd-shmem@$1.target"
        equal_state "testpmd${1#dpdk}@$2.service" inactive
        equal_pool 1 $HUGE 0
}

equal "state of the system" running "$STATE"
equal_required testpmd@root.service dpdk
equal_required testpmd-legacy@dpdk.service dpdk-legacy
equal_required testpmd-in-memory@dpdk.service dpdk-in-memory
# Pages of another domain that nobody claims would be there for the second client.
check "stop" systemctl stop fd-shmem.target
equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"

echo "# files, claimed"
check "start the domain" systemctl start fd-shmem@dpdk.target
equal_safe 1 "before it runs"
run dpdk root
equal_files dpdk
check "stop testpmd" systemctl stop testpmd@root.service
equal_safe 1 "after it has run"
# EAL leaves its files, and those of root are in the way of another user.
check "reset" fd-shmem reset --yes dpdk
run dpdk dpdk
equal_files dpdk
stop dpdk dpdk

for user in root dpdk; do
        echo "# --legacy-mem, as $user"
        run dpdk-legacy $user
        equal_files dpdk-legacy
        stop dpdk-legacy $user

        echo "# --in-memory, as $user"
        run dpdk-in-memory $user
        equal_outside "$pid" 1 64
        stop dpdk-in-memory $user
done
finish
