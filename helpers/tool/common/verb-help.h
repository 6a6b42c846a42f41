/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Descriptions of the verbs, for "fd-shmem help COMMAND" and for the first paragraphs of
 * fd-shmem(8): paragraphs in scdoc's markup, wrapped when printed. Options are described in
 * verbs.inc, which also says how the man page is updated. Included by verbs.c alone. */

static const char HELP_QUERY[] =
        "Shows, per page type and node, the pages in the pool, which of them fd-shmem added for "
        "which domain, and what others hold; then the domains with their mounts and regions, and "
        "the processes that hold them. With _DOMAIN_, shows only that domain. Unprivileged, it "
        "shows what it can read and reports what it cannot.";

static const char HELP_CLASSIC_QUERY[] =
        "Shows the pools per node, total and free, then the domains with their mounts and "
        "regions, and the processes that hold them. Fails if there is no domain at "
        "*FD_SHMEM_PATH*. With *--json*, nothing else is printed.";

static const char HELP_STATUS[] =
        "Shows _DOMAIN_ on one screen: its state and what is wrong with it; per page type and node the "
        "pages asked for and obtained, and the pool they are in, on a terminal with a bar for what the "
        "domain uses, what others use, and what is free; the processes that hold it; the states of its "
        "units, and of those that require it; and their last lines in the journal since the boot. Without _DOMAIN_, lists all domains "
        "with their pages. Unit states and the journal may need root; if so, it says so."
        "\n\n"
        "Exit status: 0 if the domain is up (damaged or not), 3 if it is not, 4 if there is no such "
        "domain, as for *systemctl status*; 1 on an error. Without _DOMAIN_, 0.";

static const char HELP_PLAN[] =
        "Compares the configuration with the machine, key by key, for all domains that start at "
        "boot or are up (or for _DOMAIN_): path, owner, mode, mounts and their options, pages. "
        "Lists domains that are up but no longer declared. For each difference it names the "
        "command that applies it with the least disturbance: *apply* (in place), *start*, "
        "*restart* or *stop*. Per node it shows the pages asked for, those the domain has, those "
        "it would adopt, add and release, how many could be added, and the memory left beside the "
        "headroom. Nothing is changed. Whether memory is too fragmented is known only after "
        "trying. Unprivileged, it does not see the owners of mounts. For each unit of *RequiredBy=* it "
        "prints lines that the unit may have (see *fd-shmem.conf*(5)): the nodes of its pages, and the limit "
        "for locked memory."
        "\n\n"
        "With *--root=* nothing is compared: it forecasts what the image's configuration would take "
        "of this machine, as if no domain were up, and the exit status is 0 or 1."
        "\n\n"
        "Exit status: 0 if there is nothing to do; 2 if something differs, or systemd has loaded "
        "another configuration; 1 if the configuration has an error, or a start would fail.";

static const char HELP_CHECK[] =
        "Compares the ledger of the domains that are up (or of _DOMAIN_) with the pools, the "
        "mounts and the directories, and prints each difference on a line: pages taken out of a "
        "pool, claimed pages in use by others, mounts that are gone or replaced, a changed owner; "
        "and domains that failed to start or to stop. It is cheap enough to run often: processes "
        "are examined only if the numbers require it. Run it as root to see everything."
        "\n\n"
        "Exit status: 0 if all is well, and nothing is printed; 1 if something was printed.";

static const char HELP_IS_READY[] =
        "For scripts: prints the state of _DOMAIN_. *up*: its target is active, its mounts are "
        "there and its pages are held, as *check* compares them. *starting*, *stopping*: systemd "
        "has a job for it. *damaged*, *leftover*, *down*: as in *query*. *inactive*: it is set up, "
        "but its target is not active. *failed*: it is down after a failure. *unmet*: a condition kept it "
        "from being started. *unknown*: no such "
        "domain. Unprivileged, it does not ask systemd, and what it cannot read counts as in "
        "order."
        "\n\n"
        "Exit status: 0 if it is up, 4 if it is unknown, else 3.";

static const char HELP_APPLY[] =
        "Makes systemd reload the configuration, shows the plan, asks for confirmation (without a "
        "terminal to ask on, and without *--yes*, nothing is done), and applies it to all domains "
        "or to each _DOMAIN_: pages that no mount claims are added and released in place, while the programs "
        "that use the domain run (if pages are missing, the number stays as it was); owner "
        "and mode change in place, a tmpfs is resized; new domains are started, undeclared ones "
        "stopped; where it is unavoidable, mounts are replaced and the units that require them "
        "restarted. If that would take away something a process holds, or if any step would fail, "
        "nothing at all is done. It waits for systemd to finish, including jobs that were already "
        "queued. If it is killed, a second run completes the work."
        "\n\n"
        "Exit status: 0 if the machine is as the configuration says, else 1.";

static const char HELP_START[] =
        "Starts _fd-shmem.target_ and, if there are late domains, _fd-shmem-late.target_, or the target of _DOMAIN_, as *systemctl start* does, waits, "
        "and reports the pages of each domain, or why it failed. Domains that are up are left "
        "alone."
        "\n\n"
        "Exit status: 0 if all are up; 1 if one is not; 2 if all are up, but not as the "
        "configuration now says (see *plan*).";

static const char HELP_RESTART[] =
        "Restarts _fd-shmem.target_ and _fd-shmem-late.target_, or the target of _DOMAIN_, as *systemctl restart* does, "
        "together with the units that require it, waits, and reports the pages of each domain, or "
        "why it failed. Pages stay in the pools; regions that a process holds are kept, others "
        "are removed."
        "\n\n"
        "Exit status: 0 if all are up; 1 if one is not; 2 if all are up, but not as the "
        "configuration now says (see *plan*).";

