/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text that others chose: names of regions, processes, users, sources of mounts, paths that somebody else
 * made. None of it is printed unmodified: a newline would begin a forged line in the journal, an escape
 * sequence would be a command to the terminal that shows it, and a message that is not UTF-8 is shown by
 * journalctl only as "[71B blob data]".
 *
 * All returned strings are the caller's to free; NULL is out of memory. */

#include <stdbool.h>
#include <stdint.h>

/* Characters that are invisible, control something, or change the text direction: C0, DEL and C1 (U+0080
 * to U+009F, which terminals take as escape sequences), bidirectional and zero-width ones, tags. */
bool character_is_deceptive(uint32_t c);

/* The name BYTES, for use within a line: deceptive characters and invalid UTF-8 become escapes (\n, \x1b,
 * \u202e), and a backslash is doubled, so that two names never look alike. In a locale without UTF-8,
 * which is that of every program that does not call setlocale(3), all but ASCII is escaped. */
char *text_escape(const char *bytes);

/* The sentence TEXT, names in it escaped or not, as one line: deceptive characters and invalid UTF-8
 * become escapes, a tab becomes a blank, everything else is kept, including backslashes. */
char *text_to_line(const char *text);

/* BYTES as valid UTF-8, everything else replaced by U+FFFD; what JSON can carry. */
char *text_to_utf8(const char *bytes);

/* TEXT, which is JSON, with each deceptive character as the escape \uXXXX: the same JSON, harmless to
 * a terminal. Newlines stay: in JSON they are white space, within a string never raw. */
char *text_to_plain_json(const char *text);
