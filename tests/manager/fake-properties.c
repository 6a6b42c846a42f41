/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/manager/fake-properties.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"

static int append_names(sd_bus_message *reply, const char *names)
{
        char *copy = strdup(names ?: ""), *save = NULL;
        int r = sd_bus_message_open_container(reply, 'v', "as");

        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "s");
        for (char *name = strtok_r(copy, " ", &save); name && r >= 0;
             name = strtok_r(NULL, " ", &save))
                r = sd_bus_message_append(reply, "s", name);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        free(copy);
        return r;
}

static const char *list_of(const struct fake_unit *unit, const char *name)
{
        const struct {
                const char *name, *value;
        } lists[] = {
                { "Before", unit->before },          { "After", unit->after },
                { "DropInPaths", unit->drop_ins },   { "RequiredBy", unit->required_by },
                { "ConsistsOf", unit->consists_of },
        };

        for (size_t i = 0; i < ELEMENTSOF(lists); i++)
                if (strcmp(lists[i].name, name) == 0)
                        return lists[i].value;
        return NULL;
}

/* One command, as in ExecStart=. */
static int append_command(sd_bus_message *reply, const char *words)
{
        char *copy = strdup(words ?: ""), *save = NULL, *argv[8] = {};
        size_t n = 0;
        int r = sd_bus_message_open_container(reply, 'v', "a(sasbttttuii)");

        for (char *word = strtok_r(copy, " ", &save); word && n + 1 < ELEMENTSOF(argv);
             word = strtok_r(NULL, " ", &save))
                argv[n++] = word;
        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sasbttttuii)");
        if (r >= 0 && n > 0)
                r = sd_bus_message_open_container(reply, 'r', "sasbttttuii");
        if (r >= 0 && n > 0)
                r = sd_bus_message_append(reply, "s", argv[0]);
        if (r >= 0 && n > 0)
                r = sd_bus_message_append_strv(reply, argv);
        if (r >= 0 && n > 0)
                r = sd_bus_message_append(reply, "bttttuii", 0, UINT64_C(0), UINT64_C(0),
                                          UINT64_C(0), UINT64_C(0), 0U, 0, 0);
        for (int open = n > 0 ? 3 : 2; open > 0 && r >= 0; open--)
                r = sd_bus_message_close_container(reply);
        free(copy);
        return r;
}

/* TEXT is "-Memory=>=64G": the state, and the assertion as it is written. */
static int append_assertion(sd_bus_message *reply, char *text)
{
        char *value = strchr(text, '='), type[64];
        int state = *text == '-' ? -1 : *text == '+', trigger, negate;

        *value++ = '\0';
        snprintf(type, sizeof(type), "Assert%s", text + 1);
        trigger = *value == '|';
        value += trigger;
        negate = *value == '!';
        value += negate;
        return sd_bus_message_append(reply, "(sbbsi)", type, trigger, negate, value, state);
}

static int append_assertions(sd_bus_message *reply, const char *list)
{
        char *copy = strdup(list ?: ""), *save = NULL;
        int r = sd_bus_message_open_container(reply, 'v', "a(sbbsi)");

        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(sbbsi)");
        for (char *text = strtok_r(copy, " ", &save); text && r >= 0;
             text = strtok_r(NULL, " ", &save))
                r = append_assertion(reply, text);
        for (int open = 2; open > 0 && r >= 0; open--)
                r = sd_bus_message_close_container(reply);
        free(copy);
        return r;
}

int fake_append_property(sd_bus_message *reply, const struct fake_unit *unit, const char *name)
{
        if (strcmp(name, "LoadState") == 0)
                return sd_bus_message_append(reply, "v", "s", unit->load_state);
        if (strcmp(name, "ActiveState") == 0)
                return sd_bus_message_append(reply, "v", "s", unit->active_state ?: "inactive");
        if (strcmp(name, "SubState") == 0)
                return sd_bus_message_append(reply, "v", "s", "sub");
        if (strcmp(name, "ExecStart") == 0)
                return append_command(reply, unit->command);
        if (strcmp(name, "AssertTimestampMonotonic") == 0)
                return sd_bus_message_append(reply, "v", "t", UINT64_C(7) * unit->tried);
        if (strcmp(name, "AssertResult") == 0)
                return sd_bus_message_append(reply, "v", "b", (int) unit->asserted);
        if (strcmp(name, "Asserts") == 0)
                return append_assertions(reply, unit->assertions);
        return append_names(reply, list_of(unit, name));
}
