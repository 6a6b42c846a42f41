# SPDX-License-Identifier: LGPL-2.1-or-later
"""One contestant after the other, each in a state made anew, until there are enough rows of
results."""

import contextlib
import sys
import time

from ballast import TOLERANCE, Ballast
from contestants import DOMAIN, RECORDS
from memory import MIB, Pool, cached, lazy_writing, node_memory, short_lists
from programs import Program, count_blocks
from states import STATES

ATTEMPTS = 4
# Read by the bystander; everybody has it.
SMALL_FILE = "/etc/hostname"


class Contest:
    """Of one page size. Where it ends, or is ended, everything is put back."""

    def __init__(self, options, kind, contestants, fd_shmem):
        self.options = options
        self.kind = kind
        self.contestants = contestants
        self.fd_shmem = fd_shmem
        self.stir, self.leave = options.sizes[kind]
        self.pool = Pool(options.node, kind)
        self.small = Pool(options.node, "huge")
        self.lazy = lazy_writing()
        self.lists = short_lists()

    def __enter__(self):
        programs = self.options.programs
        records = [f"remove={RECORDS / DOMAIN}:{kind}" for kind in ("huge", "gigantic")]
        self.guard = Program(programs / "guard", f"{self.pool.path}={self.pool.before}",
                             f"{self.small.path}={self.small.before}", *self.lazy.guarded(),
                             *self.lists.guarded(), f"remove={self.options.directory}", *records)
        self.ballast = Ballast(self.options.node, self.kind, (self.stir + self.leave) * MIB,
                               self.state_command())
        return self

    def __exit__(self, *_):
        self.ballast.leave()
        self.guard.say("quit")
        self.guard.leave()

    def state_command(self):
        return self.options.programs / "state", self.options.node, self.options.directory

    @contextlib.contextmanager
    def state(self, recipe):
        """Memory in that state."""
        parts = recipe.parts(self.stir)
        dirty = any(part.startswith("dirty=") for part in parts)
        with self.lazy if dirty else contextlib.nullcontext():
            state = Program(*self.state_command(), *parts)
            try:
                if recipe.taken_by:
                    self.take_blocks(recipe.taken_by)
                    state.say("")
                    state.await_ready()
                yield
            finally:
                self.give_blocks_back()
                state.leave()

    def take_blocks(self, who):
        """The holes that the state has left."""
        pages = self.stir // 2 // 32
        if who == "fd-shmem":
            self.fd_shmem.run(self.small, pages)
        else:
            self.small.write(self.small.before + pages)

    def give_blocks_back(self):
        if self.small.path != self.pool.path:
            self.fd_shmem.release(self.small)
            self.small.write(self.small.before)

    def ask(self):
        """As many pages as are available, but for what the system is to keep."""
        free, available = node_memory(self.options.node)
        wanted, keep = (self.stir + self.leave) * MIB, self.options.keep * MIB
        if free > wanted + TOLERANCE:
            raise MemoryError(f"others gave memory back in between: {free // MIB} MiB free")
        asked = min(available, wanted) - keep
        if asked < (wanted - keep) // 2:
            raise MemoryError(f"others took the memory in between: {available // MIB} MiB left")
        return asked // self.pool.size

    def run_once(self, recipe, contestant):
        """The CPUs' lists are as ever during the contest itself."""
        base = self.pool.read()
        with self.state(recipe):
            try:
                bystander = Program(self.options.programs / "bystander", self.options.node,
                                    SMALL_FILE)
                bound, whole = count_blocks(self.options.programs, self.options.node, self.kind)
                asked, small = self.ask(), self.small.read()
                cache, slab = cached()
                bystander.say("")
                bystander.await_ready()
                self.lists.write(self.lists.before)
                begin = time.monotonic()
                contestant(self.pool, base + asked)
                seconds = time.monotonic() - begin
                stall = float(bystander.leave())
                cache_now, slab_now = cached()
                result = {
                    "asked": asked, "bound": bound, "got": self.pool.read() - base,
                    "seconds": round(seconds, 4), "stall_ms": stall,
                    "missing_mib": max(0, asked - whole) * self.pool.size // MIB,
                    "cache_lost_mib": max(0, cache - cache_now) // MIB,
                    "slab_lost_mib": max(0, slab - slab_now) // MIB,
                }
                if recipe.taken_by:
                    result["small_lost"] = small - self.small.read()
                return result
            finally:
                if contestant is self.fd_shmem:
                    self.fd_shmem.release(self.pool)
                self.pool.write(base)
                self.lists.write(self.lists.values)

    def run_undisturbed(self, recipe, contestant):
        """Again if somebody else used so much memory meanwhile that the state was another."""
        for attempt in range(ATTEMPTS):
            try:
                with self.lists:
                    self.ballast.adjust()
                    result = self.run_once(recipe, contestant)
                self.ballast.check()
                return result
            except MemoryError:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(1)
        return None

    def rows(self, states, repetitions, first_repetition=0):
        """Who is first changes with each repetition."""
        for repetition in range(first_repetition, first_repetition + repetitions):
            for state in states:
                if self.kind not in STATES[state].kinds:
                    continue
                order = list(self.contestants)
                first = repetition % len(order)
                for name in order[first:] + order[:first]:
                    try:
                        result = self.run_undisturbed(STATES[state], self.contestants[name])
                    except MemoryError as error:
                        print(f"{state}, {name}: left out: {error}", file=sys.stderr)
                        continue
                    yield {"type": self.kind, "state": state, "contestant": name,
                           "repetition": repetition, **result}
