# SPDX-License-Identifier: LGPL-2.1-or-later
"""The results as a figure: for each state and contestant what was got, and how long it took."""

import shutil
import statistics
import subprocess

from results import column, groups, shares

GNUPLOT = """
set terminal {terminal} size {width},900
set output "{output}"
set multiplot layout 2,1 title "{title}"
set style fill solid 0.7 noborder
set boxwidth {width_of_box}
set grid ytics
set xrange [-0.6:{last}]
set xtics ({tics}) rotate by 20 right
set key outside top horizontal
set ylabel "got, % of what can be had"
set yrange [0:*]
plot {yields}
set ylabel "seconds"
set yrange [0.001:*]
set logscale y
unset key
plot {times}
unset multiplot
"""


def table(rows):
    """Of each contestant the points: state, share and seconds, both as median, least, most."""
    states = list(dict.fromkeys(row["state"] for row in rows))
    points = {}
    for state, name, found in groups(rows):
        seconds = [max(0.001, value) for value in column(found, "seconds")]
        numbers = [f(values) for values in (shares(found), seconds)
                   for f in (statistics.median, min, max)]
        points.setdefault(name, []).append((states.index(state), *numbers))
    return states, points


def script(rows, title):
    states, points = table(rows)
    box = 0.8 / max(1, len(points))
    lines = [[" ".join(f"{number:g}" for number in point) for point in of]
             for of in points.values()]
    data = "".join(f"$d{i} << EOD\n" + "\n".join(of) + "\nEOD\n" for i, of in enumerate(lines))

    def plots(first):
        parts = []
        for i, name in enumerate(points):
            x = f"($1+{(i - (len(points) - 1) / 2) * box:.3f})"
            parts.append(f'$d{i} using {x}:{first} with boxes lc {i + 1} title "{name}"')
            parts.append(f"$d{i} using {x}:{first}:{first + 1}:{first + 2} with yerrorbars "
                         "lc rgb '#404040' pt 0 notitle")
        return ", ".join(parts)

    tics = ", ".join(f'"{state}" {i}' for i, state in enumerate(states))
    return data + GNUPLOT, {"title": title, "width_of_box": box * 0.9, "tics": tics,
                            "last": len(states) - 0.4, "width": max(900, 150 * len(states)),
                            "yields": plots(2), "times": plots(5)}


def draw(rows, path, title):
    """PATH.svg and PATH.png, if there is a gnuplot."""
    if not shutil.which("gnuplot"):
        print("no figure: gnuplot is not installed")
        return
    text, values = script(rows, title)
    # The braces of the data are none of format's business: there are none.
    for terminal, ending in (("svg", "svg"), ("pngcairo", "png")):
        filled = text.format(terminal=terminal, output=f"{path}.{ending}", **values)
        if subprocess.run(["gnuplot"], input=filled, text=True, check=False).returncode == 0:
            print(f"figure: {path}.{ending}")
