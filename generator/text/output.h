/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files and links below the one directory that the generator writes to. Existing files are kept:
 * the same content is success, different content an error. */

struct output {
        int fd;
        const char *path;
};

/* Opens the directory PATH, which stays the caller's. */
int output_open(const char *path, struct output *ret);

void output_close(struct output *output);

#define _cleanup_output_ _cleanup_(output_close)

/* Makes the file NAME ("FILE" or "DIRECTORY/FILE") with TEXT; it appears complete or not at all.
 * Logs failures. */
int output_write_file(const struct output *output, const char *name, const char *text);

/* Makes the symbolic link NAME ("DIRECTORY/LINK") to TARGET. Logs failures. */
int output_write_link(const struct output *output, const char *name, const char *target);
