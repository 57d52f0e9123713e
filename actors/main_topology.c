#include "main.h"

#include "../proto/code.h"
#include "core/banned.h"

// Equal to deploy/topology/single.conf and split.conf (a test compares them), so that no file is needed at
// run time.
typedef struct {
    const char *name;
    const char *text;
} standard_t;

static const standard_t standards[] = {
    { "single",
      "#   One process: the actors talk inside it.\n"
      "topology\n"
      "    name = single\n"
      "process\n"
      "    wikibot\n"
      "        actors = \"gateway index store render\"\n"
      "actor\n"
      "    gateway\n"
      "        asks = \"store render index\"\n"
      "    index\n"
      "        asks = \"store render\"\n" },
    { "split",
      "#   Four processes on one host: the actors talk over ipc. One of them may fall and is started again.\n"
      "topology\n"
      "    name = split\n"
      "process\n"
      "    gateway\n"
      "        actors = \"gateway\"\n"
      "    store\n"
      "        actors = \"store\"\n"
      "    render\n"
      "        actors = \"render\"\n"
      "    index\n"
      "        actors = \"index\"\n"
      "actor\n"
      "    gateway\n"
      "        asks = \"store render index\"\n"
      "    index\n"
      "        asks = \"store render\"\n" },
};

// Without an edge: what commands run (main_offline.h); the command itself is the one who asks.
static const char offline[] = "topology\n"
                              "    name = offline\n"
                              "process\n"
                              "    wikibot\n"
                              "        actors = \"index store render\"\n"
                              "    command\n"
                              "        actors = \"gateway\"\n"
                              "actor\n"
                              "    gateway\n"
                              "        asks = \"index\"\n"
                              "    index\n"
                              "        asks = \"store render\"\n";

// Flows block while they ask, so their number bounds what can wait together; readers and renderers compute. There
// is one truth, so one store; and one index, so that what it was told to follow is what is then asked.
static const topology_known_t known[] = {
    { "gateway", LIMIT_FLOWS, false }, { "store", 2, true }, { "render", 2, false },
    { "index", 2, true }, { NULL, 0, false },
};

enum { FILE_BYTES = 64 * 1024 };

const char *
main_topology_text(const char *name)
{
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++)
        if (strcmp(standards[i].name, name) == 0)
            return standards[i].text;
    return NULL;
}

// A whole small file; NULL if it cannot be read, or is over FILE_BYTES (errno says which).
static char *
read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = calloc(1, FILE_BYTES + 1);
    if (!text)
        abort();
    size_t size = fread(text, 1, FILE_BYTES + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (!failed && size <= FILE_BYTES)
        return text;
    free(text);
    errno = failed? EIO: EFBIG;
    return NULL;
}

topology_t *
main_topology(const char *name, char why[TOPOLOGY_WHY])
{
    const char *standard = main_topology_text(name);
    if (strcmp(name, "offline") == 0)
        return topology_parse(name, offline, known, why);
    if (standard)
        return topology_parse(name, standard, known, why);
    char *text = read_file(name);
    if (!text) {
        (void)snprintf(why, TOPOLOGY_WHY, "topology '%s': %s; give single, split or a file (deploy/topology/README.md)",
                       name, strerror(errno));
        return NULL;
    }
    topology_t *topology = topology_parse(name, text, known, why);
    free(text);
    return topology;
}
