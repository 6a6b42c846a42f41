/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The values of keys. */

#include "conf/keys/key.h"

/* Into a bool. */
extern const struct value_type value_boolean;

/* One of KEY->names into an enum (its index). */
extern const struct value_type value_name;

/* An octal mode into a mode_t. */
extern const struct value_type value_mode;

/* A user or group, by name or number, into a char *. Its existence is not checked: it may be
 * created later in this boot. */
extern const struct value_type value_owner;

/* A path into a char *, as it is written (path_check_text()). */
extern const struct value_type value_path;

/* Pages of KEY->page_type into a struct page_request. */
extern const struct value_type value_request;

/* The size of such pages into a struct page_size; 0: the default. */
extern const struct value_type value_page_size;

/* Normal= into the struct domain around it. */
extern const struct value_type value_normal;

/* MinSize= into a struct mount_claim [N_PAGE_TYPES]. */
extern const struct value_type value_claims;

/* Headroom= into the struct machine_policy around it. */
extern const struct value_type value_headroom;

/* Watch= into a uint64_t: microseconds, 0 for no. */
extern const struct value_type value_watch;

/* Further mount options into a char *. */
extern const struct value_type value_options;

/* Boot= into an enum boot. */
extern const struct value_type value_boot;

/* Names of units, separated by blanks, into a char ** (string-list.h); those that everything else needs,
 * and our own, are refused. If one of them is refused, the target is the list of the others: these units
 * require the domain, which has an error, and must not start either. */
extern const struct value_type value_units;

/* Condition...= into a char **: adds the condition as it is written, "Memory=>=64G". An empty value
 * takes all back. */
extern const struct value_type value_conditions;

/* The names of the conditions, by number: "ConditionArchitecture", ...; NULL: no more. */
const char *value_condition_name(size_t i);

/* Devices= into a struct device_list. */
extern const struct value_type value_devices;

/* Options of the mount of KEY->page_type into a char *: those that its file system takes. */
extern const struct value_type value_type_options;

/* Puts a copy of TEXT into the char * that TARGET points to; frees and clears it. */
int value_set_text(const char *text, void *target, char **ret_reason);
void value_unset_text(void *target);
