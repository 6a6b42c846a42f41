/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Gives a harness the files that are named, and all files of the directories that are: what libFuzzer
 * found once is tested with any compiler. */

#include <fts.h>
#include <string.h>

#include "basic/cleanup.h"
#include "tests/fuzz/fuzz.h"

/* What is run is named first, for the case that it does not return. */
static void replay(const char *path)
{
        _cleanup_fclose_ FILE *file = fopen(path, "re");
        _cleanup_free_ char *data = NULL;
        _cleanup_fclose_ FILE *copy = NULL;
        size_t size = 0;
        int c;

        require(file);
        copy = open_memstream(&data, &size);
        require(copy);
        while ((c = getc(file)) != EOF)
                putc(c, copy);
        require(fflush(copy) == 0);

        printf("%s\n", path);
        fflush(stdout);
        LLVMFuzzerTestOneInput((const uint8_t *) data, size);
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
        return strcmp((*a)->fts_name, (*b)->fts_name);
}

int main(int argc, char **argv)
{
        unsigned n = 0;
        FTSENT *entry;
        FTS *fts;

        LLVMFuzzerInitialize(&argc, &argv);
        fts = argc > 1 ? fts_open(argv + 1, FTS_LOGICAL | FTS_NOCHDIR, compare_names) : NULL;
        if (!fts) {
                fprintf(stderr, "usage: %s FILE-OR-DIRECTORY...\n", argv[0]);
                return 2;
        }

        while ((entry = fts_read(fts)))
                if (entry->fts_info == FTS_F) {
                        replay(entry->fts_accpath);
                        n++;
                }
        fts_close(fts);

        if (n == 0)
                fprintf(stderr, "%s: nothing to run\n", argv[0]);
        return n > 0 ? 0 : 1;
}
