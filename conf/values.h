/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The values of keys. Every parser reads TEXT, never empty, into what TARGET points to, whose
 * former content it releases; on failure it leaves TARGET alone, returns negative errno and sets
 * *RET_REASON to a phrase for people, which the caller frees. */

struct key;

typedef int (*value_parser_t)(const struct key *key, const char *text, void *target,
                              char **ret_reason);

/* Into a bool. */
int value_parse_boolean(const struct key *key, const char *text, void *target, char **ret_reason);

/* One of KEY->names into an enum (its index). */
int value_parse_name(const struct key *key, const char *text, void *target, char **ret_reason);

/* An octal mode into a mode_t. */
int value_parse_mode(const struct key *key, const char *text, void *target, char **ret_reason);

/* A user or group, by name or number, into a char *. Whether it exists is not asked: it may be made
 * later in this boot. */
int value_parse_owner(const struct key *key, const char *text, void *target, char **ret_reason);

/* A path into a char *, as it is written (path_check_text()). */
int value_parse_path(const struct key *key, const char *text, void *target, char **ret_reason);

/* Pages of KEY->type into a struct page_request. */
int value_parse_request(const struct key *key, const char *text, void *target, char **ret_reason);

/* Normal= into the struct domain around it. */
int value_parse_normal(const struct key *key, const char *text, void *target, char **ret_reason);

/* Headroom= into the struct config around it. */
int value_parse_headroom(const struct key *key, const char *text, void *target, char **ret_reason);

/* Watch= into a uint64_t: microseconds, 0 for no. */
int value_parse_watch(const struct key *key, const char *text, void *target, char **ret_reason);

/* Further mount options into a char *. */
int value_parse_options(const struct key *key, const char *text, void *target, char **ret_reason);
