#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The replaced script, function by function and command by command, on the real kernel.

One test is one row: its first line names the variable, function or command of the script's
description and what it says; "Better:" says why ours differs. Run as root; skipped otherwise."""

import argparse
import os
import sys
import unittest

from seed.row import Options
from seed.domains import *  # noqa: F401,F403
from seed.lines import *  # noqa: F401,F403
from seed.pages import *  # noqa: F401,F403
from seed.practice import *  # noqa: F401,F403
from seed.why_not import SKIP, why_not

if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tool', required=True, type=os.path.abspath)
    parser.add_argument('--helpers', required=True, type=os.path.abspath)
    parser.add_argument('--speed', action='store_true', help='the time counts, too')
    parser.add_argument('rest', nargs='*')
    arguments = parser.parse_args()
    Options.tool, Options.helpers, Options.speed = (arguments.tool, arguments.helpers,
                                                    arguments.speed)
    reason = why_not()
    if reason:
        print(f'skipped: {reason}')
        sys.exit(SKIP)
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)
