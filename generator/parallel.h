/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

typedef int (*parallel_function_t)(size_t i, void *userdata);

/* Calls FUNCTION for each I below N. Many calls are spread over the CPUs at hand: making a file costs
 * the kernel more than it costs us to say what is in it. All are made, whatever some of them return;
 * a negative errno that one returned, or 0. */
int parallel_for(size_t n, parallel_function_t function, void *userdata);
