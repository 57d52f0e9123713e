// Wiki-At-Least: the commit that a client has seen, and that its answer must know of
#include "api.h"

#include <string.h>

enum { LOOK_MS = 50 };

static bool
is_whole_id(const char *text)
{
    return strlen(text) == 40 && strspn(text, "0123456789abcdef") == 40;
}

// Is it the head, or does it lie before it? UNAVAILABLE and the like: nobody knows.
static code_t
is_known(web_t *self, const char *commit, bool *known)
{
    store_changes_req_t changes = { .caller = self->caller, .since = commit, .cursor = "\xF4\x8F\xBF\xBF" };
    store_changes_rep_t found = { 0 };          // the cursor is behind any name, so no row comes
    msg_t *answer = flow_ask(self->gateway->flow, "store", &call_store_changes, &changes, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_store_changes, &found);
    *known = code == OK && !found.rewritten;
    msg_destroy(&answer);
    return code == NOT_FOUND? OK: code;
}

bool
api_at_least(web_t *self)
{
    const char *commit = event_header(self->request, "wiki-at-least");
    int64_t until = msg_steady_ms() + LIMIT_AT_LEAST_MS;
    bool known = !commit || !*commit;
    code_t code = OK;
    if (!known && !is_whole_id(commit)) {
        api_refuse(self, 422, "Wiki-At-Least must be a commit id of 40 hex digits.");
        return false;
    }
    while (!known && code == OK) {
        code = is_known(self, commit, &known);
        if (known || msg_steady_ms() > until)
            break;
        zclock_sleep(LOOK_MS);
    }
    if (!known && code == OK)
        api_refuse(self, 412, "The commit of Wiki-At-Least is not known here. Leave the header out, or read from where "
                              "you learned of it.");
    else if (!known)
        api_refuse(self, code_http_status(code), code_text(code));
    return known;
}
