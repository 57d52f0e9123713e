// The index built anew, as a job; and what is told of vectors, which there are none of yet
#include "api.h"

#include <string.h>

#include "moment.h"

// ---- building the index ------------------------------------------------------------------------------------------
static code_t
ask_reindex(web_t *self, const char *action, index_reindex_rep_t *found)
{
    index_reindex_req_t request = { .caller = self->caller, .action = action };
    code_t code = web_ask(self, &call_index_reindex, &request, NULL, found);
    return code_retryable(code)? web_refuse(self, code, "The index of this wiki is not running."): code;
}

code_t
api_reindex(web_t *self)
{
    index_reindex_rep_t found = { 0 };
    code_t code = ask_reindex(self, "start", &found);
    if (code != OK)
        return code;
    if (!found.started)
        return api_refuse(self, 409, "Reindex already in progress");
    return api_answer(self, 202, json_pack("{s:s}", "status", "started"));
}

static json_t *
moment(int64_t ms)
{
    char text[MOMENT_SIZE];
    moment_iso(ms / 1000, 0, text);
    return json_string(text);
}

static json_t *
status_of(const index_job_t *job)
{
    if (!*job->id)
        return json_pack("{s:s}", "status", "idle");
    if (strcmp(job->state, "done") == 0)
        return json_pack("{s:s, s:I, s:I, s:o}", "status", "complete", "pages_indexed", (json_int_t)job->pages,
                         "chunks_created", (json_int_t)job->passages, "completed_at", moment(job->finished));
    if (strcmp(job->state, "failed") == 0)
        return json_pack("{s:s, s:o, s:o}", "status", "error", "error_message", api_text(job->text), "completed_at",
                         moment(job->finished));
    if (strcmp(job->state, "cancelled") == 0)
        return json_pack("{s:s, s:o}", "status", "cancelled", "completed_at", moment(job->finished));
    return json_pack("{s:s, s:o, s:I, s:I}", "status", "in_progress", "started_at", moment(job->started), "done",
                     (json_int_t)job->done, "steps", (json_int_t)job->total);
}

code_t
api_reindex_status(web_t *self)
{
    index_reindex_rep_t found = { 0 };
    code_t code = ask_reindex(self, "", &found);
    return code == OK? api_answer(self, 200, status_of(&found.job)): code;
}

code_t
api_reindex_cancel(web_t *self)
{
    index_reindex_rep_t found = { 0 };
    code_t code = ask_reindex(self, "cancel", &found);
    return code == OK? api_answer(self, 200, status_of(&found.job)): code;
}

// ---- vectors -----------------------------------------------------------------------------------------------------
code_t
api_semantic_search(web_t *self)
{
    return api_refuse(self, 503, "Vector backend is not available");
}

code_t
api_chroma_status(web_t *self)
{
    return api_answer(self, 200, json_pack("{s:s, s:s, s:s, s:i}", "status", "unavailable", "backend_type", "none",
                                           "collection", "", "document_count", 0));
}
