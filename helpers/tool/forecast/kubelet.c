/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/forecast/kubelet.h"

#include <inttypes.h>

/* "2Mi", "1Gi", "1536Mi": Kubernetes' shortest form of a whole number of bytes, which is also how it names
 * page sizes (k8s.io/apimachinery/pkg/api/resource, "canonical form"). */
static void print_quantity(FILE *out, uint64_t bytes)
{
        static const char *const suffixes[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", NULL };
        size_t i = 0;

        for (; bytes > 0 && bytes % 1024 == 0 && suffixes[i + 1]; bytes /= 1024)
                i++;
        fprintf(out, "%" PRIu64 "%s", bytes, suffixes[i]);
}

static void print_limit(FILE *out, const char *separator, struct page_size size, uint64_t pages)
{
        fprintf(out, "%shugepages-", separator);
        print_quantity(out, size.bytes);
        fputc('=', out);
        print_quantity(out, pages * size.bytes);
}

/* A limit of zero is an error there, as is a node without limits. */
static bool print_node(FILE *out, const struct boot_pages *pages, size_t place, const char *before)
{
        unsigned order[POOL_SLOTS_MAX], n = pool_slots_order(&pages->machine->slots, order);
        bool any = false;

        for (unsigned at = 0; at < n; at++) {
                unsigned slot = order[at];

                if (!pages->sums[slot] || pages->sums[slot][place] == 0)
                        continue;
                if (!any)
                        fprintf(out, "%s%u:", before, pages->machine->places[place].node);
                print_limit(out, any ? "," : "", machine_slot_size(pages->machine, slot),
                            pages->sums[slot][place]);
                any = true;
        }
        return any;
}

bool kubelet_print_reserved(FILE *out, const struct boot_pages *pages)
{
        bool any = false;

        for (size_t i = 0; i < pages->machine->n; i++)
                any |= print_node(out, pages, i, any ? ";" : "--reserved-memory=");
        if (any)
                fputc('\n', out);
        return any;
}

void kubelet_print_sums(FILE *out, const struct boot_pages *pages)
{
        unsigned order[POOL_SLOTS_MAX], n = pool_slots_order(&pages->machine->slots, order);
        const char *separator = "";

        for (unsigned at = 0; at < n; at++) {
                unsigned slot = order[at];
                uint64_t sum = 0;

                for (size_t i = 0; pages->sums[slot] && i < pages->machine->n; i++)
                        sum += pages->sums[slot][i];
                if (sum == 0)
                        continue;
                print_limit(out, separator, machine_slot_size(pages->machine, slot), sum);
                separator = ",";
        }
}
