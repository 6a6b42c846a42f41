#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A container of podman's makes a region in a domain of the host, on its pages and on the node that it is told; the
# domain is restarted and stopped outside while the container runs. The machine's kernel has no overlayfs: with the
# storage driver vfs the container's root is a directory of /, which podman makes private.
#
#@ packages: podman crun busybox-static
#@ recipe: container
#@ topology: 1:2048,1:2048
#@ timeout: 500
#@ file: /etc/containers/storage.conf
#| [storage]
#| driver = "vfs"
#| runroot = "/run/containers/storage"
#| graphroot = "/var/lib/containers/storage"
#@ file: /etc/containers/containers.conf
#| [engine]
#| cgroup_manager = "cgroupfs"
#| events_logger = "none"
. ./lib.sh
. ./client.sh

# The image: busybox, and the consumer with what it is linked with
make_image() {
        local root=/run/image file
        mkdir -p $root/{bin,mnt/app,proc,sys,dev,run}
        for file in /bin/busybox "$(command -v consumer)" $(ldd "$(command -v consumer)" | grep -o '/[^ ]*'); do
                mkdir -p "$root${file%/*}"
                cp -L "$file" "$root$file"
        done
        ln -s busybox $root/bin/sh
        tar -C $root -cf /run/image.tar . && podman import /run/image.tar app
}

# mbind and move_pages, with which the consumer chooses its nodes, are not in podman's seccomp profile.
run() {
        podman run -d --name app --network none -v /run/app:/mnt/app:rslave --cap-add=SYS_NICE \
                --security-opt=seccomp=unconfined --ulimit=memlock=-1:-1 app \
                /bin/sh -c 'while :; do /bin/busybox sleep 1; done'
}

inside() {
        podman exec app "$@"
}

mounts_inside() {
        inside /bin/busybox grep -c ' /mnt/app/.huge hugetlbfs ' /proc/mounts
}

# The consumer runs in the container, and stays
consume() { # NODE
        inside "$(command -v consumer)" --stay /mnt/app "huge:$1:32" >/run/consumer 2>&1 &
        within 30 has_region "$1" || failed "no region was made inside: $(</run/consumer)"
        pid=$(pgrep -x consumer)
        check "it is in a mount namespace of its own" \
                test "$(readlink /proc/$pid/ns/mnt)" != "$(readlink /proc/1/ns/mnt)"
        equal "its pages on node $1" 32 "$(huge_pages "$pid" "$1")"
        equal_region app "consumer-huge-$1" "$1" 32 "$pid"
        equal_safe "$1" "while it has its pages"
}

has_region() {
        regions app | grep -q "consumer-huge-$1.*\"pid\":"
}

let_go() {
        kill "$pid"
        check "it ends" within 20 test ! -e /proc/$pid
}

no_pages() {
        [ "$(pool 0 $HUGE)$(pool 1 $HUGE)" = 00 ]
}

equal_pools() { # PAGES
        equal "pools" "0:1048576=0+0 0:2048=$1+0 1:1048576=0+0 1:2048=$1+0" "$(pools)"
}

equal "state of the system" running "$STATE"
equal_pools 32
check "an image" make_image
check "a container" run
container=$(podman inspect -f '{{.State.Pid}}' app)
equal "mounts inside" 1 "$(mounts_inside)"
consume 1
let_go

echo "# restart outside, with the container"
before=$(stat -c %i /run/app/.huge)
check "restart" systemctl restart fd-shmem@app.target
check "another mount" [ "$before" != "$(stat -c %i /run/app/.huge)" ]
equal "the container goes on" "$container" "$(podman inspect -f '{{.State.Pid}}' app)"
equal "mounts inside" 1 "$(mounts_inside)"
equal "the mount inside" "$(stat -c %i /run/app/.huge)" "$(inside /bin/busybox stat -c %i /mnt/app/.huge)"
consume 0

echo "# stop outside, while a process of the container has a region"
systemctl stop fd-shmem.target
equal_state fd-shmem-teardown@app.service failed
contains "who it is" "$(journal fd-shmem-teardown@app.service)" "pid $pid .*consumer.* has region consumer-huge-0"
equal "its pages on node 0" 32 "$(huge_pages "$pid" 0)"
let_go

echo "# it has ended, and the container goes on"
check "the teardown is completed" within 60 test ! -e /run/app
equal "the container goes on" "$container" "$(podman inspect -f '{{.State.Pid}}' app)"
equal "mounts inside" 0 "$(mounts_inside)"
check "pages are back" within 20 no_pages
equal_gone /run/app
equal_pools 0

echo "# a clean stop, with another container that sees the domain"
check "start" systemctl start fd-shmem.target
check "end of the container" podman rm -f -t 1 app
check "a container" run
equal "mounts inside" 1 "$(mounts_inside)"
check "stop" systemctl stop fd-shmem.target
equal_gone /run/app
equal_pools 0
equal "mounts inside" 0 "$(mounts_inside)"
check "end of the container" podman rm -f -t 1 app
finish
