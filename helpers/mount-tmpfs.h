/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* mount.fd-shmem's tmpfs: mpol=bind:NODES is checked, for the kernel does not say what is wrong with it, and
 * mpol=bind:near becomes the nodes of devices=. */

/* Replaces these options of the mount at TARGET by those that the kernel takes. Negative errno, logged. */
int mount_tmpfs_translate(const char *target, char **options);
