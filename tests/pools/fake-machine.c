/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pools/fake-machine.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/kernel/boot-id.h"
#include "helpers/modules/kernel/pool.h"
#include "helpers/modules/kernel/sysfs.h"

static char root[64];
static char *log_text;
static size_t log_size;
static FILE *log_stream;

static void sink(int level, const char *message, void *userdata)
{
        fprintf(log_stream, "%s\n", message);
}

const char *fake_log(void)
{
        static char *last;

        fclose(log_stream);
        free(last);
        last = log_text;
        log_text = NULL;
        log_stream = open_memstream(&log_text, &log_size);
        return last;
}

static void make_directories(int dirfd, const char *path)
{
        char directory[256];

        for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
                memcpy(directory, path, (size_t) (slash - path));
                directory[slash - path] = '\0';
                (void) mkdirat(dirfd, directory, 0755);
        }
}

static void __attribute__((format(printf, 3, 4)))
write_file(int dirfd, const char *path, const char *format, ...)
{
        char text[4096];
        _cleanup_close_ int fd = -1;
        va_list ap;
        int n;

        va_start(ap, format);
        n = vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0) {
                make_directories(dirfd, path);
                fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        }
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, (size_t) n), n);
}

void fake_node_set(const struct machine *machine, unsigned node, const struct fake_node *values)
{
        char path[64];

        snprintf(path, sizeof(path), "devices/system/node/node%u/meminfo", node);
        write_file(machine->sysfs, path,
                   "Node %u MemTotal:       %" PRIu64 " kB\nNode %u MemFree:        %" PRIu64
                   " kB\nNode %u Active(file):   0 kB\nNode %u Inactive(file): 0 kB\n"
                   "Node %u Dirty: 0 kB\nNode %u Writeback: 0 kB\nNode %u SReclaimable: 0 kB\n",
                   node, values->memory_mib * 1024, node, values->free_mib * 1024, node, node, node,
                   node, node);
        snprintf(path, sizeof(path), "devices/system/node/node%u/cpulist", node);
        write_file(machine->sysfs, path, "%s\n", values->cpus ?: "");
        snprintf(path, sizeof(path), "devices/system/node/node%u/compact", node);
        write_file(machine->sysfs, path, "%s", "");
}

static void write_counter(const struct machine *machine, unsigned node, struct page_size size,
                          const char *name, uint64_t value)
{
        char path[128];

        snprintf(path, sizeof(path),
                 "devices/system/node/node%u/hugepages/hugepages-%" PRIu64 "kB/%s", node,
                 size.bytes / 1024, name);
        write_file(machine->sysfs, path, "%" PRIu64 "\n", value);
}

static void write_global_counter(const struct machine *machine, struct page_size size,
                                 const char *name, uint64_t value)
{
        char path[128];

        snprintf(path, sizeof(path), "kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s",
                 size.bytes / 1024, name);
        write_file(machine->sysfs, path, "%" PRIu64 "\n", value);
}

static void write_global(const struct machine *machine, struct page_size size)
{
        struct pool_counts all = {};

        for (unsigned node = 0; node < FAKE_NODES; node++) {
                struct pool_counts counts;

                if (pool_read(machine->sysfs, node, size, &counts) < 0)
                        continue;
                all.total += counts.total;
                all.free += counts.free;
                all.surplus += counts.surplus;
        }
        write_global_counter(machine, size, "nr_hugepages", all.total);
        write_global_counter(machine, size, "free_hugepages", all.free);
        write_global_counter(machine, size, "surplus_hugepages", all.surplus);
        write_global_counter(machine, size, "resv_hugepages", fake_kernel.reserved);
}

struct pool_counts *fake_pool_in_memory(unsigned node, struct page_size size)
{
        return &fake_kernel.pools[node][page_size_is_gigantic(size)];
}

