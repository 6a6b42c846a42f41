/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/device-spec.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

/* linux/if.h: IFNAMSIZ, linux/blkdev.h: DISK_NAME_LEN, both with the NUL. A pattern may be longer. */
#define NET_NAME_MAX   15
#define BLOCK_NAME_MAX 31

#define FORMS "pci:ADDRESS, pci:VENDOR:DEVICE, net:INTERFACE or block:DISK"

static const char *const bus_names[N_DEVICE_BUSES] = {
        [DEVICE_PCI] = "pci",
        [DEVICE_NET] = "net",
        [DEVICE_BLOCK] = "block",
};

const char *device_bus_name(enum device_bus bus)
{
        return bus_names[bus];
}

int device_bus_from_name(const char *name)
{
        for (enum device_bus bus = 0; bus < N_DEVICE_BUSES; bus++)
                if (strcmp(name, bus_names[bus]) == 0)
                        return (int) bus;
        return -EINVAL;
}

void device_spec_done(struct device_spec *spec)
{
        free(spec->text);
        *spec = (struct device_spec){};
}

const char *device_spec_name(const struct device_spec *spec)
{
        return spec->text + spec->optional + strlen(bus_names[spec->bus]) + 1;
}

static bool has_wildcard(const char *name)
{
        return strpbrk(name, "*?[");
}

bool device_spec_is_pattern(const struct device_spec *spec)
{
        return spec->by_id || has_wildcard(device_spec_name(spec));
}

bool device_spec_matches(const struct device_spec *spec, enum device_bus bus, const char *name,
                         uint32_t vendor, uint32_t device)
{
        if (spec->bus != bus)
                return false;
        if (spec->by_id)
                return spec->vendor == vendor &&
                       (spec->device == DEVICE_ID_ANY || spec->device == device);
        return fnmatch(device_spec_name(spec), name, 0) == 0;
}

/* Whether there are N to MAX hexadecimal digits and then END at *P, which is moved behind it. */
static bool skip_hex(const char **p, size_t n, size_t max, char end)
{
        size_t digits = strspn(*p, "0123456789abcdef");

        if (digits < n || digits > max || (*p)[digits] != end)
                return false;
        *p += digits + (end != '\0');
        return true;
}

/* "0000:3b:00.0", where the domain is five digits behind some controllers (drivers/pci/controller/vmd.c),
 * and the function may be "*". */
static bool is_pci_address(const char *name)
{
        const char *p = name;

        return skip_hex(&p, 4, 8, ':') && skip_hex(&p, 2, 2, ':') && skip_hex(&p, 2, 2, '.') &&
               (*p == '*' || (*p >= '0' && *p <= '7')) && p[1] == '\0';
}

/* "15b3:1017", "15b3:*". */
static bool is_pci_id(const char *name)
{
        const char *p = name;

        return skip_hex(&p, 4, 4, ':') && (strcmp(p, "*") == 0 || skip_hex(&p, 4, 4, '\0'));
}

static int check_pci(struct device_spec *spec, char *name, char **ret_reason)
{
        for (char *p = name; *p; p++)
                *p = (char) tolower((unsigned char) *p);

        if (is_pci_address(name))
                return 0;
        if (!is_pci_id(name))
                return refuse(ret_reason, -EINVAL,
                              "'%s' is neither the address of a PCI device, as in "
                              "pci:0000:3b:00.0, nor its vendor and device, as in pci:15b3:1017 or "
                              "pci:15b3:*",
                              spec->text);

        spec->by_id = true;
        spec->vendor = (uint32_t) strtoul(name, NULL, 16);
        spec->device = name[5] == '*' ? DEVICE_ID_ANY : (uint32_t) strtoul(name + 5, NULL, 16);
        return 0;
}

static int check_name(const struct device_spec *spec, const char *name, char **ret_reason)
{
        bool net = spec->bus == DEVICE_NET;
        size_t max = net ? NET_NAME_MAX : BLOCK_NAME_MAX;

        if (strchr(name, '/'))
                return refuse(
                        ret_reason, -EINVAL,
                        "'%s' has a slash in it; write the name that /sys/class/%s has, as in "
                        "%s",
                        spec->text, net ? "net" : "block", net ? "net:eth2" : "block:nvme0n1");
        if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return refuse(ret_reason, -EINVAL, "'%s' names no %s", spec->text,
                              net ? "interface" : "disk");
        if (!has_wildcard(name) && strlen(name) > max)
                return refuse(ret_reason, -EINVAL, "'%s' is longer than the name of %s can be, %zu",
                              spec->text, net ? "an interface" : "a disk", max);
        return 0;
}

