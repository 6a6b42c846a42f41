/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "basic/io.h"
#include "basic/log.h"
#include "basic/string-list.h"
#include "helpers/modules/ledger/ledger.h"

/* Receives the name of one record; takes nothing over. */
typedef int (*record_visitor_t)(const char *name, void *userdata);

/* Directories, hidden files and editor backups are ignored. */
static bool is_domain(const char *name)
{
        return name[0] != '.' && name[strlen(name) - 1] != '~';
}

/* Calls VISIT for every record in FOLDER; a folder that does not exist (yet) has none. */
static int visit_records(int state, const char *folder, record_visitor_t visit, void *userdata)
{
        _cleanup_closedir_ DIR *dir = NULL;
        struct dirent *entry;
        int r;

        r = io_open_directory(state, folder, O_NOFOLLOW, &dir);
        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return log_error_errno(r, "Cannot open /run/fd-shmem/%s: %m", folder);

        while ((entry = io_next_entry(dir))) {
                r = is_domain(entry->d_name) ? visit(entry->d_name, userdata) : 0;
                if (r < 0)
                        return r;
        }
        return errno == 0 ? 0 : log_error_errno(errno, "Cannot read /run/fd-shmem/%s: %m", folder);
}

struct reservation_list {
        const struct machine *machine;
        int state;
        struct page_size size;
        struct ledger_reservation *items;
        size_t n;
};

/* Cuts NAME, "DOMAIN:TYPE", at the colon. Whether it is a reservation in the pool of the list. */
static bool is_in_pool(const struct reservation_list *list, char *name, enum page_type *ret)
{
        char *colon = strrchr(name, ':');
        int type = colon ? page_type_from_name(colon + 1) : -EINVAL;

        if (type < 0)
                return false;
        *colon = '\0';
        *ret = (enum page_type) type;
        return page_size_equal(ledger_reservation_size(list->state, name, *ret), list->size);
}

static int append_reservation(const char *name, void *userdata)
{
        struct reservation_list *list = userdata;
        _cleanup_free_ char *domain = strdup(name);
        struct ledger_reservation *bigger;
        enum page_type type;
        int r;

        if (!domain)
                return log_oom();
        if (!is_in_pool(list, domain, &type))
                return 0;

        bigger = reallocarray(list->items, list->n + 1, sizeof(*bigger));
        if (!bigger)
                return log_oom();
        list->items = bigger;
        r = ledger_load_reservation(list->machine, domain, type, &list->items[list->n]);
        if (r < 0)
                return r == -ENOENT ? 0 : r;

        list->n++;
        return 0;
}

int ledger_list_reservations(const struct machine *machine, struct page_size size,
                             struct ledger_reservation **ret, size_t *ret_n)
{
        struct reservation_list list = { .machine = machine,
                                         .state = machine->state,
                                         .size = size };
        int r;

        r = visit_records(machine->state, "reservation", append_reservation, &list);
        if (r < 0) {
                ledger_reservations_free(list.items, list.n);
                return r;
        }

        *ret = list.items;
        *ret_n = list.n;
        return 0;
}

static int count_reservation(const char *name, void *userdata)
{
        struct reservation_list *list = userdata;
        _cleanup_free_ char *domain = strdup(name);
        enum page_type type;

        if (!domain)
                return log_oom();
        list->n += is_in_pool(list, domain, &type);
        return 0;
}

int ledger_count_reservations(int state, struct page_size size, size_t *ret)
{
        struct reservation_list list = { .state = state, .size = size };
        int r;

        r = visit_records(state, "reservation", count_reservation, &list);
        if (r < 0)
                return r;
        *ret = list.n;
        return 0;
}

struct name_list {
        char **items;
        size_t n;
};

static int append_name(const char *name, void *userdata)
{
        struct name_list *list = userdata;

        return string_list_add(&list->items, &list->n, name) < 0 ? log_oom() : 0;
}

int ledger_list_names(int state, const char *folder, char ***ret)
{
        struct name_list list = { .items = calloc(1, sizeof(char *)) };
        int r;

        if (!list.items)
                return log_oom();
        r = visit_records(state, folder, append_name, &list);
        if (r < 0) {
                string_list_free(list.items);
                return r;
        }

        *ret = list.items;
        return 0;
}

int ledger_list_domains(int state, char ***ret)
{
        return ledger_list_names(state, "domain", ret);
}
