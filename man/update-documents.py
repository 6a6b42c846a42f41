#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes into the documents below SOURCE what comes from the tables of verbs and keys. With --check nothing
is written: what differs is printed, and is a failure.

In the man pages an entry begins with the lines between two comments, "; from the table of verbs: NAME" (or
"keys") and "; from here by hand"; what follows is left alone. In the example, a key is the comment of its
help and its line; paragraphs before the help are left alone.
"""

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
    text = re.sub(r'(-[A-Za-z]\b|--[a-z]+(?:-[a-z]+)*=?)', r'*\1*', synopsis)
    return re.sub(r'(?<!-)\b([A-Z][A-Z_]*(?:\.json)?)\b', r'_\1_', text)


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


def update_entries(text, table, entries, end):
    """TEXT with the ENTRIES of TABLE in their places. A new one is put before the next of the table, or
    before the heading END; one that the table does not have is removed."""

    def begin(name):
        return f'; from the table of {table}: {name}\n'

    def block(name):
        return f'{begin(name)}{entries[name]}\n; from here by hand\n'

    text = re.sub(rf'^; from the table of {table}: (\S+)\n.*?^; from here by hand\n',
                  lambda match: block(match[1]) if match[1] in entries else '', text, flags=re.M | re.S)
    place = end
    for name in reversed(entries):
        if begin(name) not in text:
            text = text.replace(place, block(name) + '\n' + place, 1)
        place = begin(name)
    return text


def update_verbs(text, verbs):
    """fd-shmem(8)"""
    entries = {verb['name']: '\n'.join(verb_entry(verb)) for verb in verbs}
    return update_entries(text, 'verbs', entries, '# COMMANDS THAT CHANGE\n')


def key_entry(key):
    default = key['unset'] if key['fallback'] is None else key['fallback']
    return f'*{key["name"]}=*\n' + wrap(f'{key["help"]} Default: {default}.', 1)


def update_keys(text, keys):
    """fd-shmem.conf(5)"""
    for is_global, end in ((False, '# KEYS OF [fd-shmem]\n'), (True, '# WHAT A CLAIM PROTECTS FROM\n')):
        start = text.index('# KEYS OF [fd-shmem]\n' if is_global else '# KEYS OF A DOMAIN\n')
        entries = {key['name']: key_entry(key) for key in keys if key['global'] == is_global}
        stop = text.index(end)
        section = update_entries(text[start:stop] + end, 'keys', entries, end)
        text = text[:start] + section + text[stop + len(end):]
    order = re.findall(r'^; from the table of keys: (\S+)$', text, re.M)
    if order != [key['name'] for key in keys]:
        sys.exit('fd-shmem.conf(5): the keys are to be in the order of the table')
    return text


def plain(text):
    """TEXT without scdoc's markup."""
    text = re.sub(r'(?<!\w)_|_(?!\w)', '', text.replace('*', ''))
    return re.sub(r'\\(.)', r'\1', text)


def example_name(key):
    """The name of a key in the example; that of a family is one of its names."""
    return key['example'].split('=')[0] if key['name'].endswith('...') else key['name']


def example_entry(key):
    value = key['example'] if key['fallback'] is None else key['fallback']
    if key['name'].endswith('...'):
        value = value.split('=', 1)[1]
    text = plain(key['help'])
    if key['fallback'] is None:
        text += f' Default: {key["unset"]}.'
    lines = textwrap.wrap(text, 98, break_long_words=False, break_on_hyphens=False)
    return ''.join(f'# {line}\n' for line in lines) + f'#{example_name(key)}={value}\n'


def update_example(text, keys):
    """fd-shmem.conf, in which every key is a comment."""
    entries = {example_name(key): example_entry(key) for key in keys}
    text = re.sub(r'^#\n(?:# .*\n)*#([A-Z][A-Za-z]*)=.*\n',
                  lambda match: '#\n' + entries[match[1]] if match[1] in entries else '', text, flags=re.M)
    for is_global, place in ((True, '#[fd-shmem]\n'), (False, '#[example]\n')):
        for key in (key for key in keys if key['global'] == is_global):
            line = entries[example_name(key)].splitlines(True)[-1]
            if line not in text:
                text = text.replace(place, place + '#\n' + entries[example_name(key)])
            place = line
    if re.findall(r'^#([A-Z][A-Za-z]*)=', text, re.M) != [example_name(key)
                                                         for kind in (True, False)
                                                         for key in keys if key['global'] == kind]:
        sys.exit('conf/fd-shmem.conf: each key is to be there once, after a line "#", in the order of '
                 'the table')
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--verbs', required=True, help='dump-verbs')
    parser.add_argument('--keys', required=True, help='dump-keys')
    parser.add_argument('--check', action='store_true')
    parser.add_argument('source', type=pathlib.Path)
    arguments = parser.parse_args()
    verbs, keys = dump(arguments.verbs), dump(arguments.keys)

    differs = False
    for name, update, table in (('man/fd-shmem.8.scd', update_verbs, verbs),
                                ('man/fd-shmem.conf.5.scd', update_keys, keys),
                                ('conf/fd-shmem.conf', update_example, keys)):
        file = arguments.source / name
        before = file.read_text(encoding='utf-8')
        after = update(before, table)
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
