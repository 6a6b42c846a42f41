# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine in QEMU: its command line, its two serial ports, its verdict.

The first port is the kernel's console, kept for the case that something goes wrong. The second one is
the test's: its lines are passed on, except those that begin with a mark:

    #BOOT NUMBER STATE   multi-user.target was reached (again)
    #EXIT STATUS         the scenario is over
"""

import base64
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

BARE = ["-nodefaults", "-no-user-config", "-display", "none", "-nic", "none"]

# init_on_alloc=0: zeroing pages at reservation would make the guest's memory real on the host.
COMMAND_LINE = ("console={console} systemd.unit=machine-test.target systemd.show_status=0 "
                "systemd.log_target=journal-or-kmsg {own} init_on_alloc=0 printk.devkmsg=on panic=0 "
                "loglevel=5 root=/dev/nvme0n1 rootfstype=ext4 {root_mode} init=/usr/lib/systemd/systemd ")


def network_arguments(scenario):
    """QEMU's own network: the machine is 10.0.2.15, and the host 10.0.2.2."""
    if not scenario.network:
        return []
    forwards = "".join(f",hostfwd=tcp:127.0.0.1:{ours}-:{theirs}"
                       for ours, theirs in scenario.forwards.items())
    return ["-netdev", f"user,id=network{forwards}",
            "-device", "virtio-net-pci,netdev=network,romfile="]


def credential_arguments(scenario):
    arguments = []
    for name, text in scenario.fw_cfg.items():
        doubled = text.replace(",", ",,")
        arguments += ["-fw_cfg", f"name=opt/io.systemd.credentials/{name},string={doubled}"]
    for name, text in scenario.credentials.items():
        encoded = base64.b64encode(text.encode()).decode()
        arguments += ["-smbios", f"type=11,value=io.systemd.credential.binary:{name}={encoded}"]
    return arguments


def qemu_command(scenario, kernel, image, test_port):
    emulated = scenario.architecture
    append = " ".join(scenario.append) + (" net.ifnames=0" if scenario.network else "")
    root_mode = "" if re.search(r"(^| )ro( |$)", append) else "rw"
    command_line = COMMAND_LINE.format(console=emulated.console, own=emulated.command_line,
                                       root_mode=root_mode)
    return [emulated.emulator, *BARE, *emulated.machine,
            "-cpu", ",".join([*emulated.cpu, *scenario.cpu]), *topology.qemu_arguments(scenario.nodes),
            *([] if scenario.reboots else ["-no-reboot"]),
            "-kernel", str(kernel), "-append", command_line + append,
            *(["-initrd", str(scenario.initrd)] if scenario.initrd else []),
            "-drive", f"file={image},if=none,id=root,format=raw,cache=unsafe",
            "-device", "nvme,serial=root,drive=root" + (",bus=pci.0" if scenario.devices else ""),
            *topology.device_arguments(scenario.devices), *network_arguments(scenario),
            *credential_arguments(scenario),
            "-serial", "stdio", "-chardev", f"socket,id=test,fd={test_port}",
            *emulated.port_arguments]


class Machine:
    def __init__(self, scenario, kernel, image, output=sys.stdout):
        self.output = output
        self.console = b""
        self.status = None
        self.partial = b""
        self.deadline = time.monotonic() + scenario.timeout
        self.port, theirs = socket.socketpair()
        with theirs:
            self.qemu = subprocess.Popen(
                qemu_command(scenario, kernel, image, theirs.fileno()),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()])

    def run(self):
        """Runs until power-off; the scenario's status, or one that says how it ended instead."""
        try:
            ended = self.listen()
        finally:
            self.qemu.kill()
            self.qemu.wait()
            self.port.close()
        if b"Kernel panic" in self.console:
            return PANIC
        if not ended:
            return TIMEOUT
        return NO_VERDICT if self.status is None else self.status

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
        mark = re.match(r"#EXIT (\d+)", line)
        if mark:
            self.status = int(mark[1])
        elif not line.startswith("#BOOT "):
            print(line, file=self.output, flush=True)

    def ended_before_init(self):
        """Whether the kernel's trace is one of its own start; none of what is tested has a part in that."""
        return b"start_kernel" in self.console or b"kernel_init_freeable" in self.console

    def console_tail(self, size=4000):
        return self.console[-size:].decode(errors="replace")
