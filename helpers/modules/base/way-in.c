/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/base/way-in.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "helpers/modules/base/directory.h"

#define ACL_NAME "system.posix_acl_access"

static struct posix_acl_xattr_entry entry(unsigned tag, unsigned permissions, unsigned id)
{
        return (struct posix_acl_xattr_entry){
                .e_tag = htole16(tag),
                .e_perm = htole16(permissions),
                .e_id = htole32(id),
        };
}

/* Full access for root, search permission for the others, if MODE gives them access to the mount. */
static int let_pass(int fd, uid_t uid, gid_t gid, mode_t mode)
{
        struct {
                struct posix_acl_xattr_header head;
                struct posix_acl_xattr_entry entries[6];
        } acl = {
                .head = { htole32(POSIX_ACL_XATTR_VERSION) },
                .entries = {
                        entry(ACL_USER_OBJ, ACL_READ | ACL_WRITE | ACL_EXECUTE, ACL_UNDEFINED_ID),
                        entry(ACL_USER, mode & 0100 ? ACL_EXECUTE : 0, uid),
                        entry(ACL_GROUP_OBJ, 0, ACL_UNDEFINED_ID),
                        entry(ACL_GROUP, mode & 0010 ? ACL_EXECUTE : 0, gid),
                        entry(ACL_MASK, ACL_EXECUTE, ACL_UNDEFINED_ID),
                        entry(ACL_OTHER, mode & 0001 ? ACL_EXECUTE : 0, ACL_UNDEFINED_ID),
                },
        };

        return fsetxattr(fd, ACL_NAME, &acl, sizeof(acl), 0) < 0 ? -errno : 0;
}

/* Whether NAME in the directory BASE is the root of a live mount, handed over to somebody. */
static bool is_handed_over(int base, const char *name, struct stat *ret)
{
        struct stat outside;

        return fstat(base, &outside) == 0 &&
               fstatat(base, name, ret, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
               S_ISDIR(ret->st_mode) && ret->st_dev != outside.st_dev && ret->st_uid != 0;
}

void way_in_open(const struct ledger_domain *domain)
{
        _cleanup_close_ int base = directory_open(domain->path);

        for (int type = 0; type < N_PAGE_TYPES; type++) {
                struct stat mount;
                int r;

                if (base < 0 || !domain->mount[type] ||
                    !is_handed_over(base, page_type_directory(type), &mount))
                        continue;
                r = let_pass(base, mount.st_uid, mount.st_gid, mount.st_mode);
                if (r < 0)
                        (void) log_debug_errno(r, "Cannot let the owner of %s in: %m",
                                               domain->path);
                return;
        }
}

bool way_in_is_open(const struct ledger_domain *domain)
{
        _cleanup_close_ int base = directory_open(domain->path);
        struct stat st;

        return base >= 0 && fstat(base, &st) == 0 && st.st_uid == 0 && st.st_gid == 0 &&
               (st.st_mode & 07776) == 0710 && fgetxattr(base, ACL_NAME, NULL, 0) > 0;
}
