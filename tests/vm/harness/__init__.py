# SPDX-License-Identifier: LGPL-2.1-or-later
"""The harness of the machine tests: a Debian root file system, a machine in QEMU, a scenario in it."""


class Unavailable(Exception):
    """Machine tests can't run here, and why: the test is skipped, visibly."""
