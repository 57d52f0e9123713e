// What the index holds
#include "index_internal.h"
#include "index_query.h"

#include <string.h>

code_t
index_facts(index_t *self, index_facts_t *facts)
{
    const struct { const char *name; int64_t *value; } names[] = {
        { "pages", &facts->pages }, { "passages", &facts->passages }, { "links", &facts->links },
        { "commits", &facts->commits } };
    int64_t pages = 0, size = 0;
    code_t code = OK;
    memset(facts, 0, sizeof *facts);
    for (size_t i = 0; i < sizeof names / sizeof *names && code == OK; i++)
        code = index_number(self, index_bind(self, "SELECT value FROM meta WHERE key = ?", "t", names[i].name), 0,
                            names[i].value);
    if (code == OK)
        code = index_number(self, index_prepare(self, "PRAGMA page_count"), 0, &pages);
    if (code == OK)
        code = index_number(self, index_prepare(self, "PRAGMA page_size"), 0, &size);
    facts->bytes = pages * size;
    return code;
}

code_t
index_version(index_t *self, int64_t *version)
{
    return index_number(self, index_prepare(self, "PRAGMA data_version"), 0, version);
}
