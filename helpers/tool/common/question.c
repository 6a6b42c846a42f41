/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "helpers/tool/common/question.h"

#include <unistd.h>

bool question_is_possible(void)
{
        return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool question_ask(FILE *out, const char *text)
{
        char answer[16];

        fprintf(out, "%s [y/N] ", text);
        fflush(out);
        if (fgets(answer, sizeof(answer), stdin))
                return answer[0] == 'y' || answer[0] == 'Y';
        fputc('\n', out);
        fflush(out);
        return false;
}
