# SPDX-License-Identifier: LGPL-2.1-or-later
"""Medians and spread, as a file and as a table."""

import csv
import statistics

FIELDS = ["type", "state", "contestant", "repetition", "asked", "bound", "got", "seconds",
          "stall_ms", "missing_mib", "cache_lost_mib", "slab_lost_mib", "small_lost"]


class Rows:
    """Collects rows, and writes each to the file at once."""

    def __init__(self, path):
        self.rows = []
        self.file = open(path, "w", encoding="utf-8")
        self.writer = csv.DictWriter(self.file, FIELDS)
        self.writer.writeheader()

    def add(self, row):
        self.rows.append(row)
        self.writer.writerow(row)
        self.file.flush()


def groups(rows):
    """The rows of each state and contestant, in the order in which these first came."""
    states = list(dict.fromkeys(row["state"] for row in rows))
    names = list(dict.fromkeys(row["contestant"] for row in rows))
    for state in states:
        for name in names:
            found = [row for row in rows if (row["state"], row["contestant"]) == (state, name)]
            if found:
                yield state, name, found


def column(rows, name):
    return [row[name] for row in rows]


def shares(rows):
    """Per cent of what was asked, or of the bound where that is less. Where there is nothing to be
    had, nothing is all of it."""
    possible = [min(row["asked"], row["bound"]) for row in rows]
    return [100 * row["got"] / most if most else 100 for row, most in zip(rows, possible)]


def spread(values, form):
    return (f"{form.format(statistics.median(values))} "
            f"({form.format(min(values))}-{form.format(max(values))})")


def loss(rows):
    """MiB of cache and slab together, and how many times the MiB missing at the start that is."""
    lost = [row["cache_lost_mib"] + row["slab_lost_mib"] for row in rows]
    times = [mib / row["missing_mib"] for mib, row in zip(lost, rows) if row["missing_mib"]]
    said = f"{statistics.median(lost):.0f}"
    return said + (f" ({statistics.median(times):.1f} x)" if times else "")


HEAD = """
| state | contestant | runs | got, of asked; bound | % of what can be had: median (worst) \
| seconds: median (spread) | cache and slab lost, MiB (x missing) | longest stall, ms: median (worst) |
|---|---|---|---|---|---|---|---|"""


def print_table(rows):
    print(HEAD)
    for state, name, found in groups(rows):
        got, asked, bound = (statistics.median(column(found, key))
                             for key in ("got", "asked", "bound"))
        stalls, small = column(found, "stall_ms"), sum(row.get("small_lost") or 0 for row in found)
        seconds = column(found, "seconds")
        took = spread(seconds, "{:.3f}") if max(seconds) > 0 else "at boot"
        note = f", {small} of 2 MiB lost" if small else ""
        print(f"| {state} | {name} | {len(found)} | {got:g} of {asked:g}; {bound:g}{note} "
              f"| {statistics.median(shares(found)):.1f} ({min(shares(found)):.1f}) "
              f"| {took} | {loss(found)} "
              f"| {statistics.median(stalls):.1f} ({max(stalls):.1f}) |")
