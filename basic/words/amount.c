/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "basic/words/amount.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* Hundredths of a percent. */
#define PERCENT_MAX 10000

static const struct {
        char suffix;
        unsigned shift;
} size_units[] = {
        { 'T', 40 }, { 'G', 30 }, { 'M', 20 }, { 'K', 10 }, { 'B', 0 },
};

/* Reads the digits at *TEXT and moves *TEXT past them. */
static int digits_parse(const char **text, uint64_t *ret)
{
        const char *p = *text;
        uint64_t value = 0;

        if (!isdigit((unsigned char) *p))
                return -EINVAL;

        for (; isdigit((unsigned char) *p); p++)
                if (__builtin_mul_overflow(value, 10, &value) ||
                    __builtin_add_overflow(value, (uint64_t) (*p - '0'), &value))
                        return -ERANGE;

        *text = p;
        *ret = value;
        return 0;
}

/* REST is what follows the integer part WHOLE: "%", ".5%" or ".25%". */
static int percent_parse(uint64_t whole, const char *rest, uint64_t *ret, const char **ret_reason)
{
        uint64_t value, weight = 10;

        if (whole > 100) {
                *ret_reason = "is more than 100%";
                return -ERANGE;
        }

        value = whole * 100;
        if (*rest == '.') {
                for (rest++; isdigit((unsigned char) *rest) && weight > 0; rest++, weight /= 10)
                        value += (uint64_t) (*rest - '0') * weight;
                if (weight == 10 || isdigit((unsigned char) *rest)) {
                        *ret_reason = "is not a percentage with one or two digits after the point";
                        return -EINVAL;
                }
        }

        if (strcmp(rest, "%") != 0) {
                *ret_reason = "is not a number of pages, a size or a percentage";
                return -EINVAL;
        }
        if (value > PERCENT_MAX) {
                *ret_reason = "is more than 100%";
                return -ERANGE;
        }

        *ret = value;
        return 0;
}

static int size_parse(uint64_t number, char suffix, uint64_t *ret, const char **ret_reason)
{
        for (size_t i = 0; i < ELEMENTSOF(size_units); i++) {
                if (toupper((unsigned char) suffix) != size_units[i].suffix)
                        continue;
                if (__builtin_mul_overflow(number, UINT64_C(1) << size_units[i].shift, ret)) {
                        *ret_reason = "is too large";
                        return -ERANGE;
                }
                return 0;
        }

        *ret_reason = "is not a number of pages, a size (suffix K, M, G or T) or a percentage";
        return -EINVAL;
}

/* What TEXT alone means, without a ceiling. */
static int plain_parse(const char *text, struct amount *ret, const char **ret_reason)
{
        const char *rest = text;
        struct amount amount = { .kind = AMOUNT_PAGES };
        int r;

        r = digits_parse(&rest, &amount.value);
        if (r < 0) {
                *ret_reason = r == -ERANGE ? "is too large"
                                           : "is not a number of pages, a size or a percentage";
                return r;
        }

        if (*rest == '%' || *rest == '.') {
                amount.kind = AMOUNT_PERCENT;
                r = percent_parse(amount.value, rest, &amount.value, ret_reason);
        } else if (*rest != '\0' && rest[1] == '\0') {
                amount.kind = AMOUNT_BYTES;
                r = size_parse(amount.value, *rest, &amount.value, ret_reason);
        } else if (*rest != '\0') {
                *ret_reason = "is not a number of pages, a size (suffix K, M, G or T) "
                              "or a percentage";
                r = -EINVAL;
        }
        if (r < 0)
                return r;

        *ret = amount;
        return 0;
}

/* TEXT is what follows the "<". */
static int ceiling_parse(const char *text, struct ceiling *ret, const char **ret_reason)
{
        struct amount amount;
        const char *phrase;

        if (plain_parse(text, &amount, &phrase) < 0 || amount.kind == AMOUNT_PERCENT) {
                *ret_reason = "has a ceiling that is not a number of pages or a size";
                return -EINVAL;
        }
        if (amount.value == 0) {
                *ret_reason = "has a ceiling of nothing; leave it away for no ceiling";
                return -EINVAL;
        }

        *ret = (struct ceiling){ .set = true, .kind = amount.kind, .value = amount.value };
        return 0;
}

