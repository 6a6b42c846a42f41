#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""update-documents.py --verbs PROGRAM [--check] SOURCE: writes into the documents below SOURCE what comes
from the tables of the program. With --check nothing is written: what differs is printed, and is a failure.

In fd-shmem(8) the entry of a verb begins with the lines between two comments, "; from the table of verbs:
NAME" and "; from here by hand"; what follows is left alone."""

import argparse
import difflib
import json
import pathlib
import re
import subprocess
import sys
import textwrap

WIDTH = 88


def dump(program):
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def wrap(text, tabs):
    """Paragraphs of scdoc, indented."""
    prefix = '\t' * tabs
    return ('\n\n').join(
        textwrap.fill(paragraph, WIDTH - 7 * tabs, break_long_words=False, break_on_hyphens=False)
        .replace('\n', '\n' + prefix).join((prefix, ''))
        for paragraph in text.split('\n\n'))


def mark_up(synopsis):
    """Options in bold, what they and the verb take underlined."""
    text = re.sub(r'(--?[a-z]+(?:-[a-z]+)*=?)', r'*\1*', synopsis)
    return re.sub(r'\b([A-Z][A-Z_]*(?:\.json)?)\b', r'_\1_', text)


def label(option):
    value = f'={option["label"]}' if option['kind'] != 'none' else ''
    if option['value_optional']:
        value = f'[{value}]'
    letter = f'-{option["letter"]}, ' if option['letter'] else ''
    return mark_up(f'{letter}--{option["name"]}{value}')


def verb_entry(verb):
    view = verb['fd-shmem']
    yield f'*{verb["name"]}*{mark_up(view["synopsis"])}'
    yield wrap(verb['help'], 1)
    for option in view['options']:
        yield f'\n\t{label(option)}'
        yield wrap(option['help'], 2)


def update_verbs(text, verbs):
    """The text of fd-shmem(8) with the entries of VERBS. Every verb has one, and nothing else has."""
    blocks = {verb['name']: '\n'.join(verb_entry(verb)) for verb in verbs}
    seen = []

    def replace(match):
        seen.append(match[1])
        if match[1] not in blocks:
            return ''
        return f'; from the table of verbs: {match[1]}\n{blocks[match[1]]}\n; from here by hand\n'

    text = re.sub(r'^; from the table of verbs: (\S+)\n.*?^; from here by hand\n', replace, text,
                  flags=re.M | re.S)
    missing = ''.join(f'; from the table of verbs: {name}\n{block}\n; from here by hand\n\n'
                      for name, block in blocks.items() if name not in seen)
    heading = '# COMMANDS THAT CHANGE\n'
    return text.replace(heading, missing + heading) if missing else text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--verbs', required=True)
    parser.add_argument('--check', action='store_true')
    parser.add_argument('source', type=pathlib.Path)
    arguments = parser.parse_args()
    verbs = dump(arguments.verbs)

    differs = False
    for name, update in (('man/fd-shmem.8.scd', lambda text: update_verbs(text, verbs)),):
        file = arguments.source / name
        before = file.read_text(encoding='utf-8')
        after = update(before)
        if before == after:
            continue
        differs = True
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True),
                                                   name, f'{name} (from the tables)'))
        if not arguments.check:
            file.write_text(after, encoding='utf-8')
    if differs and arguments.check:
        sys.exit('The documents differ from the tables. "meson compile -C BUILD update-documents" '
                 'writes what is above.')


if __name__ == '__main__':
    main()
