/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "conf/model.h"
#include "generator/output.h"

/* Writes what has fd-shmem-watch.timer run as often as Watch= says; nothing without it. Errors are
 * logged. */
int watch_write_units(const struct output *output, const struct config *config);
