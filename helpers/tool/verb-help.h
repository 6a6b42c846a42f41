/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What "fd-shmem help COMMAND" prints; included by verbs.c alone. */

static const char HELP_QUERY[] =
        "Shows, per page type and node, the pages in the pool, which of them fd-shmem\n"
        "added for which domain, and what others hold; then the domains with their\n"
        "mounts and regions, and the processes that hold them. With DOMAIN, of the\n"
        "domains only this one. Without root it shows what it may, and says what it\n"
        "may not.\n\n"
        "  --json   for programs; /usr/share/fd-shmem/query.schema.json describes it\n";

static const char HELP_CLASSIC_QUERY[] =
        "Shows the pools per node, total and free, then the domains with their mounts\n"
        "and regions, and the processes that hold them. Fails if there is no domain at\n"
        "FD_SHMEM_PATH.\n\n"
        "  --json   the same for programs, and nothing else;\n"
        "           /usr/share/fd-shmem/query.schema.json describes it\n";

static const char HELP_PLAN[] =
        "Compares what the configuration asks for with what is there, key by key: of\n"
        "all domains that start at boot or are up (or of DOMAIN) path, owner, mode,\n"
        "mounts with their options, and pages; lists domains that are up and not\n"
        "declared any more; and says of each difference which command changes it with\n"
        "the least disturbance: apply (in place), start, restart, stop. Per node it\n"
        "shows the pages asked for, those the domain has, those it would adopt, add and\n"
        "give back, how many could be added, and the memory left then beside the\n"
        "headroom to be kept. Nothing is touched. What only trying shows is whether\n"
        "memory is too fragmented. Without root, owners of mounts are not seen.\n\n"
        "  --json   for programs; /usr/share/fd-shmem/plan.schema.json describes it\n\n"
        "Exit status: 0 nothing to do, 2 something differs, or systemd has read another\n"
        "configuration, 1 an error in the configuration, or a start that would fail.\n";

static const char HELP_CHECK[] =
        "Compares what the ledger has of the domains that are up (or of DOMAIN) with the\n"
        "pools, the mounts and the directories: pages that somebody took out of a pool,\n"
        "claimed pages that others use, mounts that are gone or others, another owner.\n"
        "Prints what differs, a line each, and what failed to come up or to go. Made to\n"
        "be run often: processes are looked at only where the numbers need it. As root\n"
        "it sees all.\n\n"
        "Exit status: 0 all is well, and nothing is printed; 1 something was printed.\n";

static const char HELP_APPLY[] =
        "Has systemd read the configuration, shows the plan, asks, and does what it\n"
        "says, for all domains or each DOMAIN: pages that no mount claims come and go in\n"
        "place, owner and mode change in place, a tmpfs gets its new size; what is new\n"
        "starts, what is not declared any more stops, and only what has to be is mounted\n"
        "anew, together with the units that require it. If that would take something\n"
        "away that a process holds, or anything would fail, nothing at all is done. It\n"
        "waits for systemd to finish, also what it was doing before. Killed at any\n"
        "moment, a second run completes it.\n\n"
        "  --yes   do not ask\n\n"
        "Exit status: 0 the machine is as the configuration says, else 1.\n";

static const char HELP_START[] =
        "Starts fd-shmem.target, or that of DOMAIN, as systemctl does; waits; and tells\n"
        "what each domain got, or why it failed. What is up already stays as it is.\n\n"
        "Exit status: 0 all are up, 1 one is not, 2 all are up, but not as the\n"
        "configuration says now (see plan).\n";

static const char HELP_RESTART[] =
        "Restarts fd-shmem.target, or that of DOMAIN, as systemctl does, together with\n"
        "the units that require it; waits; and tells what each domain got, or why it\n"
        "failed. Pages stay where they are; what a process holds stays as it is, what\n"
        "nobody holds is removed.\n\n"
        "Exit status: 0 all are up, 1 one is not, 2 all are up, but not as the\n"
        "configuration says now (see plan).\n";

