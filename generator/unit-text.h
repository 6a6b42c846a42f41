/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The generated units as they will be read; template_fill() fills the places in braces. */

/* Drop-ins of the domain's own units. */
extern const char unit_text_prepare[];
extern const char unit_text_setup[];

/* Drop-ins of fd-shmem-reserve@DOMAIN:TYPE.service. */
extern const char unit_text_reserve_gigantic[];
extern const char unit_text_reserve_huge[];

/* A drop-in of fd-shmem-repair@DOMAIN:TYPE.service. */
extern const char unit_text_repair[];

/* Drop-ins of fd-shmem-watch.timer and .service. */
extern const char unit_text_watch_timer[];
extern const char unit_text_watch_service[];

/* A whole .mount unit. */
extern const char unit_text_mount[];

/* Drop-ins of a domain that must not come up. */
extern const char unit_text_error_prepare[];
extern const char unit_text_error_target[];

/* The drop-in of fd-shmem-check.service. */
extern const char unit_text_check[];
