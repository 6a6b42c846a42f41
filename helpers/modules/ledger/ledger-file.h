/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One record of the ledger as a file, "FOLDER/NAME" below the state directory. Errors are
 * logged, but for -ENOENT of the load. */

/* Replaces the file at PATH ("folder/name") by TEXT. The ledger is in memory, like the pools that it
 * describes: it must stay consistent when a program dies, for which rename(2) suffices, and nothing is
 * synchronised to a disk. */
int ledger_file_store(int state, const char *folder, const char *path, const char *text);

/* The caller frees *RET, which holds no zero byte (-EBADMSG). -ENOENT: there is none. */
int ledger_file_load(int state, const char *path, char **ret);

/* Keeps a spare empty file, which becomes a record when the file system has no room for a new one. */
void ledger_file_make_spare(int state);

/* Succeeds if there is none. Unfinished records of programs that died are removed, too. */
int ledger_file_remove(int state, const char *path);