static const char HELP_STOP[] =
        "Stops fd-shmem.target, or that of DOMAIN, as systemctl does, together with the\n"
        "units that require it; waits; and tells what went back, or who holds the\n"
        "domain. (\"systemctl stop\" of a target succeeds whatever becomes of it.)\n\n"
        "Exit status: 0 down, 1 somebody is in the way: it is completed when they are\n"
        "gone, or by the next stop.\n";

static const char HELP_CMDLINE[] =
        "Prints what makes the kernel take the pages of all boot domains when it boots,\n"
        "for those who prefer that; the domains adopt them then. Shares and \"each\" are\n"
        "worked out for this machine, or for another one:\n\n"
        "  --machine=NODES.json   what 'fd-shmem query --json' printed there\n\n"
        "Counts per node need Linux 5.16.\n";

static const char HELP_VERIFY[] =
        "Reads the configuration as the boot would, or FILE alone, and prints every\n"
        "error and warning with file and line: also users that do not exist, keys that a\n"
        "package's file takes back, sections that look misspelt. Needs neither root nor\n"
        "the machine it is for.\n\n"
        "  --root=DIR             the configuration of the image below DIR\n"
        "  --machine=NODES.json   also check nodes and amounts against another machine:\n"
        "                         what 'fd-shmem query --json' printed there\n"
        "  --units                print the units that would be generated\n\n"
        "Exit status: 0 if there is no error, else 1.\n";

static const char HELP_RESET[] =
        "Removes every file below the mounts of the domain, whoever made it, and\n"
        "nothing else; says how many pages came back, and which processes still pin\n"
        "pages of removed regions. DOMAIN is a name as in the configuration or an\n"
        "absolute path; without it, the domain at FD_SHMEM_PATH.\n";

static const char HELP_CLASSIC_RESET[] =
        "Removes every file below the mounts at FD_SHMEM_PATH, whoever made it, and\n"
        "nothing else; says how many pages came back, and which processes still pin\n"
        "pages of removed regions.\n";

static const char HELP_INIT[] =
        "Makes the directory and mounts .normal, .huge and .gigantic in it. PERM is a\n"
        "mode as chmod(1) takes it, octal or symbolic; USER and GROUP are names or\n"
        "numbers as in 'chown USER:GROUP', either may be empty (\"\"). A typical use:\n"
        "init 0700 alice \"\"\n\n"
        "Refused if the directory exists, or a domain is there already.\n";

static const char HELP_FINI[] =
        "Unmounts, and removes the directory that init made. If a process uses the\n"
        "domain, nothing is removed, and the processes are named. Pages that alloc\n"
        "reserved stay.\n";

static const char HELP_ALLOC[] =
        "Makes the pages of TYPE (huge, gigantic) that belong to FD_SHMEM_PATH on NODE\n"
        "exactly COUNT: pages already in the pool that belong to nobody are counted,\n"
        "missing ones are added, surplus ones given back. If the node cannot give all\n"
        "of them, it is left as it was, and the message says what could be had and\n"
        "why.\n";

static const char HELP_FREE[] = "The same as 'alloc 0 TYPE NODE': gives back what alloc added for\n"
                                "FD_SHMEM_PATH. Pages of others, and pages in use, stay.\n";

static const char HELP_DEFRAG[] =
        "Moves pages in use together, on every node or on NODE.\n\n"
        "  --node=NODE        this node only\n"
        "  --for=COUNT:TYPE   until COUNT pages of TYPE (huge, gigantic) could be had on\n"
        "                     the node; exit status 1 if they cannot\n";

static const char HELP_HELP[] = "Prints the list of commands, or the description of one.\n";

static const char HELP_CLASSIC_HELP[] =
        "Prints the list of commands. As the last two words of a line, 'help COMMAND'\n"
        "describes that command and runs nothing; anywhere else the word behind help\n"
        "is a command of its own, and runs.\n";