/* Sets the bus. Returns the rest of the word, or NULL. */
static char *split_bus(struct device_spec *spec)
{
        char *start = spec->text + spec->optional, *colon = strchr(start, ':');

        for (enum device_bus bus = 0; colon && bus < N_DEVICE_BUSES; bus++)
                if (strlen(bus_names[bus]) == (size_t) (colon - start) &&
                    strncmp(start, bus_names[bus], (size_t) (colon - start)) == 0) {
                        spec->bus = bus;
                        return colon + 1;
                }
        return NULL;
}

int device_spec_parse(const char *text, struct device_spec *ret, char **ret_reason)
{
        _cleanup_(device_spec_done) struct device_spec spec = {
                .text = strdup(text),
                .optional = *text == '?',
        };
        char *name;
        int r;

        if (!spec.text)
                return refuse(ret_reason, -ENOMEM, "out of memory");

        name = split_bus(&spec);
        if (!name)
                return refuse(ret_reason, -EINVAL, "'%s' is no device; write " FORMS, text);
        for (const char *p = name; *p; p++)
                if (strchr(",\"'\\", *p) || !isgraph((unsigned char) *p))
                        return refuse(ret_reason, -EINVAL,
                                      "'%s' has a comma, a quote, a backslash or a byte that no "
                                      "name has; separate devices by blanks",
                                      text);
        r = spec.bus == DEVICE_PCI ? check_pci(&spec, name, ret_reason)
                                   : check_name(&spec, name, ret_reason);
        if (r < 0)
                return r;

        *ret = spec;
        spec = (struct device_spec){};
        return 0;
}

void device_list_done(struct device_list *list)
{
        for (size_t i = 0; i < list->n; i++)
                device_spec_done(&list->specs[i]);
        free(list->specs);
        *list = (struct device_list){};
}

static bool contains(const struct device_list *list, const char *text)
{
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->specs[i].text, text) == 0)
                        return true;
        return false;
}

static int add_word(struct device_list *list, const char *word, char **ret_reason)
{
        _cleanup_(device_spec_done) struct device_spec spec = {};
        struct device_spec *specs;
        int r;

        r = device_spec_parse(word, &spec, ret_reason);
        if (r < 0 || contains(list, spec.text))
                return r;

        specs = reallocarray(list->specs, list->n + 1, sizeof(*specs));
        if (!specs)
                return refuse(ret_reason, -ENOMEM, "out of memory");
        list->specs = specs;
        specs[list->n++] = spec;
        spec = (struct device_spec){};
        return 0;
}

int device_list_parse(const char *text, struct device_list *ret, char **ret_reason)
{
        _cleanup_(device_list_done) struct device_list list = {};
        _cleanup_free_ char *copy = strdup(text);
        char *rest = copy, *word;

        if (!copy)
                return refuse(ret_reason, -ENOMEM, "out of memory");

        while ((word = strsep(&rest, " \t"))) {
                int r = *word ? add_word(&list, word, ret_reason) : 0;

                if (r < 0)
                        return r;
        }

        *ret = list;
        list = (struct device_list){};
        return 0;
}

int device_list_format(const struct device_list *list, char **ret)
{
        size_t size = 1;
        char *end;

        for (size_t i = 0; i < list->n; i++)
                size += strlen(list->specs[i].text) + 1;
        *ret = list->n > 0 ? malloc(size) : NULL;
        if (!*ret)
                return list->n > 0 ? -ENOMEM : 0;

        end = *ret;
        for (size_t i = 0; i < list->n; i++)
                end = stpcpy(stpcpy(end, i > 0 ? " " : ""), list->specs[i].text);
        return 0;
}

bool device_list_needs_driver(const struct device_list *list)
{
        for (size_t i = 0; i < list->n; i++)
                if (list->specs[i].bus != DEVICE_PCI)
                        return true;
        return false;
}
