#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""generate.py SHELL TEMPLATE DUMP-VERBS: prints TEMPLATE with the table of verbs at its @TABLE@ and the
page types at @TYPES@, written for SHELL."""

import json
import pathlib
import re
import subprocess
import sys


def plain(text):
    """TEXT without scdoc's markup."""
    text = re.sub(r'(?<!\w)_|_(?!\w)', '', text.replace('*', ''))
    return re.sub(r'\\(.)', r'\1', text)


def brief(option):
    """The first sentence of what an option does."""
    sentence = re.split(r'\.(?: |$)|: ', plain(option['help']))[0]
    return sentence[:1].lower() + sentence[1:]


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def forms(option):
    """--output and -o."""
    return ['--' + option['name']] + ['-' + option['letter']] * bool(option['letter'])


def takes_value(option):
    return option['kind'] != 'none'


def needs_value(option):
    return takes_value(option) and not option['value_optional']


def views(verbs):
    """(program, verb, what it is to that program)"""
    for verb in verbs:
        for program in ('fd-shmem', 'fd_shmem_cfg'):
            if program in verb:
                yield program, verb, verb[program]


def all_options(verbs):
    """Each option once; it means the same wherever it is known."""
    found = {}
    for _, _, view in views(verbs):
        for option in view['options']:
            if found.setdefault(option['name'], option) != option:
                sys.exit(f'--{option["name"]} is in the table twice')
    return list(found.values())


def names(verbs, program):
    return [verb['name'] for verb in verbs if program in verb]


def numbers(view):
    return f'min={view["min_args"]} max={view["max_args"]} row={int(view["in_a_row"])}'


def bash(verbs):
    yield '_fd_shmem_verbs() {\n        case $1 in'
    for program in ('fd-shmem', 'fd_shmem_cfg'):
        yield f'        {program}) echo {" ".join(names(verbs, program))} ;;'
    yield '        esac\n}\n'

    yield '_fd_shmem_describe() {\n        case $1:$2 in'
    for program, verb, view in views(verbs):
        words = ' '.join(verb['words'][:view['max_args']])
        options = ' '.join(form for option in view['options'] for form in forms(option))
        yield f'        {program}:{verb["name"]}) {numbers(view)} kinds=({words}) options=({options}) ;;'
    yield '        *) min=0 max=0 row=0 kinds=() options=() ;;\n        esac\n}\n'

    yield '_fd_shmem_value() {\n        case $1 in'
    for option in all_options(verbs):
        if takes_value(option):
            yield (f'        {" | ".join(forms(option))}) kind={option["kind"]} '
                   f'needed={int(needs_value(option))} choices={quote(option["choices"])} ;;')
    yield "        *) kind='' needed=0 choices='' ;;\n        esac\n}"


def zsh_option(option):
    """As _arguments(1) has it."""
    text = '[' + brief(option).replace('[', '\\[').replace(']', '\\]').replace(':', '\\:') + ']'
    action = {
        'choice': '(' + option['choices'] + ')',
        'columns': '_values -s , column ' + option['choices'],
        'directory': '_directories',
        'machine': '_files',
        'file': '_files',
    }.get(option['kind'], '_fd_shmem_' + option['kind'])
    value = ''
    if takes_value(option):
        colon = '::' if option['value_optional'] else ':'
        value = colon + option['label'].replace(':', '\\:') + ':' + action
    suffix = '' if not takes_value(option) else '=-' if option['value_optional'] else '='
    if not option['letter']:
        return quote('--' + option['name'] + suffix + text + value)
    letter = '-' + option['letter']
    exclusive = f'({letter} --{option["name"]})'
    short = '' if not takes_value(option) else '-' if option['value_optional'] else '+'
    return ' '.join((quote(exclusive + letter + short + text + value),
                     quote(exclusive + '--' + option['name'] + suffix + text + value)))


def zsh(verbs):
    yield '_fd_shmem_verbs=('
    for verb in verbs:
        yield '        ' + quote(f'{verb["name"]}:{verb["summary"].replace(":", chr(92) + ":")}')
    yield f')\n_fd_shmem_classic=({" ".join(names(verbs, "fd_shmem_cfg"))})\n'

    yield '_fd_shmem_describe() {\n        case $1:$2 in'
    for program, verb, view in views(verbs):
        words = ' '.join(verb['words'][:view['max_args']])
        yield f'        ({program}:{verb["name"]})\n                {numbers(view)} kinds=({words})'
        yield '                options=('
        yield from ('                        ' + zsh_option(option) for option in view['options'])
        yield '                ) ;;'
    yield '        (*) min=0 max=0 row=0 kinds=() options=() ;;\n        esac\n}\n'
    needed = '|'.join(form for option in all_options(verbs) if needs_value(option) for form in forms(option))
    yield f'_fd_shmem_needs_value() {{\n        [[ $1 == ({needed}) ]]\n}}'


def fish(verbs):
    yield 'function __fd_shmem_describe --argument-names program verb'
    yield '    switch "$program $verb"'
    for program, verb, view in views(verbs):
        words = ' '.join(verb['words'][:view['max_args']])
        yield (f'        case "{program} {verb["name"]}"\n            echo {view["min_args"]} '
               f'{view["max_args"]} {int(view["in_a_row"])} {words}'.rstrip())
    yield '    end\nend\n'

    yield 'function __fd_shmem_verbs --argument-names program\n    switch $program'
    for program in ('fd-shmem', 'fd_shmem_cfg'):
        yield f'        case {program}\n            printf \'%s\\n\' {" ".join(names(verbs, program))}'
    yield '    end\nend\n'

    needed = ' '.join(form for option in all_options(verbs) if needs_value(option) for form in forms(option))
    yield f'set -g __fd_shmem_needs_value {needed}\n'

    for program, verb, view in views(verbs):
        yield (f'complete -c {program} -n "__fd_shmem_expects_verb {verb["name"]}" '
               f'-a {verb["name"]} -d {fish_quote(verb["summary"])}')
        for option in view['options']:
            yield fish_option(program, verb['name'], option)


def fish_quote(text):
    return "'" + text.replace('\\', '\\\\').replace("'", "\\'") + "'"


def fish_option(program, verb, option):
    line = f'complete -c {program} -n "__fd_shmem_is_in {verb}" -l {option["name"]}'
    if option['letter']:
        line += f' -s {option["letter"]}'
    if needs_value(option):
        line += ' -r'
    if takes_value(option):
        values = {
            'choice': quote(option['choices']),
            'columns': f"'(__fd_shmem_columns {option['choices']})'",
            'directory': "'(__fish_complete_directories)'",
            'machine': "'(__fish_complete_path)'",
            'count': "''",
            'file': "'(__fish_complete_path)'",
        }.get(option['kind'], f"'(__fd_shmem_{option['kind']})'")
        line += f' -f -a {values}'
    return line + f' -d {fish_quote(brief(option))}'


def main():
    shell, template, program = sys.argv[1:]
    dump = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    table = '\n'.join({'bash': bash, 'zsh': zsh, 'fish': fish}[shell](json.loads(dump)))
    text = pathlib.Path(template).read_text(encoding='utf-8')
    if text.count('@TABLE@\n') != 1:
        sys.exit(f'{template}: @TABLE@ is to be on one line alone')
    types = subprocess.run([program, 'types'], stdout=subprocess.PIPE, text=True, check=True).stdout
    sys.stdout.write(text.replace('@TABLE@\n', table + '\n').replace('@TYPES@',
                                                                     ' '.join(types.split())))


if __name__ == '__main__':
    main()
