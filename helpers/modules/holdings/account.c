/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/modules/holdings/account.h"

#include "basic/number.h"

struct account account_judge(struct account account, uint64_t persistent)
{
        if (persistent >= account.others + account.ours)
                return (struct account){ .others = persistent - account.ours,
                                         .ours = account.ours };

        account.others = min_u64(account.others, persistent);
        account.ours = persistent - account.others;
        return account;
}

struct account account_open(uint64_t persistent, uint64_t ours, uint64_t adopted)
{
        return account_judge((struct account){ .others = adopted, .ours = ours }, persistent);
}

uint64_t account_gained(uint64_t before, uint64_t target, uint64_t now)
{
        return now > before ? min_u64(now, target) - before : 0;
}

uint64_t account_inherit(uint64_t added, uint64_t before, uint64_t target, uint64_t now,
                         uint64_t *ret_doubt)
{
        uint64_t given;

        if (target >= before) {
                *ret_doubt = now > target ? target - before : 0;
                return *ret_doubt > 0 ? added : added + account_gained(before, target, now);
        }

        given = now == before ? 0 : min_u64(before - target, added);
        *ret_doubt = now == before || now == target ? 0 : given;
        return added - given;
}
