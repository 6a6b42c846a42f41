# SPDX-License-Identifier: LGPL-2.1-or-later
"""examples/grafana/fd-shmem.json: its panels and what they ask."""

import json
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FILE = SOURCE / 'examples/grafana/fd-shmem.json'


def load():
    return json.loads(FILE.read_text(encoding='utf-8'))


def queries(dashboard, instance='.*', size='.*'):
    """[(panel, target, expression)], with values in place of the variables."""
    return [(panel, target, target['expr'].replace('$instance', instance).replace('$size', size))
            for panel in dashboard['panels'] for target in panel['targets']]


def variables(dashboard):
    """The metrics that the choices of the variables come from."""
    return [variable['definition'].removeprefix('label_values(').split(',')[0]
            for variable in dashboard['templating']['list'] if variable['type'] == 'query']
