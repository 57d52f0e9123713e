// What flows ask the index, and what a page says while that is away, behind or being built
#include "web.h"

#include <inttypes.h>
#include <string.h>

enum { CURSOR_BYTES = 96 };

static const char away[] = "The index of this wiki cannot be asked at the moment, so something is missing here. "
                           "Load the page again in a while.";
static const char behind[] = "The index of this wiki has not seen the newest changes yet. Load the page again in a "
                             "while.";

const char *
web_index_progress(web_t *self)
{
    rule_t rule = { .glob = "**", .rights = RIGHT_ALL };    // how far it has come is no secret: the gateway itself asks
    index_reindex_req_t ask = { .caller = { .client = "web", .rules = &rule, .rules_count = 1 } };
    index_reindex_rep_t found = { .job = { .state = "" } };
    code_t code = web_ask_index(self, &call_index_reindex, &ask, &found);
    const index_job_t *job = &found.job;
    if (code != OK || (strcmp(job->state, "running") != 0 && strcmp(job->state, "waiting") != 0))
        return "";
    if (job->total <= 0)
        return "The index of this wiki is being built.";
    int64_t total = job->total > job->done? job->total: job->done;
    return arena_printf(self->arena, "The index of this wiki is being built: %" PRId64 " of %" PRId64 " steps done.",
                        job->done, total);
}

static void
note(web_t *self, const char *otherwise)
{
    self->passing = true;
    if (value_find(self->data, KEY_index_note))
        return;
    const char *progress = web_index_progress(self);
    const char *text = *progress? arena_printf(self->arena, "%s Until then something may be missing here.", progress)
                                : otherwise;
    value_text(self->data, KEY_index_note, text);
}

code_t
web_index(web_t *self, const web_index_t *ask)
{
    code_t code = web_await_index(self, ask->call, ask->request, ask->reply);
    // Of a small wiki it is built in a moment.
    bool late = code == OK? *ask->behind: code == NOT_FOUND || code == UNAVAILABLE;
    if (*ask->head && late) {
        if (web_catch_up(self, ask->head) == OK)
            code = web_await_index(self, ask->call, ask->request, ask->reply);
        else if (code != UNAVAILABLE)
            note(self, behind);
    }
    if (code == NOT_FOUND || code == INVALID)
        return code;
    if (code != OK)
        note(self, away);
    else if (*ask->head && strcmp(*ask->commit, ask->head) != 0)
        self->passing = true;                   // newer than the rest of the page, or still behind
    return code == OK? OK: UNAVAILABLE;
}

const char *
web_index_cursor(const web_t *self)
{
    const char *cursor = web_cursor(self);
    return strlen(cursor) <= CURSOR_BYTES? cursor: "";
}
