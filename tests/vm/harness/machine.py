# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine in QEMU: its command line, its two serial ports, its verdict.

The first port is the kernel's console, kept for the case that something goes wrong. The second one is
the test's: its lines are passed on, except those that begin with a mark:

    #INIT                the kernel starts PID 1
    #BOOT NUMBER STATE   multi-user.target was reached (again)
    #REBOOT              on purpose
    #EXIT STATUS         the scenario is over

A kernel that does not get as far as PID 1 is the emulator's failure, which happens about once in a hundred
boots, and no test's: the machine is switched off and on again. From PID 1 on a hang is a failure.
"""

import os
import re
import selectors
import socket
import subprocess
import sys
import time

from . import topology

NO_VERDICT = 98
PANIC = 99
TIMEOUT = 124

# What a kernel takes to PID 1, many times over, and how often it may try.
INIT_SECONDS = 60
ATTEMPTS = 3

# Emulation: KVM of a machine that is itself virtual can hang ordinary guests. Newer kernels hung now
# and then with QEMU 7.2 and cx16.
EMULATION = ["-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max,cx16=off"]
BARE = ["-nodefaults", "-no-user-config", "-display", "none", "-nic", "none"]

# init_on_alloc=0: zeroing pages at reservation would make the guest's memory real on the host.
COMMAND_LINE = ("console=ttyS0 systemd.unit=machine-test.target systemd.show_status=0 "
                "systemd.log_target=journal-or-kmsg tsc=reliable mitigations=off init_on_alloc=0 "
                "printk.devkmsg=on panic=0 loglevel=5 lpj=10000000 root=/dev/nvme0n1 rootfstype=ext4 {root_mode} "
                "init=/machine-test/init ")


def qemu_command(scenario, kernel, image, test_port):
    append = " ".join(scenario.append)
    root_mode = "" if re.search(r"(^| )ro( |$)", append) else "rw"
    # However the harness ends, no machine is left running.
    return ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", *BARE, *EMULATION, *topology.qemu_arguments(scenario.nodes),
            *([] if scenario.reboots else ["-no-reboot"]),
            "-kernel", str(kernel), "-append", COMMAND_LINE.format(root_mode=root_mode) + append,
            "-drive", f"file={image},if=none,id=root,format=raw,cache=unsafe",
            "-device", "nvme,serial=root,drive=root",
            "-serial", "stdio", "-chardev", f"socket,id=test,fd={test_port}",
            "-serial", "chardev:test"]


class Machine:
    def __init__(self, scenario, kernel, image, output=sys.stdout):
        self.scenario, self.kernel, self.image = scenario, kernel, image
        self.output = output
        self.status = None

    def run(self):
        """Runs until power-off; the scenario's status, or one that says how it ended instead."""
        for _ in range(ATTEMPTS):
            ended = self.run_once()
            if ended or not self.before_init:
                break
            print("# the kernel did not get as far as PID 1: off and on again", file=self.output,
                  flush=True)
        if b"Kernel panic" in self.console:
            return PANIC
        if not ended:
            return TIMEOUT
        return NO_VERDICT if self.status is None else self.status

    def run_once(self):
        self.console, self.partial = b"", b""
        self.expect_init()
        self.port, theirs = socket.socketpair()
        with theirs:
            self.qemu = subprocess.Popen(
                qemu_command(self.scenario, self.kernel, self.image, theirs.fileno()),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()])
        try:
            return self.listen()
        finally:
            self.qemu.kill()
            self.qemu.wait()
            self.port.close()

    def expect_init(self):
        self.before_init = True
        self.deadline = time.monotonic() + INIT_SECONDS

    def listen(self):
        """False if the time was over before the machine was off."""
        with selectors.DefaultSelector() as ports:
            ports.register(self.qemu.stdout, selectors.EVENT_READ, self.take_console)
            ports.register(self.port, selectors.EVENT_READ, self.take_test)
            while ports.get_map():
                ready = ports.select(max(0, self.deadline - time.monotonic()))
                if not ready:
                    return False
                for key, _ in ready:
                    data = self.read(key.fd)
                    if not data:
                        ports.unregister(key.fileobj)
                    else:
                        key.data(data)
        return True

    @staticmethod
    def read(descriptor):
        try:
            return os.read(descriptor, 65536)
        except ConnectionResetError:
            return b""

    def take_console(self, data):
        self.console = (self.console + data)[-65536:]
        if b"Kernel panic" in self.console:
            # The trace comes out, then it is over.
            self.deadline = min(self.deadline, time.monotonic() + 1)

    def take_test(self, data):
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in lines:
            self.take_line(line.rstrip(b"\r").decode(errors="replace"))

    def take_line(self, line):
        mark = re.match(r"#(INIT|BOOT|REBOOT|EXIT)\b ?(\d*)", line)
        if not mark:
            print(line, file=self.output, flush=True)
        elif mark[1] == "INIT":
            self.before_init = False
            self.deadline = time.monotonic() + self.scenario.timeout
        elif mark[1] == "REBOOT":
            self.expect_init()
        elif mark[1] == "EXIT":
            self.status = int(mark[2])

    def console_tail(self, size=4000):
        return self.console[-size:].decode(errors="replace")
