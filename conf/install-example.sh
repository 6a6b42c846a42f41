#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the example configuration $1 into the directory $2 (below DESTDIR), unless there is a
# configuration already: the administrator's must survive another installation.
set -eu

target="${DESTDIR:-}$2/fd-shmem.conf"
if [ -e "$target" ] || [ -L "$target" ]; then
        echo "Keeping $target"
else
        install -D -m 0644 "$1" "$target"
fi
