/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/utf8.h"

static char scratch[PATH_MAX];
static int removing_self;

_Noreturn void fuzz_fail(const char *file, int line, const char *function, const char *condition)
{
        fprintf(stderr, "%s:%d: %s: not so: %s\n", file, line, function, condition);
        abort();
}

char *fuzz_string(const uint8_t *data, size_t size)
{
        size_t length = strnlen((const char *) data, size);
        char *text = malloc(length + 1);

        require(text);
        memcpy(text, data, length);
        text[length] = '\0';
        return text;
}

void fuzz_check_message(const char *message)
{
        require(utf8_is_valid(message, strlen(message)));
        for (const char *p = message; *p; p++)
                require((unsigned char) *p >= ' ' && *p != 0x7f);
}

static void check_logged(int level, const char *message, void *userdata)
{
        fuzz_check_message(message);
}

void fuzz_check_messages(void)
{
        log_set_max_level(LOG_DEBUG);
        log_set_sink(check_logged, NULL);
}

static void remove_scratch(void)
{
        fuzz_remove(scratch, /* self= */ 1);
}

const char *fuzz_scratch(void)
{
        const char *parent = getenv("TMPDIR") ?: "/dev/shm";

        if (!scratch[0]) {
                snprintf(scratch, sizeof(scratch), "%s/fd-shmem-fuzz-XXXXXX",
                         access(parent, W_OK) >= 0 ? parent : "/tmp");
                require(mkdtemp(scratch));
                atexit(remove_scratch);
        }
        return scratch;
}

void fuzz_write(int directory_fd, const char *path, const void *data, size_t size)
{
        _cleanup_close_ int fd =
                openat(directory_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        require(fd >= 0);
        require(write(fd, data, size) == (ssize_t) size);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
        return ftw->level > 0 || removing_self ? remove(path) : 0;
}

void fuzz_remove(const char *path, int self)
{
        removing_self = self;
        require(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
}
