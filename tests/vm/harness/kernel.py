# SPDX-License-Identifier: LGPL-2.1-or-later
"""The uncompressed kernel inside a bzImage, which is what x86 boots. Unpacking it once, here, saves every
emulated machine the seconds that it would spend on it at each boot. arm64 boots an Image as it is."""

import gzip
import lzma
import struct
import subprocess

# Offsets in the setup header, Documentation/x86/boot.rst of the kernel.
SETUP_SECTORS = 0x1F1
MAGIC = 0x202
PAYLOAD = 0x248

# Documentation/arch/arm64/booting.rst of the kernel: "ARM\x64".
ARM64_MAGIC = slice(0x38, 0x3C)


def of_tree(root, work):
    """The file in WORK with the kernel of the tree ROOT; None: it has none."""
    images = sorted([*root.glob("boot/vmlinuz-*"), *root.glob("usr/lib/modules/*/vmlinuz")])
    if not images:
        return None
    path = work / "vmlinux"
    path.write_bytes(extract(images[-1].read_bytes()))
    return path


def extract(image):
    """What the emulator boots of IMAGE, both as bytes: the ELF vmlinux in a bzImage, an Image of arm64's as it
    is."""
    if image[ARM64_MAGIC] == b"ARMd":
        return image
    if image[MAGIC:MAGIC + 4] != b"HdrS":
        raise ValueError("not a bzImage")
    sectors = image[SETUP_SECTORS] or 4
    offset, length = struct.unpack_from("<II", image, PAYLOAD)
    start = (sectors + 1) * 512 + offset
    kernel = decompress(image[start:start + length])
    if not kernel.startswith(b"\x7fELF"):
        raise ValueError("the payload of the bzImage is not an ELF file")
    return kernel


def decompress(payload):
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return gzip.decompress(payload)
    for magic, command in ((b"\x02\x21\x4c\x18", "lz4"), (b"\x28\xb5\x2f\xfd", "zstd")):
        if payload.startswith(magic):
            # Trailing bytes after the stream make both fail at the very end, with all of it written.
            return subprocess.run([command, "-dc"], input=payload, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=False).stdout
    raise ValueError(f"unknown compression of the kernel: {payload[:6].hex()}")
