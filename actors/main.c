#include "main.h"

#include "core/banned.h"

typedef struct {
    const char *name;
    int (*run)(int count, char **words);
    const char *text;                           // a line for the list
    const char *help;
} command_t;

static const command_t commands[] = {
    { "serve", main_serve, "serve a folder or git repository as a wiki",
      "usage: wikibot serve [DIR] [options]\n\n"
      "Serves DIR (default: the current folder) at http://127.0.0.1:8080/ until SIGINT or SIGTERM. DIR is a git\n"
      "repository, bare or not, an empty folder, or one that does not exist yet.\n\n"
      "  --port N              port on 127.0.0.1; 0: any that is free\n"
      "  --topology NAME|FILE  single (one process), split (four), or a file: deploy/topology/README.md\n"
      "  --host NAME           which host of the topology this is; it runs the processes of that host\n"
      "  --keys FOLDER         keys of links between hosts: wikibot keys\n"
      "  --state DIR           our own state; default: wikibot/ in the git folder\n"
      "  --init                make a repository of a plain folder that has files in it\n"
      "  --durability HOW      fsync (default): a save is on disk when it is acknowledged; none: it may be lost\n"
      "  --config FILE         settings, as NAME = value; else $OTTERWIKI_SETTINGS or $WIKIBOT_CONFIG\n\n"
      "examples:\n"
      "  wikibot serve ~/notes --init\n"
      "  wikibot serve wiki.git --port 9000 --topology split\n"
      "  wikibot serve wiki.git --topology hosts.conf --host data --keys /etc/wikibot/keys\n"
      "  SITE_NAME='Our wiki' HOME_PAGE=start wikibot serve .\n" },
    { "config", main_config, "show the settings and where they come from",
      "usage: wikibot config show [--origin] [options of serve]\n\n"
      "Prints all settings as a settings file: defaults < file < environment < flags. Secrets are masked.\n\n"
      "  --origin              say where each value comes from and what it means\n"
      "  --config FILE         settings file to read\n\n"
      "examples:\n"
      "  wikibot config show --origin\n"
      "  wikibot config show --config settings.cfg > all-settings.cfg\n" },
    { "tap", main_tap, "show the messages between the actors of a running wikibot",
      "usage: wikibot tap [DIR] [--actor NAME] [--topology FILE --keys DIR]\n\n"
      "Prints each message of the program that serves DIR as one line, until SIGINT.\n\n"
      "  --actor NAME          only this actor's: gateway, store, render or index\n"
      "  --topology FILE       look at the actors on other hosts of this topology too\n"
      "  --keys DIR            with the key of an operator that the topology names, which lies here\n"
      "  --as NAME             which operator; default: the first whose secret key is there\n\n"
      "examples:\n"
      "  wikibot tap ~/notes\n"
      "  wikibot tap ~/notes --actor store\n" },
    { "status", main_status, "show the actors of a running wikibot: load, errors, restarts, clocks",
      "usage: wikibot status [DIR] [--calls] [--topology FILE --keys DIR]\n\n"
      "Prints a row for each actor: version, age, busy workers, requests that wait, requests refused as BUSY,\n"
      "restarts by the supervisor, calls, errors, and how many ms its clock is off from ours. Ends with 1 if an\n"
      "actor does not answer within a second or a clock is off by more than 250 ms.\n\n"
      "  --calls               each call with its median and 99th percentile\n"
      "  --actor NAME          only this actor\n"
      "  --topology FILE       look at the actors on other hosts of this topology too\n"
      "  --keys DIR            with the key of an operator that the topology names, which lies here\n"
      "  --as NAME             which operator; default: the first whose secret key is there\n\n"
      "examples:\n"
      "  wikibot status ~/notes\n"
      "  wikibot status --config /etc/wikibot/wikibot.cfg --calls --actor store\n" },
    { "reindex", main_reindex, "build the index anew, while the old one answers",
      "usage: wikibot reindex [DIR] [--status | --cancel] [--topology FILE --keys DIR]\n\n"
      "Lists, histories, links and searches come from an index of the repository, which follows every commit by\n"
      "itself. This makes it anew, from nothing, and waits until it is whole; the old one answers until then. Ctrl-C\n"
      "ends the waiting, not the building. Where nobody serves DIR it is built here and now, and Ctrl-C stops that:\n"
      "what was done is kept, and the next reindex or serve goes on with it. Ends with 1 if it failed or was\n"
      "cancelled.\n\n"
      "  --status              only say how far it is, or how the last one ended\n"
      "  --cancel              end it; the index stays as it was\n"
      "  --topology FILE       ask the index on another host of this topology\n"
      "  --keys DIR            with the key of an operator that the topology names, which lies here\n"
      "  --as NAME             which operator; default: the first whose secret key is there\n\n"
      "examples:\n"
      "  wikibot reindex ~/notes\n"
      "  wikibot reindex --status --config /etc/wikibot/wikibot.cfg\n" },
    { "search-eval", main_search_eval, "say how good the search is, by queries whose answers are known",
      "usage: wikibot search-eval [options] DIR FILE\n\n"
      "Each line of FILE is a query, a tab, and the pages that are right, with commas between; lines that begin\n"
      "with # are passed over. Prints nDCG@10 and recall@5, 0 to 1, for each way to search: lexical (by words),\n"
      "semantic (by meaning), hybrid (both). Builds an index of its own for that, which goes again: whoever serves\n"
      "DIR is not disturbed, and DIR is not changed.\n\n"
      "  --config FILE         settings, as NAME = value\n\n"
      "examples:\n"
      "  printf 'how to print\\tmanual/printing,faq\\n' > queries.tsv\n"
      "  wikibot search-eval ~/notes queries.tsv\n" },
    { "trace", main_trace, "show the way of one request through the actors, with times",
      "usage: wikibot trace ID [DIR] [--topology FILE --keys DIR]\n\n"
      "ID is the number that an error page shows and that log lines call trace, or its first 6 digits or more. Each\n"
      "actor remembers its last 4,096 requests; older ones are only in the logs.\n\n"
      "  --topology FILE       look at the actors on other hosts of this topology too\n"
      "  --keys DIR            with the key of an operator that the topology names, which lies here\n"
      "  --as NAME             which operator; default: the first whose secret key is there\n\n"
      "examples:\n"
      "  wikibot trace 4bf92f ~/notes\n"
      "  wikibot trace 4bf92f3577b34da6a3ce929d0e0e4736 --config /etc/wikibot/wikibot.cfg\n" },
    { "doctor", main_doctor, "check configuration, keys, repository, disk and clocks, and say what to do",
      "usage: wikibot doctor [DIR] [options of serve]\n\n"
      "Prints a line for each thing that it looked at: ok, warn or FAIL, and what to do. Changes nothing, and may\n"
      "be asked while the wiki is served. Ends with 1 if something is wrong enough to stop the wiki or its saves.\n\n"
      "examples:\n"
      "  wikibot doctor ~/notes\n"
      "  wikibot doctor --config /etc/wikibot/wikibot.cfg\n" },
    { "keys", main_keys, "make, list and revoke the keys of links between hosts",
      "usage: wikibot keys new NAME | list | revoke NAME  --keys FOLDER\n\n"
      "A process of a topology with hosts has one pair of keys, of its name. NAME.public goes to every host,\n"
      "NAME.secret (mode 600) to the one that runs it. A revoked key is refused within a second, without a restart.\n\n"
      "  --keys FOLDER         where the keys are; else $WIKIBOT_KEYS\n\n"
      "examples:\n"
      "  wikibot keys new store --keys /etc/wikibot/keys\n"
      "  wikibot keys list --keys /etc/wikibot/keys\n"
      "  wikibot keys revoke render-2 --keys /etc/wikibot/keys\n" },
    { "contract", main_contract, "print the message contract as Markdown",
      "usage: wikibot contract\n\n"
      "Prints the tables of calls, events, records, codes and limits: the second half of proto/PROTOCOL.md.\n\n"
      "example:\n"
      "  wikibot contract | less\n" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void
print_overview(FILE *out)
{
    fputs("wikibot: a wiki for people and AI agents, in a git repository\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  wikibot %-11s %s\n", commands[i].name, commands[i].text);
    fputs("\nwikibot COMMAND --help says more, with examples. To begin: wikibot serve DIR\n", out);
}

static const command_t *
find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static bool
is_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
unknown(const char *word)
{
    fprintf(stderr, "wikibot: there is no command '%s'; wikibot --help lists what there is\n", word);
    return 2;
}

static int
help(const char *name)
{
    const command_t *command = name? find(name): NULL;
    if (name && !command)
        return unknown(name);
    if (command)
        fputs(command->help, stdout);
    else
        print_overview(stdout);
    return 0;
}

int
main(int count, char **words)
{
    if (count < 2)
        return help(NULL);
    if (is_help(words[1]))
        return help(count > 2? words[2]: NULL);
    if (strcmp(words[1], "--version") == 0) {
        puts("wikibot " WIKIBOT_VERSION);
        return 0;
    }
    const command_t *command = find(words[1]);
    if (!command)
        return unknown(words[1]);
    for (int i = 2; i < count; i++)
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return help(command->name);
    return command->run(count - 2, words + 2);
}
