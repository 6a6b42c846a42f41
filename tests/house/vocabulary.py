#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What there is one place for is written in no other, and in one style."""

import re
import unittest

import tree

PRODUCT = re.compile(r'(basic|conf|generator|helpers|man)/.*\.[ch]')

# What must not be written, the files that may, and what to use instead.
ONCE = (
    (r'#define (KIB|MIB|GIB)\b', {'basic/size.h'}, 'basic/size.h'),
    (r'\b(clock_gettime|nanosleep)\(', {'basic/clock.h'}, 'basic/clock.h'),
    (r'\b(fdopendir|opendir|readdir)\(', {'basic/io.c'}, 'io_open_directory() and io_next_entry()'),
    (r'#define NODE_MAX\b', {'basic/words/node.h'}, 'basic/words/node.h'),
    (r'"fd-shmem-[a-z%]+(@|\.(service|timer|path|target)")',
     {'basic/words/unit-table.c', 'basic/words/unit-table.h'}, 'basic/words/unit-table.h'),
    (r'\{ 0 \}', set(), '{}'),
    (r'\bsizeof [^(]', set(), 'sizeof(...)'),
    (r'char \*argv\[\]', set(), 'char **argv'),
    (r'"[^"]*%l?l[uxd][^"]*"', set(), 'a macro of <inttypes.h>'),
)


class Vocabulary(unittest.TestCase):
    def test_once(self):
        for name in filter(PRODUCT.fullmatch, tree.tracked()):
            for number, line in enumerate(tree.read(name).splitlines(), 1):
                if line.lstrip().startswith(('*', '/*')):
                    continue
                for pattern, places, instead in ONCE:
                    with self.subTest(f'{name}:{number}'):
                        self.assertFalse(re.search(pattern, line) and name not in places,
                                         f'{line.strip()}: use {instead}')


if __name__ == '__main__':
    tree.main()
