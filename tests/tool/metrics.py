#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The metrics are what both parsers take: that of OpenMetrics, and the older one of Prometheus, which
node_exporter has; and their names are as Prometheus wants them. Looked at by a reader of its own, and by
promtool and Python's prometheus_client where they are installed.

usage: metrics.py METRICS.prom FD_SHMEM
"""

import re
import shutil
import subprocess
import sys
import unittest

NAME = r'[a-z][a-z0-9_]*'
LABEL = rf'{NAME}="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf'(?P<name>{NAME})(?:\{{(?P<labels>{LABEL}(?:,{LABEL})*)\}})? (?P<value>[0-9.]+)')
HEAD = re.compile(rf'# (?P<what>HELP|TYPE|UNIT) (?P<name>{NAME}) (?P<text>.+)')
UNITS = ('bytes', 'seconds')
# Suffixes that stand for other types than gauges.
TAKEN = ('_total', '_count', '_sum', '_bucket', '_created')
# Domains, states and sizes are few. What grows with the use of a machine is no label.
LABELS = {'version', 'node', 'size', 'kind', 'domain', 'state', 'type'}


def families(text):
    """{name: (heads, samples)} of TEXT, in which a family must be in one piece."""
    found = {}
    for line in text.removesuffix('# EOF\n').splitlines():
        head, sample = HEAD.fullmatch(line), SAMPLE.fullmatch(line)
        if not head and not sample:
            raise ValueError(f'neither a head nor a sample: {line!r}')
        name = (head or sample)['name']
        if name not in found and not head or name in found and name != list(found)[-1]:
            raise ValueError(f'{name} is not in one piece')
        heads, samples = found.setdefault(name, ({}, {}))
        if head:
            heads[head['what']] = head['text']
        elif sample['labels'] in samples:
            raise ValueError(f'twice: {line}')
        else:
            samples[sample['labels']] = float(sample['value'])
    return found


class Metrics(unittest.TestCase):
    def check(self, text):
        self.assertTrue(text.endswith('\n# EOF\n'))
        for name, (heads, samples) in families(text).items():
            with self.subTest(name):
                self.assertRegex(name, '^fd_shmem_')
                self.assertFalse(name.endswith(TAKEN))
                self.assertEqual(heads['TYPE'], 'gauge')
                self.assertRegex(heads['HELP'], r'^[A-Z0-9].*\.$')
                unit = name.rsplit('_', 1)[1]
                self.assertEqual(heads.get('UNIT'), unit if unit in UNITS else None)
                for labels in samples:
                    names = re.findall(rf'({NAME})="', labels or '')
                    self.assertLessEqual(set(names), LABELS)
                    self.assertEqual(names, sorted(set(names)))

    def test_expected(self):
        self.check(expected)
        # Every family has a sample there, so that each was looked at.
        self.assertEqual([name for name, (_, samples) in families(expected).items() if not samples], [])

    def test_here(self):
        self.check(here)

    def test_the_reader_objects(self):
        for wrong in ('a 1\n', '# TYPE a gauge\na{b="c"d"} 1\n', '# TYPE a gauge\na 1\na 1\n',
                      '# TYPE a gauge\n# TYPE b gauge\na 1\n', '# TYPE a gauge\na NaN\n'):
            self.assertRaises(ValueError, families, wrong)

    @unittest.skipUnless(shutil.which('promtool'), 'promtool is not installed')
    def test_promtool(self):
        for text in (expected, here):
            done = subprocess.run(['promtool', 'check', 'metrics'], input=text, text=True,
                                  capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))

    def test_prometheus_client(self):
        try:
            from prometheus_client import parser
            from prometheus_client.openmetrics import parser as strict
        except ImportError:
            self.skipTest('python3-prometheus-client is not installed')
        for text in (expected, here):
            self.assertEqual(len(list(strict.text_string_to_metric_families(text))), len(families(text)))
            self.assertTrue(list(parser.text_string_to_metric_families(text)))


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as file:
        expected = file.read().split('\n', 1)[1]  # after the licence
    here = subprocess.run([sys.argv[2], 'query', '--metrics'], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    unittest.main(argv=['metrics.py'], verbosity=2)
