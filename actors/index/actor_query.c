// Handlers of the index actor: pages
#include "actor_internal.h"
#include "../core/banned.h"

code_t
query_on_about(void *state, call_t *call, const void *request, void *reply)
{
    (void)request;
    state_t *self = state;
    index_about_rep_t *rep = reply;
    index_facts_t facts = { 0 };
    index_t *index = NULL;
    bool behind = false;
    code_t code = reader_begin(self, call, &index);
    rep->building = code == UNAVAILABLE;
    if (rep->building)
        return OK;
    if (code == OK)
        code = reader_stands(index, call, "", &rep->commit, &behind);
    if (code == OK)
        code = index_facts(index, &facts);
    rep->pages = facts.pages;
    rep->passages = facts.passages;
    rep->links = facts.links;
    rep->commits = facts.commits;
    rep->bytes = facts.bytes;
    return reader_end(self, call, code);
}
