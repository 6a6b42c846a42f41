# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is shown and kept of the results of one page size: file, table, figure."""

import os
import sys
import time

from figure import draw
from results import Rows, print_table


class Report(Rows):
    """Made from the rows that there are when it is over, or interrupted."""

    def __init__(self, directory, kind, where=""):
        self.path = directory / f"reserve-{kind}{where and '-' + where}"
        self.title = f"{kind} pages, Linux {os.uname().release if not where else where}"
        self.began = time.monotonic()
        super().__init__(f"{self.path}.csv")

    def add(self, row):
        super().add(row)
        print(f"{time.monotonic() - self.began:6.1f} s: {row['state']}, {row['contestant']}: "
              f"{row['got']} of {row['asked']} in {row['seconds']} s", file=sys.stderr)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.show()

    def show(self):
        self.file.close()
        if self.rows:
            print_table(self.rows)
            draw(self.rows, self.path, self.title)