void fake_pool_set_of(const struct machine *machine, unsigned node, struct page_size size,
                      uint64_t total, uint64_t free_pages, uint64_t surplus)
{
        if (fake_kernel.in_memory) {
                *fake_pool_in_memory(node, size) =
                        (struct pool_counts){ total, free_pages, surplus };
                return;
        }
        write_counter(machine, node, size, "nr_hugepages", total);
        write_counter(machine, node, size, "free_hugepages", free_pages);
        write_counter(machine, node, size, "surplus_hugepages", surplus);
        write_global(machine, size);
}

void fake_pool_set(const struct machine *machine, unsigned node, enum page_type type,
                   uint64_t total, uint64_t free_pages, uint64_t surplus)
{
        fake_pool_set_of(machine, node, page_size_default(type), total, free_pages, surplus);
}

void fake_process_died(const struct machine *machine)
{
        for (unsigned node = 0; node < FAKE_NODES; node++) {
                struct pool_counts counts;

                if (pool_read(machine->sysfs, node, page_size_default(PAGE_HUGE), &counts) < 0)
                        continue;
                fake_pool_set(machine, node, PAGE_HUGE, pool_persistent(&counts),
                              counts.free > counts.surplus ? counts.free - counts.surplus : 0, 0);
        }
}

uint64_t fake_pool_of(const struct machine *machine, unsigned node, struct page_size size)
{
        struct pool_counts counts;

        assert_int_equal(pool_read(machine->sysfs, node, size, &counts), 0);
        return pool_persistent(&counts);
}

uint64_t fake_pool(const struct machine *machine, unsigned node, enum page_type type)
{
        return fake_pool_of(machine, node, page_size_default(type));
}

void fake_boot(const struct machine *machine, const char *boot)
{
        write_file(machine->procfs, "sys/kernel/random/boot_id", "%s\n", boot);
        boot_id_forget();
}

static int open_directory(const char *name)
{
        char path[128];
        int fd;

        snprintf(path, sizeof(path), "%s/%s", root, name);
        assert_int_equal(mkdir(path, 0755), 0);
        fd = open(path, O_DIRECTORY | O_CLOEXEC);
        assert_true(fd >= 0);
        return fd;
}

void fake_machine_open(struct machine *ret)
{
        static const struct fake_node node = { .memory_mib = 4096, .free_mib = 3072 };

        /* Many thousand files are written: in memory, if that can be. */
        strcpy(root, access("/dev/shm", W_OK) == 0 ? "/dev/shm/fd-shmem-pools-XXXXXX"
                                                   : "/tmp/fd-shmem-pools-XXXXXX");
        assert_non_null(mkdtemp(root));
        ret->sysfs = open_directory("sys");
        fake_machine_sysfs = ret->sysfs;
        ret->procfs = open_directory("proc");
        ret->state = open_directory("state");

        fake_kernel = (struct fake_kernel){ .capacity = { 1 << 20, 0, 1 << 20 } };
        write_file(ret->sysfs, "devices/system/node/has_memory", "0,2\n");
        fake_boot(ret, FAKE_BOOT);
        write_file(ret->procfs, "zoneinfo",
                   "Node 0, zone   Normal\n  pages free     3\n"
                   "        high     256\n    pagesets\n"
                   "              high:  500\n"
                   "Node 2, zone   Normal\n        high     256\n");
        for (unsigned n = 0; n < FAKE_NODES; n += 2) {
                fake_node_set(ret, n, &node);
                fake_pool_set(ret, n, PAGE_HUGE, 0, 0, 0);
                fake_pool_set(ret, n, PAGE_GIGANTIC, 0, 0, 0);
        }
        write_global_counter(ret, page_size_default(PAGE_HUGE), "nr_overcommit_hugepages", 0);

        log_stream = open_memstream(&log_text, &log_size);
        log_set_sink(sink, NULL);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        return remove(path);
}

void fake_machine_close(struct machine *machine)
{
        machine_close(machine);
        nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        log_set_sink(NULL, NULL);
        fclose(log_stream);
        free(log_text);
        log_text = NULL;
}
