/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The records of the ledger: any text is read as each kind. What is read is written so that the same is
 * read again, and writing that gives the same text. */

#include <limits.h>
#include <string.h>

#include "basic/cleanup.h"
#include "helpers/modules/ledger/handover-record.h"
#include "helpers/modules/ledger/ledger-text.h"
#include "helpers/modules/ledger/record-text.h"
#include "tests/fuzz/fuzz.h"

#define BOOT   "6c2d4b7a-0000-4000-8000-000000000001"
#define DOMAIN "a"

/* A record of any kind. */
union record {
        struct ledger_reservation reservation;
        struct ledger_baseline baseline;
        struct ledger_domain domain;
        struct ledger_handover handover;
};

struct kind {
        int (*parse)(char *text, union record *ret);
        int (*format)(const union record *record, char **ret);
        void (*check)(const union record *record);
        void (*done)(union record *record);
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        return 0;
}

static int parse_reservation(char *text, union record *ret)
{
        return ledger_parse_reservation(text, "reservation/a:huge", BOOT, DOMAIN, PAGE_HUGE,
                                        &ret->reservation);
}

static int format_reservation(const union record *record, char **ret)
{
        return record_format(BOOT, ledger_write_reservation, &record->reservation, ret);
}

static void check_reservation(const union record *record)
{
        const struct ledger_reservation *reservation = &record->reservation;

        for (size_t i = 0; i < reservation->n_nodes; i++) {
                require(i == 0 || reservation->nodes[i - 1].node < reservation->nodes[i].node);
                require(reservation->nodes[i].converted <= reservation->nodes[i].added);
        }
}

static void done_reservation(union record *record)
{
        ledger_reservation_done(&record->reservation);
}

static int parse_baseline(char *text, union record *ret)
{
        return ledger_parse_baseline(text, "baseline/huge", BOOT, page_size_default(PAGE_HUGE),
                                     &ret->baseline);
}

static int format_baseline(const union record *record, char **ret)
{
        return record_format(BOOT, ledger_write_baseline, &record->baseline, ret);
}

static void check_baseline(const union record *record)
{
        for (size_t i = 1; i < record->baseline.n_nodes; i++)
                require(record->baseline.nodes[i - 1].node < record->baseline.nodes[i].node);
}

static void done_baseline(union record *record)
{
        ledger_baseline_done(&record->baseline);
}

static int parse_domain(char *text, union record *ret)
{
        return ledger_parse_domain(text, "domain/a", BOOT, DOMAIN, &ret->domain);
}

static int format_domain(const union record *record, char **ret)
{
        return record_format(BOOT, ledger_write_domain, &record->domain, ret);
}

static void check_domain(const union record *record)
{
        const struct ledger_domain *domain = &record->domain;

        require(domain->path && domain->path[0] == '/');
        require((domain->base_mode & ~(mode_t) 07777) == 0);
        for (char **parent = domain->parents_made; parent && *parent; parent++)
                require((*parent)[0] == '/');
}

static void done_domain(union record *record)
{
        ledger_domain_done(&record->domain);
}

static int parse_handover(char *text, union record *ret)
{
        return handover_parse(text, "handover/a", BOOT, &ret->handover);
}

static int format_handover(const union record *record, char **ret)
{
        return record_format(BOOT, handover_write, &record->handover, ret);
}

static void check_handover(const union record *record)
{
        for (size_t i = 0; i < record->handover.n_pages; i++) {
                require(record->handover.pages[i].type < N_PAGE_TYPES);
                require(record->handover.pages[i].node <= INT_MAX);
                require(record->handover.pages[i].pages <= RECORD_PAGES_MAX);
        }
}

static void done_handover(union record *record)
{
        ledger_handover_done(&record->handover);
}

static const struct kind kinds[] = {
        { parse_reservation, format_reservation, check_reservation, done_reservation },
        { parse_baseline, format_baseline, check_baseline, done_baseline },
        { parse_domain, format_domain, check_domain, done_domain },
        { parse_handover, format_handover, check_handover, done_handover },
};

/* Reads TEXT, which is destroyed; NULL: refused. Otherwise what it says, written again. */
static char *rewrite(const struct kind *kind, char *text)
{
        union record record;
        char *written;

        if (kind->parse(text, &record) < 0)
                return NULL;
        kind->check(&record);
        require(kind->format(&record, &written) >= 0);
        kind->done(&record);
        return written;
}

static void check_kind(const struct kind *kind, const char *text)
{
        _cleanup_free_ char *copy = strdup(text), *first = NULL, *second = NULL, *third = NULL;

        require(copy);
        first = rewrite(kind, copy);
        if (!first)
                return;
        second = strdup(first);
        require(second);
        third = rewrite(kind, second);
        require(third);
        require(strcmp(first, third) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        _cleanup_free_ char *text = fuzz_string(data, size);

        fuzz_check_messages();
        for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
                check_kind(&kinds[i], text);
        return 0;
}
