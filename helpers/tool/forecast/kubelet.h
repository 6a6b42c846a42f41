/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages of domains in the words of the kubelet, which counts them as memory for pods otherwise. */

#include <stdbool.h>
#include <stdio.h>

#include "helpers/tool/forecast/boot-pages.h"

/* Prints "--reserved-memory=0:hugepages-2Mi=1Gi;1:..." and a line end, and nothing if there are no pages.
 * Returns whether there are any. */
bool kubelet_print_reserved(FILE *out, const struct boot_pages *pages);

/* Prints the same pages added up over the nodes, "hugepages-2Mi=1Gi,...", which the kubelet compares with
 * --system-reserved=. */
void kubelet_print_sums(FILE *out, const struct boot_pages *pages);
