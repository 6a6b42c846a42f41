/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/manager/unit-log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

static int add_match(sd_journal *journal, const char *field, const char *value)
{
        _cleanup_free_ char *match = NULL;

        if (asprintf(&match, "%s=%s", field, value) < 0) {
                match = NULL;
                return -ENOMEM;
        }
        return sd_journal_add_match(journal, match, 0);
}

static int add_units(sd_journal *journal, const char *field, char *const *units, size_t n)
{
        int r = 0;

        for (size_t i = 0; i < n && r >= 0; i++)
                r = add_match(journal, field, units[i]);
        return r;
}

/* Matches of one field are alternatives, and those of different fields go together: messages since boot
 * from a unit, from the manager about it, and from our programs on its behalf. */
static int add_matches(sd_journal *journal, char *const *units, size_t n)
{
        static const char *const about[] = { "UNIT", "OBJECT_SYSTEMD_UNIT" };
        char boot[SD_ID128_STRING_MAX];
        sd_id128_t id;
        int r;

        r = add_units(journal, "_SYSTEMD_UNIT", units, n);
        for (size_t i = 0; i < 2 && r >= 0; i++) {
                r = sd_journal_add_disjunction(journal);
                if (r >= 0)
                        r = add_match(journal, "_UID", "0");
                if (r >= 0)
                        r = add_units(journal, about[i], units, n);
        }
        if (r >= 0)
                r = sd_journal_add_conjunction(journal);
        if (r >= 0)
                r = sd_id128_get_boot(&id);
        return r < 0 ? r : add_match(journal, "_BOOT_ID", sd_id128_to_string(id, boot));
}

/* A copy of the value of FIELD; NULL: the entry has none. -ENOMEM. */
static int get_field(sd_journal *journal, const char *field, char **ret)
{
        size_t length, prefix = strlen(field) + 1;
        const void *data;
        int r = sd_journal_get_data(journal, field, &data, &length);

        *ret = NULL;
        if (r == -ENOENT)
                return 0;
        if (r < 0 || length < prefix)
                return r < 0 ? r : -EBADMSG;
        *ret = strndup((const char *) data + prefix, length - prefix);
        return *ret ? 0 : -ENOMEM;
}

static int get_number(sd_journal *journal, const char *field, int fallback, int *ret)
{
        _cleanup_free_ char *text = NULL;
        int r = get_field(journal, field, &text);

        *ret = text ? atoi(text) : fallback;
        return r;
}

static int read_line(sd_journal *journal, struct log_line *ret)
{
        int r, pid;

        r = sd_journal_get_realtime_usec(journal, &ret->usec);
        if (r >= 0)
                r = get_field(journal, "SYSLOG_IDENTIFIER", &ret->identifier);
        if (r >= 0)
                r = get_number(journal, "_PID", 0, &pid);
        if (r >= 0)
                r = get_number(journal, "PRIORITY", 6, &ret->priority);
        if (r < 0)
                return r;
        ret->pid = pid;
        return get_field(journal, "MESSAGE", &ret->message);
}

static int read_lines(sd_journal *journal, size_t max, struct unit_log *ret)
{
        int r;

        r = sd_journal_seek_tail(journal);
        if (r >= 0)
                r = sd_journal_previous_skip(journal, max);
        if (r <= 0)
                return r;
        ret->lines = calloc(max, sizeof(*ret->lines));
        if (!ret->lines)
                return -ENOMEM;

        do {
                r = read_line(journal, ret->lines + ret->n++);
                if (r >= 0)
                        r = sd_journal_next(journal);
        } while (r > 0 && ret->n < max);
        return r;
}

int unit_log_read(char *const *units, size_t n, size_t max, struct unit_log *ret)
{
        _cleanup_(sd_journal_closep) sd_journal *journal = NULL;
        int r;

        r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);
        if (r < 0)
                return r;
        if (sd_journal_has_runtime_files(journal) <= 0 &&
            sd_journal_has_persistent_files(journal) <= 0)
                return -ENOENT;

        r = add_matches(journal, units, n);
        return r < 0 ? r : read_lines(journal, max, ret);
}

void unit_log_done(struct unit_log *log)
{
        for (size_t i = 0; i < log->n; i++) {
                free(log->lines[i].identifier);
                free(log->lines[i].message);
        }
        free(log->lines);
        *log = (struct unit_log){};
}
