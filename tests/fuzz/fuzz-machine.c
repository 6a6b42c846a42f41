/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The description of another machine that "plan" and "verify" take. */

#include <fcntl.h>
#include <limits.h>

#include "basic/cleanup.h"
#include "helpers/tool/forecast/machine-file.h"
#include "tests/fuzz/fuzz.h"

static int scratch_fd = -1;
static char file_name[PATH_MAX];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        scratch_fd = open(fuzz_scratch(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        require(scratch_fd >= 0);
        snprintf(file_name, sizeof(file_name), "%s/machine.json", fuzz_scratch());
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        _cleanup_places_ struct machine_places places = {};
        int r;

        fuzz_check_messages();
        fuzz_write(scratch_fd, "machine.json", data, size);
        r = machine_places_read(file_name, &places);
        if (r < 0) {
                require(r == -EBADMSG);
                require(!places.places && !places.kernel);
                return 0;
        }

        require(places.n > 0);
        for (size_t i = 0; i < places.n; i++) {
                require(i == 0 || places.places[i - 1].node < places.places[i].node);
                require(places.places[i].total > 0);
        }
        return 0;
}
