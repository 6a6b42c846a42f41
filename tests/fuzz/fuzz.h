/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Shared by the harnesses. A harness is a function that takes arbitrary bytes and aborts if the
 * code under test breaks a guarantee. libFuzzer calls it (meson -Dfuzz=true, clang); so does
 * replay.c, with the files of corpus/NAME, as a normal test. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts with the location unless CONDITION holds. Unlike assert(3) it is active in every build. */
#define require(condition)                                                   \
        do {                                                                 \
                if (!(condition))                                            \
                        fuzz_fail(__FILE__, __LINE__, __func__, #condition); \
        } while (0)

_Noreturn void fuzz_fail(const char *file, int line, const char *function, const char *condition);

/* The bytes as a string: up to the first NUL. The caller frees. */
char *fuzz_string(const uint8_t *data, size_t size);

/* Sends log messages to a sink that requires each to be one printable line, and shows none. */
void fuzz_check_messages(void);

/* Requires MESSAGE to be one printable line of UTF-8. */
void fuzz_check_message(const char *message);

/* A directory of this process in memory, if there is such a file system; removed at exit. */
const char *fuzz_scratch(void);

/* Replaces the file PATH, relative to DIRECTORY_FD. */
void fuzz_write(int directory_fd, const char *path, const void *data, size_t size);

/* Removes the contents of the directory PATH, and with SELF also the directory. */
void fuzz_remove(const char *path, int self);
