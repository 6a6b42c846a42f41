# SPDX-License-Identifier: LGPL-2.1-or-later
# A program in Java that runs as java-app.service from the boot on; sourced after lib.sh, client.sh and taker.sh.

unit=java-app.service

# What the process that runs now has said
java_log() {
        journalctl -b --no-pager -o cat "_PID=$(main_pid $unit)"
}

# The virtual machine has made its heap, and touched it.
is_started() {
        java_log | grep -q "RegistryImpl"
}

# Sets $pid.
wait_for_app() {
        within 180 is_started || failed "Java has not started: $(java_log)"
        pid=$(main_pid $unit)
}

# equal_app DOMAIN: it runs, after the domain
equal_app() {
        equal "state of the system" running "$STATE"
        equal_state $unit active
        equal_required $unit "$1"
        wait_for_app
}

# equal_heap PAGES: that many pages of node 0 are mapped, and none of the other
equal_heap() {
        equal "pages of node 0 that it has" "$1" "$(huge_pages "$pid" 0)"
        equal "pages of the other node" 0 "$(huge_pages "$pid" 1)"
}

# equal_stopped DOMAIN: a stop stops the program, too, and gives everything back; a start brings both
equal_stopped() {
        contains "what a stop would do" "$(fd-shmem stop --dry-run 2>&1)" "$unit would be stopped"
        check "stop" systemctl stop fd-shmem.target
        equal_state $unit inactive
        equal "pools" "0:1048576=0+0 0:2048=0+0 1:1048576=0+0 1:2048=0+0" "$(pools)"
        equal "failed units" "" "$(systemctl --failed --no-legend --plain)"
        check "start of the program brings the domain" systemctl start $unit
        equal_state "fd-shmem@$1.target" active
}
