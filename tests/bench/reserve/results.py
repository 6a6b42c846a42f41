# SPDX-License-Identifier: LGPL-2.1-or-later
"""Medians and spread, as a table and as a plot."""

import shutil
import statistics
import subprocess


def groups(rows):
    """The rows of each state and contestant, in the order in which these first came."""
    states = list(dict.fromkeys(row["state"] for row in rows))
    names = list(dict.fromkeys(row["contestant"] for row in rows if row["repetition"] == 0))
    for state in states:
        for name in names:
            found = [row for row in rows if (row["state"], row["contestant"]) == (state, name)]
            if found:
                yield state, name, found


def spread(values, form):
    return (f"{form.format(statistics.median(values))} "
            f"({form.format(min(values))}-{form.format(max(values))})")


def shares(rows):
    """Per cent of what was asked, or of the bound where that is less."""
    return [100 * row["got"] / max(1, min(row["asked"], row["bound"])) for row in rows]


def share(rows):
    values = shares(rows)
    return f"{statistics.median(values):.1f} ({min(values):.1f})"


def print_table(rows):
    print("| state | contestant | runs | got, % of what can be had: median (worst) "
          "| seconds: median (spread) | cache lost, MiB |")
    print("|---|---|---|---|---|---|")
    for state, name, found in groups(rows):
        print(f"| {state} | {name} | {len(found)} | {share(found)} "
              f"| {spread([row['seconds'] for row in found], '{:.3f}')} "
              f"| {statistics.median([row['lost_mib'] for row in found]):.0f} |")


GNUPLOT = """set terminal {terminal} size 1100,600
set output "{output}"
set logscale x
set xlabel "seconds (median)"
set ylabel "pages got, % of what can be had (median, worst to best)"
set yrange [0:*]
set key outside
set title "Each point is one state of the memory"
plot {plots}
"""


def point(found):
    values = shares(found)
    seconds = statistics.median([row["seconds"] for row in found])
    return f"{seconds} {statistics.median(values)} {min(values)} {max(values)}"


def plot(rows, path):
    """Yield over time, PATH.svg and PATH.png, if there is a gnuplot."""
    if not shutil.which("gnuplot"):
        print("no plot: gnuplot is not installed")
        return
    series = {}
    for _, name, found in groups(rows):
        series.setdefault(name, []).append(point(found))
    data = "".join(f"$d{i} << EOD\n" + "\n".join(points) + "\nEOD\n"
                   for i, points in enumerate(series.values()))
    plots = ", ".join(f'$d{i} using 1:2:3:4 with yerrorbars pt {i + 4} title "{name}"'
                      for i, name in enumerate(series))
    for terminal, ending in (("svg", "svg"), ("pngcairo", "png")):
        script = data + GNUPLOT.format(terminal=terminal, output=f"{path}.{ending}", plots=plots)
        result = subprocess.run(["gnuplot"], input=script, text=True, check=False)
        if result.returncode == 0:
            print(f"plot: {path}.{ending}")
