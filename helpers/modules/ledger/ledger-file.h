/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One record of the ledger as a file, "FOLDER/NAME" below the state directory. Errors are
 * logged, but for -ENOENT of the load. */

/* Replaces the file at PATH ("folder/name") by TEXT. The ledger lives in memory with the kernel
 * whose pools it describes: what must be atomic is the death of a program, so rename(2)
 * suffices, and nothing is synchronised to a disk. */
int ledger_file_store(int state, const char *folder, const char *path, const char *text);

/* The caller frees *RET, which holds no zero byte (-EBADMSG). -ENOENT: there is none. */
int ledger_file_load(int state, const char *path, char **ret);

/* Keeps an empty file ready that becomes a record when the file system has no room for another one. */
void ledger_file_make_spare(int state);

/* None is fine. What programs that died left of records in the writing goes, too. */
int ledger_file_remove(int state, const char *path);
