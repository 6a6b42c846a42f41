/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units that require a domain because the configuration says so. */

/* Lists in RET, sorted, the units for which the generator has last written that they require DOMAIN, below
 * the directory ROOT; the caller frees (string-list.h). -ENOMEM. */
int requirements_loaded(int root, const char *domain, char ***ret);

/* The same for UNITS, which may be NULL. */
int requirements_sorted(char *const *units, char ***ret);

/* The list in one line, or "none". The caller frees; NULL: no memory. */
char *requirements_text(char *const *units);
