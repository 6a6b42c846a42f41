# SPDX-License-Identifier: LGPL-2.1-or-later
"""The states that memory is brought into. What the parts mean is said in state.c."""

from dataclasses import dataclass
from typing import Callable

BOTH = ("huge", "gigantic")


@dataclass
class Recipe:
    """How a state is made of S MiB."""

    parts: Callable[[int], list]
    kinds: tuple = BOTH
    # who takes one page of 2 MiB in every 64 MiB before pages of 1 GiB are asked for
    taken_by: str = ""


def files(count):
    """More would not fit on the disk of a small machine."""
    return f"files={min(40000, count)}"


def spread_blocks(s):
    return [f"blocks={s}/32", "hold"]


STATES = {
    "clean": Recipe(lambda s: []),
    "page cache": Recipe(lambda s: [f"cache={s}"]),
    "dirty page cache": Recipe(lambda s: [f"cache={s * 3 // 4}", f"dirty={min(256, s // 8)}"]),
    "every 4th page": Recipe(lambda s: [f"anon={s}/4"]),
    "every 32nd page": Recipe(lambda s: [f"anon={s}/32"]),
    "small files": Recipe(lambda s: [f"fill={s}/24", files(s * 20), f"names={s * 200}"]),
    "shared memory": Recipe(lambda s: [f"shmem={s}/8"]),
    "locked memory": Recipe(lambda s: [f"locked={s}/8"]),
    "pipe buffers": Recipe(lambda s: [f"pipes={s // 2}/256", f"anon={s // 4}/4"]),
    "tables and sockets": Recipe(lambda s: [f"tables={s // 4}/256", f"sockets={s // 4}/256",
                                         f"anon={s // 4}/4"]),
    "mixture": Recipe(lambda s: [f"fill={s // 2}/8", f"names={s * 50}", files(s * 5),
                                 f"pipes={s // 8}/256", f"tables={s // 32}/256",
                                 f"shmem={s // 16}/4", f"anon={s // 4}/8", f"locked={s // 64}",
                                 f"cache={s // 2}"]),
    "own 2 MiB pages": Recipe(spread_blocks, ("gigantic",), "fd-shmem"),
    "others' 2 MiB pages": Recipe(spread_blocks, ("gigantic",), "others"),
}
