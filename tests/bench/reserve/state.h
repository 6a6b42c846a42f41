/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of `state`. Each allocates AMOUNT (bytes, or a number of names) and keeps one page, or
 * block, out of EVERY; its resources stay until the process ends. A failure ends the process. */

#include <stdbool.h>
#include <stddef.h>

#define PAGE  4096UL
#define MIB   (1024UL * 1024)
#define BLOCK (2 * MIB)

/* The directory for files. */
extern const char *state_directory;

/* bind.c */
void die(const char *what) __attribute__((noreturn));

/* From now on this process runs on the node's CPUs, if it has any. With MEMORY it allocates memory
 * only from this node, including the kernel memory of this process. */
void bind_to_node(unsigned node, bool memory);

/* state-memory.c */
char *map_memory(size_t size, int advice);
void populate(char *p, size_t size);
void make_anon(size_t size, size_t every);
void make_locked(size_t size, size_t every);
void make_shmem(size_t size, size_t every);
void make_fill(size_t size, size_t every);
void make_blocks(size_t size, size_t every);
void drop_fill(void);

/* state-files.c */
void make_cache(size_t size, size_t every);
void make_dirty(size_t size, size_t every);
void make_names(size_t count, size_t every);
void make_files(size_t count, size_t every);

/* state-kernel.c */
void make_pipes(size_t size, size_t every);
void make_tables(size_t size, size_t every);
void make_sockets(size_t size, size_t every);
