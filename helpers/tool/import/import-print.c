/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The configuration that was imported: a domain for each mount, which has the pages of its size if it is the first of
 * that size; and domains without mounts for the pages that are left. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "helpers/tool/import/import-model.h"

/* The key that asks for pages of a size: those of other sizes are huge pages with a HugeSize=. */
static enum page_type type_of(struct page_size size)
{
        return page_size_equal(size, page_size_default(PAGE_GIGANTIC)) ? PAGE_GIGANTIC : PAGE_HUGE;
}

static bool has_pages(const struct import *import, struct page_size size)
{
        for (size_t i = 0; i < import->n_pages; i++)
                if (page_size_equal(import->pages[i].size, size) && import->pages[i].count > 0)
                        return true;
        return false;
}

/* "Huge=0:512,1:512", each number with a comment on where it is from. Without pages: OTHERWISE. */
static void print_pages(const struct import *import, struct page_size size, const char *otherwise,
                        FILE *out)
{
        enum page_type type = type_of(size);
        const char *separator = "";

        if (!page_size_equal(size, page_size_default(type)))
                fprintf(out, "HugeSize=%s\n", page_size_text(size));
        if (!has_pages(import, size)) {
                fprintf(out, "%s=%s\n", page_type_key(type), otherwise);
                return;
        }
        for (size_t i = 0; i < import->n_pages; i++)
                if (page_size_equal(import->pages[i].size, size))
                        fprintf(out, "# %s\n", import->pages[i].where);
        fprintf(out, "%s=", page_type_key(type));
        for (size_t i = 0; i < import->n_pages; i++) {
                const struct import_pages *pages = import->pages + i;

                if (!page_size_equal(pages->size, size) || pages->count == 0)
                        continue;
                fputs(separator, out);
                if (pages->node != NODE_ANY)
                        fprintf(out, "%d:", pages->node);
                fprintf(out, "%" PRIu64, pages->count);
                separator = ",";
        }
        fputc('\n', out);
}

static void print_owner(const struct import_mount *mount, FILE *out)
{
        /* What a hugetlbfs has that says nothing of it (fs/hugetlbfs/inode.c: hugetlbfs_init_fs_context). */
        fprintf(out, "User=%s\nGroup=%s\n", mount->user ?: "root", mount->group ?: "root");
        fprintf(out, "Mode=%s\n", mount->mode ?: "0755");
}

/* min_size= is in bytes, or has a suffix, which the key takes as it is. */
static void print_claim(const struct import_mount *mount, enum page_type type, FILE *out)
{
        const char *name = page_type_name(type);

        if (!mount->claim)
                fputs("# As before, it claims nothing: other programs may use the pages. Without this line they are its "
                      "own.\nMinSize=no\n",
                      out);
        else if (strspn(mount->claim, "0123456789") == strlen(mount->claim))
                fprintf(out, "MinSize=%s:%" PRIu64 "\n", name,
                        (uint64_t) strtoull(mount->claim, NULL, 10) / mount->size.bytes);
        else
                fprintf(out, "MinSize=%s:%s\n", name, mount->claim);
}

static void print_mount(const struct import *import, size_t at, FILE *out)
{
        const struct import_mount *mount = import->mounts + at;
        enum page_type type = type_of(mount->size);

        fprintf(out, "\n# %s\n[imported-%zu]\nPath=/run/imported/%zu\n%sPath=%s\n", mount->where,
                at + 1, at + 1, page_type_key(type), mount->path);
        print_owner(mount, out);
        if (!import_mount_has_pages(import, at))
                fprintf(out, "%s=yes\n", page_type_key(type));
        else
                print_pages(import, mount->size, "yes", out);
        fprintf(out, "%s=no\nNormal=no\n",
                page_type_key(type == PAGE_HUGE ? PAGE_GIGANTIC : PAGE_HUGE));
        if (import_mount_has_pages(import, at))
                print_claim(mount, type, out);
}

static bool has_mount(const struct import *import, struct page_size size)
{
        for (size_t i = 0; i < import->n_mounts; i++)
                if (page_size_equal(import->mounts[i].size, size))
                        return true;
        return false;
}

/* A domain for each size: one has no more than two. */
static void print_rest(const struct import *import, size_t *n, FILE *out)
{
        for (size_t i = 0; i < import->n_pages; i++) {
                struct page_size size = import->pages[i].size;
                bool first = true;

                for (size_t k = 0; k < i; k++)
                        first &= !page_size_equal(import->pages[k].size, size);
                if (!first || has_mount(import, size) || !has_pages(import, size))
                        continue;
                fprintf(out, "\n[imported-pages-%s]\nMounts=no\n", page_size_text(size));
                print_pages(import, size, "no", out);
                (*n)++;
        }
}

static void print_notes(const char *heading, char *const *notes, FILE *out)
{
        if (!notes)
                return;
        fprintf(out, "#\n# %s\n", heading);
        for (; *notes; notes++)
                fprintf(out, "#   %s\n", *notes);
}

int import_print(const struct import *import, FILE *out, size_t *ret_domains)
{
        size_t n = import->n_mounts;

        fputs("# Made by \"fd-shmem import\"; \"fd-shmem verify\" checks it.\n", out);
        print_notes("What does the same until now, to be removed when this is used:", import->old,
                    out);
        print_notes("Not carried over:", import->left, out);
        for (size_t i = 0; i < import->n_mounts; i++)
                print_mount(import, i, out);
        print_rest(import, &n, out);
        *ret_domains = n;
        return ferror(out) ? log_oom() : 0;
}
