#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documents link to is there: files, headings, and the folders and files they name."""

import pathlib
import re
import unittest

import tree

LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')
# `docs/ledger.md`, `tests/vm/`: something of this tree, by the look of it.
NAMED = re.compile(r'`((?:[\w.@-]+/)+[\w.@-]*)`')
# `conf/loader.c: on_key(), keys`: a source, and functions or tables of it.
DEFINED = re.compile(r'`((?:[\w-]+/)+[\w-]+\.[ch]): (\w+(?:\(\))?(?:, \w+(?:\(\))?)*)`')
DECISIONS = 'docs/design.md'


def documents():
    return [name for name in tree.tracked() if name.endswith('.md')]


def prose(text):
    """Without blocks of code, in which brackets mean something else."""
    return re.sub(r'^```.*?^```$', '', text, flags=re.M | re.S)


def anchor(heading):
    """As GitHub makes them: lower case, words joined by dashes, no other signs."""
    kept = re.sub(r'[^\w\- ]', '', heading.strip().lower())
    return kept.replace(' ', '-')


def anchors(name):
    return {anchor(line.lstrip('#')) for line in prose(tree.read(name)).split('\n')
            if line.startswith('#')}


class Links(unittest.TestCase):
    def test_links(self):
        for name in documents():
            for match in LINK.finditer(prose(tree.read(name))):
                self.check(name, match[1] or match[2])

    def check(self, name, link):
        if re.match(r'[a-z]+:', link):
            return
        path, _, part = link.partition('#')
        target = (tree.source / name).parent / path if path else tree.source / name
        self.assertTrue(target.exists(), f'{name}: {link}: there is no such file')
        if part:
            other = target.resolve().relative_to(tree.source.resolve())
            self.assertIn(part, anchors(str(other)), f'{name}: {link}: no such heading')

    def test_names(self):
        """A path whose first folder is one of ours exists"""
        folders = {pathlib.PurePath(name).parts[0] for name in tree.tracked()}
        for name in documents():
            for path in NAMED.findall(prose(tree.read(name))):
                if path.split('/')[0] in folders and not re.search(r'\bNAME\b|\bN\b', path):
                    self.assertTrue((tree.source / path).exists(),
                                    f'{name}: `{path}`: there is no such file')

    def test_defined(self):
        """A function that is named with its file is defined there, a table is in it"""
        missing, tracked = [], set(tree.tracked())
        for name in documents():
            for path, words in DEFINED.findall(prose(tree.read(name))):
                text = tree.read(path) if path in tracked else ''
                for word in words.split(', '):
                    pattern = rf'^(?:\w.*\W)?{word[:-2]}\((?!.*;$)' if word.endswith('()') \
                        else rf'\b{word}\b'
                    if not re.search(pattern, text, re.M):
                        missing.append(f'{name}: `{path}: {word}`')
        self.assertEqual(missing, [], 'named, and not there')

    def test_decisions(self):
        """Each decision of docs/design.md names its functions, in the form that is checked"""
        table = tree.read(DECISIONS).split('## Who decides what')[1]
        rows = [line.strip('| ').split(' | ') for line in re.findall(r'^\| .*$', table, re.M)[1:]]
        self.assertGreater(len(rows), 20)
        for row in rows:
            self.assertEqual(len(row), 3, row[0])
            self.assertEqual(DEFINED.sub('', row[2]).replace(', ', ''), '', row[0])


if __name__ == '__main__':
    tree.main()
