# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is made once per machine and kept: directories under ~/.cache/fd-shmem, and the slots that
keep the number of machines running side by side within the memory."""

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

# A machine of 6 GiB each, with up to a quarter of that touched: two are fast on two cores.
MACHINES_AT_ONCE = 2


def directory():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "fd-shmem"
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(path):
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(name, make):
    """The directory NAME in the cache. If it is missing, make(directory) fills a temporary one, which
    takes the name only when it is complete; whoever else wants it waits."""
    final = directory() / name
    with locked(directory() / f"{name}.lock"):
        if not final.exists():
            partial = directory() / f"{name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            make(partial)
            partial.rename(final)
    return final


@contextlib.contextmanager
def machine_slot():
    """Holds one of the places for a running machine; waits for one."""
    paths = [directory() / f"machine-{n}.lock" for n in range(MACHINES_AT_ONCE)]
    while True:
        for path in paths:
            with open(path, "w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        time.sleep(0.2)


@contextlib.contextmanager
def all_machine_slots():
    """Holds every place: machines that belong together may be more than run side by side otherwise."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(locked(directory() / "machines.lock")) # two who each have a part would wait forever
        for n in range(MACHINES_AT_ONCE):
            stack.enter_context(locked(directory() / f"machine-{n}.lock"))
        yield
