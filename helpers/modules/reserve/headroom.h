/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The memory that must stay free on a node for everything else. If asked for far more pages than fit, the
 * kernel allocates nearly all memory, and the machine runs out of it: so this is checked before a pool is
 * changed. Pure functions; bytes unless said otherwise. */

#include <stdint.h>

#include "basic/words/amount.h"
#include "helpers/modules/kernel/node-memory.h"

/* The headroom of a node of TOTAL bytes if nothing is configured: 192 MiB and a 64th of the memory, at
 * most 4 GiB. The reservation comes early in a boot, and finds a machine on which nothing runs yet.
 *
 * The constant part is for what systems of any size run. Seen on Debian 12, 1 GiB: with ssh, rsyslog,
 * cron, chrony and unattended-upgrades, 45 MiB are in processes once it has booted, and an upgrade
 * takes 34 MiB more. A system of hardly any services did its work with 64 MiB to spare as fast as before;
 * with 48 MiB in more than twice the time, for it read its programs from the disk again and again.
 * The sum, rounded up for services that are bigger.
 *
 * The share is for what grows with the machine: the kernel's memory for each CPU, network buffers,
 * stacks, directory entries. The limit is an estimate: no such machine was at hand. Beyond all this
 * the running programs keep their text, and the kernel what it keeps back (node-memory.h). */
uint64_t headroom_default(uint64_t total);

/* The headroom that CONFIGURED (a size or a percentage) means on a node of TOTAL bytes; NULL is the
 * default. */
uint64_t headroom_bytes(const struct amount *configured, uint64_t total);

/* How many pages of PAGE_SIZE bytes can be added and leave HEADROOM. */
uint64_t headroom_fitting_pages(const struct node_memory *memory, uint64_t headroom,
                                uint64_t page_size);
