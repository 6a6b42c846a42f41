/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "helpers/tool/classic/chmod-mode.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define MODE_ALL (S_ISUID | S_ISGID | S_ISVTX | S_IRWXU | S_IRWXG | S_IRWXO)

/* The bits of each class of user that a clause's "who" letters select. */
#define WHO_USER  (S_ISUID | S_IRWXU)
#define WHO_GROUP (S_ISGID | S_IRWXG)
#define WHO_OTHER (S_ISVTX | S_IRWXO)

static int parse_octal(const char *text, mode_t *ret)
{
        mode_t mode = 0;

        for (const char *p = text; *p; p++) {
                if (*p < '0' || *p > '7')
                        return -EINVAL;
                mode = mode << 3 | (mode_t) (*p - '0');
                if (mode & ~(mode_t) MODE_ALL)
                        return -EINVAL;
        }
        if (!*text)
                return -EINVAL;

        *ret = mode;
        return 0;
}

static const char *parse_who(const char *p, mode_t *ret)
{
        *ret = 0;
        for (;; p++) {
                if (*p == 'u')
                        *ret |= WHO_USER;
                else if (*p == 'g')
                        *ret |= WHO_GROUP;
                else if (*p == 'o')
                        *ret |= WHO_OTHER;
                else if (*p == 'a')
                        *ret |= MODE_ALL;
                else
                        return p;
        }
}

/* One class's rwx bits of MODE, given to all three. */
static mode_t spread(mode_t mode, unsigned shift)
{
        mode_t bits = mode >> shift & 7;

        return bits << 6 | bits << 3 | bits;
}

static const char *parse_permissions(const char *p, mode_t mode, mode_t *ret)
{
        *ret = 0;
        if (*p && strchr("ugo", *p)) {
                *ret = spread(mode, *p == 'u' ? 6 : *p == 'g' ? 3 : 0);
                return p + 1;
        }

        for (;; p++) {
                if (*p == 'r')
                        *ret |= spread(4, 0);
                else if (*p == 'w')
                        *ret |= spread(2, 0);
                else if (*p == 'x' || *p == 'X') /* a directory: X is always x */
                        *ret |= spread(1, 0);
                else if (*p == 's')
                        *ret |= S_ISUID | S_ISGID;
                else if (*p == 't')
                        *ret |= S_ISVTX;
                else
                        return p;
        }
}

/* "=" takes the set-ID bits from a directory only where "s" is written, as coreutils has it. */
static mode_t apply(mode_t mode, char op, mode_t who, mode_t bits)
{
        bits &= who;
        switch (op) {
        case '+':
                return mode | bits;
        case '-':
                return mode & ~bits;
        default:
                return (mode & (~who | S_ISUID | S_ISGID)) | bits;
        }
}

/* "WHO OPERATOR PERMISSIONS [OPERATOR PERMISSIONS]..."; returns what follows it, or NULL. */
static const char *apply_clause(const char *p, mode_t mask, mode_t *mode)
{
        mode_t who, bits;
        bool everybody;

        p = parse_who(p, &who);
        everybody = who == 0;
        if (!*p || !strchr("+-=", *p))
                return NULL;

        while (*p && strchr("+-=", *p)) {
                char op = *p++;

                p = parse_permissions(p, *mode, &bits);
                if (everybody) {
                        /* Without "who" the umask's bits are neither set nor taken (POSIX chmod). */
                        who = op == '=' ? MODE_ALL : MODE_ALL & ~mask;
                        bits &= ~mask;
                }
                *mode = apply(*mode, op, who, bits);
        }
        return p;
}

int chmod_mode_parse(const char *text, mode_t current, mode_t mask, mode_t *ret)
{
        mode_t mode = current & MODE_ALL;
        const char *p = text;

        if (*p >= '0' && *p <= '9')
                return parse_octal(text, ret);

        for (;;) {
                p = apply_clause(p, mask, &mode);
                if (!p || (*p && *p != ','))
                        return -EINVAL;
                if (!*p)
                        break;
                p++;
        }

        *ret = mode;
        return 0;
}
