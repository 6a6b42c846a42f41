/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the verbs do, for "fd-shmem help COMMAND" and for the first paragraphs of fd-shmem(8): paragraphs
 * in scdoc's markup, wrapped when they are printed. Options are not told here but in verbs.inc, which
 * also says how the man page follows. Included by verbs.c alone. */

static const char HELP_QUERY[] =
        "Shows, per page type and node, the pages in the pool, which of them fd-shmem added for which "
        "domain, and what others hold; then the domains with their mounts and regions, and the "
        "processes that hold them. With _DOMAIN_, of the domains only this one. Without root it "
        "shows what it may, and says what it may not.";

static const char HELP_CLASSIC_QUERY[] =
        "Shows the pools per node, total and free, then the domains with their mounts and regions, "
        "and the processes that hold them. Fails if there is no domain at *FD_SHMEM_PATH*. With "
        "*--json* nothing else is printed.";

static const char HELP_PLAN[] =
        "Compares what the configuration asks for with what is there, key by key: of all domains that "
        "start at boot or are up (or of _DOMAIN_) path, owner, mode, mounts with their options, and "
        "pages; lists domains that are up and not declared any more; and says of each difference "
        "which command changes it with the least disturbance: *apply* (in place), *start*, "
        "*restart*, *stop*. Per node it shows the pages asked for, those the domain has, those it "
        "would adopt, add and give back, how many could be added, and the memory left then beside "
        "the headroom to be kept. Nothing is touched. What only trying shows is whether memory is "
        "too fragmented. Without root, owners of mounts are not seen."
        "\n\n"
        "Exit status: 0 nothing to do, 2 something differs, or systemd has read another "
        "configuration, 1 an error in the configuration, or a start that would fail.";

static const char HELP_CHECK[] =
        "Compares what the ledger has of the domains that are up (or of _DOMAIN_) with the pools, the "
        "mounts and the directories: pages that somebody took out of a pool, claimed pages that "
        "others use, mounts that are gone or others, another owner. Prints what differs, a line "
        "each, and what failed to come up or to go. Made to be run often: processes are looked at "
        "only where the numbers need it. As root it sees all."
        "\n\n"
        "Exit status: 0 all is well, and nothing is printed; 1 something was printed.";

static const char HELP_APPLY[] =
        "Has systemd read the configuration, shows the plan, asks, and does what it says, for all "
        "domains or each _DOMAIN_: pages that no mount claims come and go in place, owner and mode "
        "change in place, a tmpfs gets its new size; what is new starts, what is not declared any "
        "more stops, and only what has to be is mounted anew, together with the units that require "
        "it. If that would take something away that a process holds, or anything would fail, nothing "
        "at all is done. It waits for systemd to finish, also what it was doing before. Killed at "
        "any moment, a second run completes it."
        "\n\n"
        "Exit status: 0 the machine is as the configuration says, else 1.";

static const char HELP_START[] =
        "Starts _fd-shmem.target_, or that of _DOMAIN_, as systemctl does; waits; and tells what each "
        "domain got, or why it failed. What is up already stays as it is."
        "\n\n"
        "Exit status: 0 all are up, 1 one is not, 2 all are up, but not as the configuration says now "
        "(see *plan*).";

static const char HELP_RESTART[] =
        "Restarts _fd-shmem.target_, or that of _DOMAIN_, as systemctl does, together with the units "
        "that require it; waits; and tells what each domain got, or why it failed. Pages stay where "
        "they are; what a process holds stays as it is, what nobody holds is removed."
        "\n\n"
        "Exit status: 0 all are up, 1 one is not, 2 all are up, but not as the configuration says now "
        "(see *plan*).";

static const char HELP_STOP[] =
        "Stops _fd-shmem.target_, or that of _DOMAIN_, as systemctl does, together with the units "
        "that require it; waits; and tells what went back, or who holds the domain. (*systemctl "
        "stop* of a target succeeds whatever becomes of it.)"
        "\n\n"
        "Exit status: 0 down, 1 somebody is in the way: it is completed when they are gone, or by the "
        "next stop.";

static const char HELP_CMDLINE[] =
        "Prints the kernel command line that takes the pages of all boot domains when the kernel "
        "boots, before anything else can take the memory; the domains adopt them then. Shares and "
        "*each:* are worked out for this machine or for another one. Counts per node need Linux "
        "5.16.";

static const char HELP_VERIFY[] =
        "Reads the configuration as the boot would, or _FILE_ alone, and prints every error and "
        "warning with file and line: also users that do not exist, keys that a package's file takes "
        "back, sections that look misspelt. Needs neither root nor the machine it is for, and says "
        "what only a boot there can know."
        "\n\n"
        "Exit status: 0 if there is no error, else 1.";

static const char HELP_RESET[] =
        "Removes every file below the mounts of the domain, whoever made it, and nothing else: no "
        "link is followed, no mount crossed. Says how many pages came back, and which processes "
        "still pin pages of removed regions. _DOMAIN_ is a name as in the configuration or an "
        "absolute path; without it, the domain at *FD_SHMEM_PATH*.";

static const char HELP_CLASSIC_RESET[] =
        "Removes every file below the mounts at *FD_SHMEM_PATH*, whoever made it, and nothing else; "
        "says how many pages came back, and which processes still pin pages of removed regions.";

static const char HELP_INIT[] =
        "Makes the directory and mounts _.normal_, _.huge_ and _.gigantic_ in it. _PERM_ is a mode as "
        "*chmod*(1) takes it, octal or symbolic; _USER_ and _GROUP_ are names or numbers as in "
        "*chown*(1) USER:GROUP, either may be empty (\"\"). A typical use: *init 0700 alice \"\"*"
        "\n\n"
        "Refused if the directory exists, or a domain is there already.";

static const char HELP_FINI[] =
        "Unmounts, and removes the directory that *init* made. If a process uses the domain, nothing "
        "is removed, and the processes are named. Pages that *alloc* reserved stay.";

static const char HELP_ALLOC[] =
        "Makes the pages of _TYPE_ (*huge*, *gigantic*) that belong to the domain on _NODE_ exactly "
        "_COUNT_: pages already in the pool that belong to nobody are counted, missing ones are "
        "added, surplus ones given back. If the node cannot give all of them, it is left as it was, "
        "and the message says what could be had and why.";

static const char HELP_FREE[] =
        "The same as *alloc 0* _TYPE_ _NODE_, and reported under that name: gives back what *alloc* "
        "added. Pages of others, and pages in use, stay.";

static const char HELP_DEFRAG[] = "Moves pages in use together, on every node or on _NODE_.";

static const char HELP_HELP[] = "Prints the list of commands, or the description of one.";

static const char HELP_CLASSIC_HELP[] =
        "Prints the list of commands. As the last two words of a line, *help* _COMMAND_ describes "
        "that command and runs nothing; anywhere else the word behind help is a command of its own, "
        "and runs.";
