# SPDX-License-Identifier: LGPL-2.1-or-later
"""Machines that stay up side by side until a test is through with them, reached over ssh as root.

    with Fleet([load("tests/fleet/node.sh")] * 3, install=build, forward=[9100]) as machines:
        print(machines[0].ssh("fd-shmem query").stdout)
        fetch(f"http://127.0.0.1:{machines[0].port(9100)}/metrics")

The scenario says what machine it is; its head has "#@ network: yes" and "#@ packages: openssh-server", and its
script, which machine-test would run, is not: the machine waits. While there is a fleet, no other machine runs."""

import contextlib
import copy
import shlex
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from . import cache, image, machine, rootfs

SSH = 22
WAITS = "#!/bin/bash\n# SPDX-License-Identifier: LGPL-2.1-or-later\nexec sleep infinity\n"
SSHD = "UsePAM no\nPermitRootLogin prohibit-password\nUseDNS no\n"


def free_ports(count):
    """Ports of the host that nobody has at the moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Node:
    """One machine of the fleet. QEMU runs in a process, and a thread reads what it prints."""

    def __init__(self, guest, scenario, key):
        self.guest = guest
        self.ports = {theirs: ours for ours, theirs in scenario.forwards.items()}
        self.key = key
        self.status = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        self.status = self.guest.run()

    def port(self, theirs):
        """The host's port that is forwarded to that one of the machine."""
        return self.ports[theirs]

    def ssh_command(self):
        return ["ssh", "-i", str(self.key), "-p", str(self.port(SSH)), "-oBatchMode=yes",
                "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR",
                "-oConnectTimeout=60", "-oServerAliveInterval=30", "root@127.0.0.1"]

    def ssh(self, command, check=True, **options):
        """Runs a shell command on the machine; subprocess.run()'s answer, as text."""
        text = command if isinstance(command, str) else shlex.join(command)
        return subprocess.run([*self.ssh_command(), text], check=check, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              **options)

    def wait(self):
        """Until it answers; it may take minutes on a busy host."""
        while self.ssh("true", check=False).returncode != 0:
            if not self.thread.is_alive():
                raise RuntimeError(f"a machine ended with status {self.status}:\n{self.guest.console_tail()}")
            time.sleep(0.5)
        self.ssh("timeout 600 systemctl is-system-running --wait || true")

    def end(self):
        self.guest.qemu.kill()
        self.thread.join()


class Fleet:
    """SCENARIOS are of harness/scenario.py, one for each machine; INSTALL a build directory whose installation
    they have; FORWARD the ports that are reached from here, besides ssh's; OVERLAYS directories over all."""

    def __init__(self, scenarios, install=None, forward=(), overlays=(), suite=None):
        self.scenarios = [copy.deepcopy(scenario) for scenario in scenarios]
        self.install = install
        self.forward = [SSH, *forward]
        self.overlays = [Path(overlay).resolve() for overlay in overlays]
        self.suite = suite
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleet.")))
            trees = [rootfs.prepared(self.suite, scenario.all_packages()) for scenario in self.scenarios]
            stack.enter_context(cache.all_machine_slots())
            installed = [self.make_common_layer(), *self.overlays]
            nodes = []
            for number, (scenario, tree) in enumerate(zip(self.scenarios, trees)):
                nodes.append(self.boot(number, scenario, tree, installed))
                stack.callback(nodes[-1].end)
            for node in nodes:
                node.wait()
            self.stack = stack.pop_all()
            return nodes

    def __exit__(self, *error):
        self.stack.close()

    @property
    def key(self):
        return self.work / "key"

    def make_common_layer(self):
        """fd-shmem as installed, and the key that lets us in."""
        layer = self.work / "installed"
        layer.mkdir()
        if self.install:
            image.install_tree(Path(self.install).resolve(), layer)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True)
        ssh = layer / "root" / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        ssh.parent.chmod(0o700)
        (ssh / "authorized_keys").write_bytes(self.key.with_suffix(".pub").read_bytes())
        drop_in = layer / "etc" / "ssh" / "sshd_config.d" / "fleet.conf"
        drop_in.parent.mkdir(parents=True)
        drop_in.write_text(SSHD)
        return layer

    def boot(self, number, scenario, tree, installed):
        work = self.work / str(number)
        work.mkdir()
        scenario.network = True
        scenario.timeout = 24 * 3600 # it ends with the fleet
        scenario.forwards = dict(zip(free_ports(len(self.forward)), self.forward))
        scenario.files = {"/etc/hostname": f"machine-{number + 1}\n", **scenario.files}
        scenario.path = work / "scenario"
        scenario.path.write_text(WAITS)
        disk = work / "root.ext4"
        image.build(disk, tree / "root", image.layers(scenario, installed, [], work, tree / "modules"), work)
        return Node(machine.Machine(scenario, tree / "vmlinux", disk), scenario, self.key)
