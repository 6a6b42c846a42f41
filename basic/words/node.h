/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The greatest number of a NUMA node: the largest kernels have CONFIG_NODES_SHIFT=10. */
#define NODE_MAX 1023