int amount_parse(const char *text, struct amount *ret, const char **ret_reason)
{
        _cleanup_free_ char *before = NULL;
        const char *mark = strchr(text, '<');
        struct amount amount;
        int r;

        if (!mark)
                return plain_parse(text, ret, ret_reason);

        before = strndup(text, (size_t) (mark - text));
        if (!before) {
                *ret_reason = "cannot be read: out of memory";
                return -ENOMEM;
        }
        r = plain_parse(before, &amount, ret_reason);
        if (r < 0)
                return r;
        if (amount.kind != AMOUNT_PERCENT) {
                *ret_reason = "is a fixed amount with a ceiling; only a percentage has one, as in "
                              "25%<64G";
                return -EINVAL;
        }
        r = ceiling_parse(mark + 1, &amount.ceiling, ret_reason);
        if (r < 0)
                return r;

        *ret = amount;
        return 0;
}

static uint64_t fixed_pages(enum amount_kind kind, uint64_t value, uint64_t page_size)
{
        return kind == AMOUNT_PAGES ? value : value / page_size;
}

uint64_t amount_pages(const struct amount *amount, uint64_t page_size, uint64_t memory)
{
        const struct ceiling *ceiling = &amount->ceiling;
        uint64_t share, most;

        if (page_size == 0)
                return amount->kind == AMOUNT_PAGES ? amount->value : 0;
        if (amount->kind != AMOUNT_PERCENT)
                return fixed_pages(amount->kind, amount->value, page_size);

        /* Split, so that the product cannot overflow. */
        share = memory / PERCENT_MAX * amount->value +
                memory % PERCENT_MAX * amount->value / PERCENT_MAX;
        share /= page_size;
        most = ceiling->set ? fixed_pages(ceiling->kind, ceiling->value, page_size) : share;
        return share < most ? share : most;
}

/* Like asprintf(), with *RET untouched and negative errno on failure. */
static int __attribute__((format(printf, 2, 3))) format_text(char **ret, const char *format, ...)
{
        char *text;
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n < 0)
                return -ENOMEM;

        *ret = text;
        return 0;
}

static int size_format(uint64_t bytes, char **ret)
{
        size_t i = 0;

        while (i < ELEMENTSOF(size_units) - 1 &&
               (bytes == 0 || bytes % (UINT64_C(1) << size_units[i].shift) != 0))
                i++;

        return format_text(ret, "%" PRIu64 "%c", bytes >> size_units[i].shift,
                           size_units[i].suffix);
}

static int percent_format(uint64_t value, char **ret)
{
        unsigned whole = (unsigned) (value / 100), hundredths = (unsigned) (value % 100);

        if (hundredths == 0)
                return format_text(ret, "%u%%", whole);
        if (hundredths % 10 == 0)
                return format_text(ret, "%u.%u%%", whole, hundredths / 10);
        return format_text(ret, "%u.%02u%%", whole, hundredths);
}

static int plain_format(enum amount_kind kind, uint64_t value, char **ret)
{
        switch (kind) {
        case AMOUNT_BYTES:
                return size_format(value, ret);
        case AMOUNT_PERCENT:
                return percent_format(value, ret);
        case AMOUNT_PAGES:
                break;
        }
        return format_text(ret, "%" PRIu64, value);
}

int amount_format(const struct amount *amount, char **ret)
{
        _cleanup_free_ char *share = NULL, *ceiling = NULL;
        int r;

        if (!amount->ceiling.set)
                return plain_format(amount->kind, amount->value, ret);

        r = plain_format(amount->kind, amount->value, &share);
        if (r >= 0)
                r = plain_format(amount->ceiling.kind, amount->ceiling.value, &ceiling);
        return r < 0 ? r : format_text(ret, "%s<%s", share, ceiling);
}
