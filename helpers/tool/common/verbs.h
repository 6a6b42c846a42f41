/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names and arguments of the verbs. verbs.inc contains the table and lists what is generated from
 * it. */

#include <stdbool.h>
#include <stdio.h>

/* Kinds of words, for completion; each has a name used in a synopsis (verbs.c). */
enum word {
        WORD_NONE,
        WORD_DOMAIN,
        WORD_VERB,
        WORD_MODE,
        WORD_USER,
        WORD_GROUP,
        WORD_COUNT,
        WORD_TYPE,
        WORD_NODE,
        WORD_PAGES, /* COUNT:TYPE */
        WORD_FILE,
        WORD_MACHINE, /* a file with the output of query --json */
        WORD_DIRECTORY,
        WORD_CHOICE,  /* one of tool_option.choices */
        WORD_COLUMNS, /* some of tool_option.choices, separated by commas */
        N_WORDS,
};

enum option_id {
        OPTION_NONE,
        OPTIONS_BEGIN = 255, /* beyond what getopt_long(3) returns for a character */
#define OPTION(id, ...) OPTION_##id,
#define VERB(...)
#include "helpers/tool/common/verbs.inc"
        OPTIONS_END,
};

struct tool_option {
        const char *name;    /* without the "--" */
        char letter;         /* the short form; 0: none */
        enum word value;     /* WORD_NONE: takes none */
        bool value_optional; /* the value may be left out; it is written with "=" */
        const char *label;   /* the value's name in a synopsis; NULL: the word's */
        const char *choices; /* WORD_CHOICE, WORD_COLUMNS: separated by blanks */
        const char *help;    /* sentences, in scdoc's markup */
};

#define VERB_OPTIONS_MAX 12
#define VERB_WORDS_MAX   3

struct verb {
        const char *name;
        /* Words after the verb that are not options, and how many of them; the last kind may be
         * repeated. Verbs with IN_A_ROW may be followed by another command on the same line: such a
         * verb takes min_args words, then further ones up to max_args until a word is the name of a
         * verb with IN_A_ROW; words that begin with "-" are its options unless they are one of the
         * first min_args. */
        enum word words[VERB_WORDS_MAX];
        unsigned min_args, max_args;
        enum option_id options[VERB_OPTIONS_MAX];
        bool in_a_row;
        bool privileged;     /* refused, before anything is done, unless root */
        const char *summary; /* one line, no full stop */
        const char *help;    /* paragraphs, in scdoc's markup */
        /* fd_shmem_cfg: known there; the arguments beyond min_args words; its help, if different. */
        bool classic;
        unsigned classic_max_args;
        enum option_id classic_options[2];
        const char *classic_help;
};

/* The table, in the order of the help, ended by a row with name NULL. */
extern const struct verb tool_verbs[];

const struct verb *tool_find_verb(const char *name);

/* The row of an option of tool_verbs. */
const struct tool_option *tool_option(enum option_id id);

/* The options of VERB under either name of the tool, ended by OPTION_NONE. */
const enum option_id *verb_options(const struct verb *verb, bool classic);

/* The name of a word, as in a synopsis. */
const char *word_name(enum word word);

/* "--root=DIR", "-n, --noheadings", "--json[=MODE]"; CLASSIC: as fd_shmem_cfg has it, the name alone. */
void option_print_label(const struct tool_option *option, bool classic, bool with_letter,
                        FILE *out);

/* Prints the synopsis after the name of VERB: a blank, options and arguments; nothing if it takes
 * none. */
void verb_print_synopsis(const struct verb *verb, bool classic, FILE *out);
