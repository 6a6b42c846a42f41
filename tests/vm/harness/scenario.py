# SPDX-License-Identifier: LGPL-2.1-or-later
"""A scenario: one bash script that runs in the machine, and whose head says what machine that is.

    #@ topology: 1:3072,1:3072     nodes, as harness/topology.py reads them
    #@ architecture: arm64         what machine it is, as harness/architecture.py knows them
    #@ device: e1000 node=1        a PCI device on that node, or where the machine does not say; "disk": an NVMe disk
    #@ unmask: systemd-udevd.service   units that run all the same (guest/masked)
    #@ modules: yes                the kernel's modules are there
    #@ network: yes                a card that reaches the host's network through QEMU, up at boot
    #@ credential: NAME=VALUE      a system credential, by SMBIOS; \n in VALUE is a newline
    #@ fw_cfg: NAME=VALUE          the same by QEMU's own way for firmware
    #@ cpu: pdpe1gb=off            more flags of the emulated CPU
    #@ append: hugepages=64        more of the kernel's command line
    #@ fixture: consumer           tests/vm/fixtures/consumer/ is laid over the root file system
    #@ packages: postgresql-15     further Debian packages, blanks between; each set is an image of its own
    #@ recipe: postgresql          docs/recipes/postgresql.conf is /etc/fd-shmem.conf.d/50-postgresql.conf
    #@ reboots: 1                  the script may leave with status 75 this often: reboot, run again
    #@ poweroff: clean             shut down by systemd at the end, stop jobs and all
    #@ timeout: 120                seconds from power-on to power-off
    #@ file: /etc/fd-shmem.conf    a file, its text in the lines that follow
    #| [firedancer]
    #| Path=/mnt/.fd
"""

from dataclasses import dataclass, field
from pathlib import Path

from . import topology
from .architecture import AMD64, Architecture
from .architecture import parse as parse_architecture


@dataclass
class Scenario:
    path: Path
    architecture: Architecture = AMD64
    nodes: list = field(default_factory=lambda: topology.parse(topology.DEFAULT))
    devices: list = field(default_factory=list)
    unmasked: list = field(default_factory=list)
    initrd: Path = None # set by a program
    modules: bool = False
    network: bool = False
    forwards: dict = field(default_factory=dict) # a port of the host: one of the machine
    credentials: dict = field(default_factory=dict)
    fw_cfg: dict = field(default_factory=dict)
    cpu: list = field(default_factory=list)
    append: list = field(default_factory=list)
    fixtures: list = field(default_factory=list)
    packages: list = field(default_factory=list)
    recipes: list = field(default_factory=list)
    reboots: int = 0
    clean: bool = False
    timeout: float = 120
    files: dict = field(default_factory=dict)

    def all_packages(self):
        """Those named, and what brings up the network."""
        return self.packages + (["iproute2"] if self.network else [])

    def take(self, key, value):
        if key == "topology":
            self.nodes = topology.parse(value)
        elif key == "architecture":
            self.architecture = parse_architecture(value)
        elif key == "device":
            self.devices.append(topology.parse_device(value))
        elif key == "unmask":
            self.unmasked += value.split()
        elif key in ("modules", "network") and value == "yes":
            setattr(self, key, True)
        elif key in ("credential", "fw_cfg") and "=" in value:
            name, _, text = value.partition("=")
            given = self.credentials if key == "credential" else self.fw_cfg
            given[name] = text.replace("\\n", "\n")
        elif key == "cpu":
            self.cpu.append(value)
        elif key == "append":
            self.append.append(value)
        elif key == "fixture":
            self.fixtures.append(value)
        elif key == "packages":
            self.packages += value.split()
        elif key == "recipe":
            self.recipes.append(value)
        elif key == "reboots":
            self.reboots = int(value)
        elif key == "poweroff" and value in ("clean", "forced"):
            self.clean = value == "clean"
        elif key == "timeout":
            self.timeout = float(value)
        elif key == "file" and value.startswith("/"):
            self.files[value] = ""
        else:
            raise ValueError(f"unknown line: #@ {key}: {value}")


def load(path):
    scenario = Scenario(Path(path))
    current = None
    for number, line in enumerate(scenario.path.read_text().splitlines(), 1):
        if line.startswith("#@ "):
            key, _, value = line[3:].partition(":")
            try:
                scenario.take(key.strip(), value.strip())
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from error
            current = value.strip() if key.strip() == "file" else None
        elif line.startswith("#|") and current:
            scenario.files[current] += line[2:].removeprefix(" ") + "\n"
    return scenario
