#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the #include lines of the sources against the table of rooms in docs/architecture.md, and draws
that table.

    rooms.py --source DIRECTORY            checks; every breach is a line, and the exit status is 1
    rooms.py --source DIRECTORY --draw     writes docs/architecture.svg
    rooms.py --source DIRECTORY --floors   prints a line per room: files, floors
"""

import argparse
import collections
import pathlib
import re
import sys

import tree

TABLE = 'docs/architecture.md'
PICTURE = 'docs/architecture.svg'
ROW = re.compile(r'\| `(?P<room>[\w/]+)` \| (?P<holds>.+?) \| (?P<uses>.*?)\s*\| (?P<libraries>.*?)\s*\|$')
INCLUDE = re.compile(r'^\s*#\s*include "([^"]+)"', re.M)
LIBRARIES = {library: re.compile(rf'^\s*#\s*include <{header}', re.M) for library, header in {
    'inih': r'ini\.h', 'json-c': 'json', 'libmount': 'libmount', 'libsmartcols': 'libsmartcols',
    'libsystemd': 'systemd/'}.items()}
SOURCE = re.compile(r'^(basic|conf|generator|helpers)/.*\.(c|h|inc)$')
COMMON = ('basic', 'basic/words')  # every room may use them
FILES_MAX = 14
FLOORS_MAX = 7


def stem(path):
    """A source and its header are one file to a reader: x/y.c and x/y.h are x/y."""
    return path.rsplit('.', 1)[0]


def folder(path):
    return path.rsplit('/', 1)[0]


class Table:
    """The rooms in the order of the table, and the rooms that each may use."""

    def __init__(self, text):
        self.uses = {}
        self.libraries = {}
        for line in text.splitlines():
            row = ROW.match(line)
            if row:
                self.uses[row['room']] = [self.find(name)
                                          for name in re.findall(r'`([\w/]+)`', row['uses'])]
                self.libraries[row['room']] = re.findall(r'[\w-]+', row['libraries'])

    def find(self, name):
        """The room above that NAME is short for; a room below cannot be used."""
        found = [room for room in self.uses if room == name or room.endswith('/' + name)]
        if len(found) != 1:
            raise SystemExit(f'{TABLE}: "{name}" is no single room above')
        return found[0]


class Sources:
    """Which file includes which, of those that are tracked."""

    def __init__(self, root):
        self.files = [name for name in tree.tracked() if SOURCE.match(name)]
        known = set(self.files)
        texts = {name: (root / name).read_text() for name in self.files}
        self.includes = {name: [target for target in INCLUDE.findall(text) if target in known]
                         for name, text in texts.items()}
        self.libraries = {name: {library for library, header in LIBRARIES.items()
                                 if header.search(text)} for name, text in texts.items()}

    def between_rooms(self):
        """{(room, used room): [a file that does it, ...]}"""
        arrows = collections.defaultdict(list)
        for name, targets in self.includes.items():
            for target in targets:
                if folder(name) != folder(target):
                    arrows[folder(name), folder(target)].append(f'{name} includes {target}')
        return arrows

    def between_files(self):
        arrows = {stem(name): set() for name in self.files}
        for name, targets in self.includes.items():
            arrows[stem(name)] |= {stem(target) for target in targets} - {stem(name)}
        return arrows


def find_circles(arrows):
    """Each set of nodes that can reach one another (Tarjan's strongly connected components)."""
    index, low, stack, circles = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in arrows[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            circle = []
            while not circle or circle[-1] != node:
                circle.append(stack.pop())
            if len(circle) > 1:
                circles.append(sorted(circle))

    for node in arrows:
        if node not in index:
            visit(node)
    return circles


def count_floors(room, arrows):
    """The longest way down from file to file within ROOM, in files; circles must have been ruled out."""
    known = {}

    def height(node):
        if node not in known:
            known[node] = 1  # ends a circle, if there is one
            known[node] += max((height(target) for target in arrows[node]
                                if folder(target) == room), default=0)
        return known[node]

    return max((height(node) for node in arrows if folder(node) == room), default=0)


def check_arrows(table, sources):
    arrows = sources.between_rooms()
    for (room, target), places in sorted(arrows.items()):
        if room not in table.uses:
            yield f'{room} is no room of {TABLE}'
        elif target not in COMMON and target not in table.uses[room]:
            yield f'{room} may not use {target}: {places[0]}'
    for room, targets in table.uses.items():
        for target in targets:
            if (room, target) not in arrows:
                yield f'{TABLE}: {room} does not use {target}'


def check_libraries(table, sources):
    used = collections.defaultdict(set)
    for name, libraries in sources.libraries.items():
        used[folder(name)] |= libraries
        for library in sorted(libraries - set(table.libraries.get(folder(name), []))):
            yield f'{folder(name)} may not use {library}: {name}'
    for room, libraries in table.libraries.items():
        for library in libraries:
            if library not in used[room]:
                yield f'{TABLE}: {room} does not use {library}'


def check_rooms(table, sources):
    arrows = sources.between_files()
    for circle in find_circles(arrows):
        yield 'a circle of files: ' + ', '.join(circle)
    for room in table.uses:
        count = sum(folder(name) == room and name.endswith('.c') for name in sources.files)
        if not count:
            yield f'{TABLE}: there is no room {room}'
        if count > FILES_MAX:
            yield f'{room} has {count} source files, more than {FILES_MAX}'
        floors = count_floors(room, arrows)
        if floors > FLOORS_MAX:
            yield f'{room} has {floors} floors, more than {FLOORS_MAX}'


def check_names(sources):
    names = collections.defaultdict(set)
    for name in sources.files:
        names[stem(name).rsplit('/', 1)[1]].add(stem(name))
    for places in names.values():
        if len(places) > 1:
            yield 'two files of one name: ' + ', '.join(sorted(places))


def floors_of_rooms(table):
    """{room: 0 for those that use none, ...}: one above the highest room that it uses."""
    floors = {}
    for room, targets in table.uses.items():
        floors[room] = 1 + max((floors[target] for target in targets), default=COMMON.index(room) - 1
                               if room in COMMON else 1)
    return floors


def draw(table):
    """The table as a picture: rooms on floors, arrows only where no longer way says the same."""
    width, height, gap, label = 128, 30, 46, 'font: 13px sans-serif'
    floors = floors_of_rooms(table)
    rows = collections.defaultdict(list)
    for room in table.uses:
        rows[floors[room]].append(room)
    total = (max(len(row) for row in rows.values()) + 1) * (width + 24)
    bottom = (max(rows) + 1) * (height + gap) + 20
    place = {}
    for floor, row in rows.items():
        for i, room in enumerate(row):
            place[room] = (total * (i + 1) / (len(row) + 1),
                           bottom - (floor + 1) * (height + gap) + gap / 2)

    def reaches(room, target):
        return target in table.uses[room] or any(reaches(via, target) for via in table.uses[room])

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{bottom}" '
             f'viewBox="0 0 {total} {bottom}">',
             '<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->',
             '<!-- made by tests/house/rooms.py from docs/architecture.md -->',
             f'<rect width="{total}" height="{bottom}" fill="#ffffff"/>',
             '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
             'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#708090"/></marker></defs>']
    for room, targets in table.uses.items():
        below = targets or ([] if room == COMMON[0] else COMMON[:1] if room == COMMON[1]
                            else COMMON[1:])
        for target in below:
            if any(reaches(via, target) for via in below if via != target):
                continue
            (x1, y1), (x2, y2) = place[room], place[target]
            lines.append(f'<path d="M{x1:.0f} {y1 + height:.0f}C{x1:.0f} {y1 + height + 24:.0f} '
                         f'{x2:.0f} {y2 - 24:.0f} {x2:.0f} {y2 - 2:.0f}" fill="none" '
                         'stroke="#708090" marker-end="url(#tip)"/>')
    colours = {'helpers/modules': '#dbeafe', 'helpers/tool': '#dcfce7'}
    for room, (x, y) in place.items():
        colour = next((c for start, c in colours.items() if room.startswith(start)), '#fef3c7')
        name = room.replace('helpers/modules/', '').replace('helpers/tool/', 'tool/').replace(
            'helpers/tool', 'tool')
        lines.append(f'<rect x="{x - width / 2:.0f}" y="{y:.0f}" width="{width}" height="{height}" '
                     f'rx="5" fill="{colour}" stroke="#708090"/>')
        lines.append(f'<text x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle" '
                     f'style="{label}">{name}</text>')
    return '\n'.join(lines) + '\n</svg>\n'


def check_picture(table, root):
    picture = root / PICTURE
    if not picture.exists() or picture.read_text() != draw(table):
        yield f'{PICTURE} was not made from {TABLE}: run tests/house/rooms.py --draw'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--source', type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument('--draw', action='store_true')
    parser.add_argument('--floors', action='store_true')
    args = parser.parse_args()
    tree.source = args.source
    table = Table((args.source / TABLE).read_text())
    sources = Sources(args.source)

    if args.draw:
        (args.source / PICTURE).write_text(draw(table))
        return 0
    if args.floors:
        arrows = sources.between_files()
        for room in table.uses:
            count = sum(folder(name) == room and name.endswith('.c') for name in sources.files)
            print(f'{room:28} {count:2} files {count_floors(room, arrows)} floors')
        return 0

    problems = [*check_arrows(table, sources), *check_libraries(table, sources),
                *check_rooms(table, sources), *check_names(sources),
                *check_picture(table, args.source)]
    print('\n'.join(problems) or f'{len(table.uses)} rooms, every arrow in the table')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
