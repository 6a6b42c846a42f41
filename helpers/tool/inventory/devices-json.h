/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The devices of a machine as "fd-shmem query --json" prints them, and read back. */

#include "helpers/modules/devices/devices.h"
#include "helpers/tool/terminal/json-writer.h"

/* Writes DEVICES as the array KEY; without those that are no hardware, and without partitions. */
void devices_json_write(struct json_writer *writer, const char *key, const struct devices *devices);

/* Adds the devices of ARRAY. -EBADMSG: *RET_WHAT says what is wrong with it, static; -ENOMEM. */
int devices_json_read(struct json_object *array, struct devices *devices, const char **ret_what);
