/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/mounts/mount-context.h"

#include <assert.h>
#include <libmount.h>
#include <string.h>

static_assert(MOUNT_EXIT_USAGE == MNT_EX_USAGE && MOUNT_EXIT_SYSTEM == MNT_EX_SYSERR &&
                      MOUNT_EXIT_FAILED == MNT_EX_FAIL,
              "the exit statuses are those of libmount");

int mount_context_run(const char *fstype, const char *target, const char *options, bool fake,
                      struct mount_failure *failure)
{
        struct libmnt_context *context = mnt_new_context();
        int r;

        failure->error = 0;
        strcpy(failure->text, "Out of memory");
        if (!context)
                return MOUNT_EXIT_SYSTEM;
        mnt_context_disable_helpers(context, true);
        mnt_context_enable_fake(context, fake);
        r = mnt_context_set_source(context, "none");
        if (r == 0)
                r = mnt_context_set_target(context, target);
        if (r == 0)
                r = mnt_context_set_fstype(context, fstype);
        if (r == 0)
                r = mnt_context_set_options(context, options);
        if (r == 0)
                r = mnt_context_mount(context);
        if (r != 0)
                failure->error = mnt_context_get_syscall_errno(context);
        r = mnt_context_get_excode(context, r, failure->text, sizeof(failure->text));
        mnt_free_context(context);
        return r;
}
