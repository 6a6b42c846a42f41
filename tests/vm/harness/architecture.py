# SPDX-License-Identifier: LGPL-2.1-or-later
"""What differs between machines of one architecture and another: the emulator and what it emulates, the
serial ports, Debian's kernel. All are emulated (machine.py), so that the host's own is no exception.

A kernel is named with the page size that it is built for: "arm64-16k" is an arm64 machine with Debian's kernel
of that name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    name: str          # Debian's
    triplet: str
    emulator: str      # of machines
    machine: tuple
    cpu: tuple
    console: str       # the first serial port, the kernel's
    port: str          # the second one, the test's
    port_arguments: tuple
    kernel_package: str
    command_line: str = ""


# On a busy host the kernel may take an emulated timer for a broken one, and panic: it is not checked.
# KVM of a machine that is itself virtual can hang ordinary guests. Newer kernels hung now and then with
# QEMU 7.2 and cx16.
AMD64 = Architecture(
    "amd64", "x86_64-linux-gnu", "qemu-system-x86_64", ("-machine", "pc", "-accel", "tcg,thread=multi"),
    ("max", "cx16=off"), "ttyS0", "ttyS1", ("-serial", "chardev:test"),
    # NVMe and ext4 are built into this flavour: it boots from a disk without an initrd.
    "linux-image-cloud-amd64", "tsc=reliable no_timer_check mitigations=off lpj=10000000")

# The board has one serial port; the other one is a card's. Emulating what newer processors have on top of
# this one (signed pointers, vectors of any length) would cost time and show nothing.
ARM64 = Architecture(
    "arm64", "aarch64-linux-gnu", "qemu-system-aarch64", ("-machine", "virt", "-accel", "tcg,thread=multi"),
    ("neoverse-n1",), "ttyAMA0", "ttyS0", ("-device", "pci-serial,chardev=test"),
    "linux-image-cloud-arm64", "mitigations=off")

ALL = {architecture.name: architecture for architecture in (AMD64, ARM64)}


def parse(name):
    if name not in ALL:
        raise ValueError(f"architecture: {name}: one of {', '.join(ALL)} expected")
    return ALL[name]