static const char HELP_STOP[] =
        "Stops _fd-shmem.target_, which includes late domains, or the target of _DOMAIN_, as *systemctl stop* does, together "
        "with the units that require it, waits, and reports the pages released, or which "
        "processes hold the domain. (*systemctl stop* of a target succeeds even if the "
        "teardown fails.)"
        "\n\n"
        "Exit status: 0 if the domains are down; 1 if a process holds one: the stop is "
        "completed when it exits, or by the next *stop*.";

static const char HELP_CMDLINE[] =
        "Prints the kernel command line that allocates the pages of all boot domains when the "
        "kernel boots, before anything else can take the memory; the domains then adopt them. "
        "Shares and *each:* are computed for this machine or for another one. Counts per node "
        "need Linux 5.16.";

static const char HELP_VERIFY[] =
        "Reads the configuration as a boot would, or _FILE_ alone, and prints every error and "
        "warning with file and line, including users that do not exist, keys that a package's "
        "drop-in overrides, sections that look misspelt, and lines of *sysctl.d*(5) and "
        "*tmpfiles.d*(5) that write the pools of domains. Needs neither root nor the machine "
        "that the configuration is for, and lists the questions that only a boot there can answer."
        "\n\n"
        "With *--machine=* and a directory, it prints a table: for each machine described there, how much each "
        "domain gets, or what keeps it from that. *not started* are domains whose conditions are not met there, as "
        "far as the description tells: *ConditionArchitecture=*, *ConditionCPUs=*, *ConditionHost=* (by name) and "
        "*ConditionMemory=*. A *?* marks domains with others, which may not be met."
        "\n\n"
        "Exit status: 0 if there is no error, else 1.";

static const char HELP_DOCTOR[] =
        "Does the checks of _docs/troubleshooting.md_ here and now, and prints what it finds, by symptom, each with the "
        "command that mends it: domains that are switched off, not reloaded, not for this machine, down after a failed "
        "start, left over from a stop; pages that are missing, and why; regions on the wrong node, or of somebody else; "
        "directories that their user may not pass. A *note* is nothing wrong by itself, but explains what a "
        "program may complain about: pages that are all claimed, limits of locked memory."
        "\n\n"
        "Exit status: 0 if nothing is wrong, 1 if something is.";

static const char HELP_IMPORT[] =
        "Prints a configuration, made from what this machine has: the pages in its pools and its mounts of "
        "*hugetlbfs*, but for those of domains. It changes nothing. Comments name where each number is from, what "
        "does the same until now (the kernel command line of GRUB, *kernel-install* and boot entries, lines of "
        "*sysctl.d*(5), *tmpfiles.d*(5) and *fstab*(5), mount units, the script that Red Hat documents) and is to "
        "be removed, and what cannot be carried over. With *--root=*, these are read for the numbers, too. _FILE_ "
        "is the report of the memory that Firedancer needs, instead."
        "\n\n"
        "Exit status: 0 if all is carried over, 2 if something is not, 1 if it fails.";

static const char HELP_RESET[] =
        "Removes every file below the mounts of the domain, whoever made it, and nothing else: no "
        "link is followed, no mount crossed. Reports how many pages were freed, and which "
        "processes still pin pages of removed regions. _DOMAIN_ is a name as in the configuration "
        "or an absolute path; the default is the domain at *FD_SHMEM_PATH*. On a terminal it says "
        "what would be removed, and asks.";

static const char HELP_CLASSIC_RESET[] =
        "Removes every file below the mounts at *FD_SHMEM_PATH*, whoever made it, and nothing "
        "else. Reports how many pages were freed, and which processes still pin pages of removed "
        "regions.";

static const char HELP_INIT[] =
        "Creates the directory, with mounts _.normal_, _.huge_ and _.gigantic_ in it. _PERM_ is a "
        "mode as *chmod*(1) takes it, octal or symbolic; _USER_ and _GROUP_ are names or numbers "
        "as in *chown*(1) USER:GROUP, and either may be empty (\"\"). Example: *init 0700 alice \"\"*"
        "\n\n"
        "Refused if the directory exists, is inside a domain that is up, or contains one.";

static const char HELP_FINI[] =
        "Unmounts the domain and removes the directory that *init* made. If a process uses the "
        "domain, nothing is removed, and the processes are named. Pages reserved by *alloc* stay.";

static const char HELP_ALLOC[] =
        "Sets the number of pages of _TYPE_ (*huge*, *gigantic*) that belong to the domain on "
        "_NODE_ to _COUNT_: pages in the pool that belong to nobody are counted, missing ones are "
        "added, surplus ones released. If the node cannot provide all of them, it is left as it "
        "was, and the message says how many are available and why.";

static const char HELP_FREE[] =
        "The same as *alloc 0* _TYPE_ _NODE_, but reported as *free*: releases the pages that "
        "*alloc* added. Pages of others, and pages in use, stay.";

static const char HELP_DEFRAG[] =
        "Compacts memory, so that huge pages can be allocated, on every node or on _NODE_.";

static const char HELP_HELP[] = "Prints the list of commands, or describes one.";

static const char HELP_CLASSIC_HELP[] =
        "Prints the list of commands. As the last two words of a line, *help* _COMMAND_ describes "
        "that command and runs nothing; anywhere else, a word after *help* is a command of its "
        "own, and is run.";
