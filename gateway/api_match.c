// Conditions of a write: the revision that a client has seen, and what it is told if that is not the newest
#include "api.h"

#include <string.h>

enum { REVISION_MIN = 7, SIDES_BYTES = 8 << 20 };

bool
api_is_revision(const api_page_t *page, const char *given)
{
    size_t size = strlen(given);
    return size >= REVISION_MIN && strncmp(page->revision, given, size) == 0;
}

// Does this tag name the revision? "<revision>", or "<revision>.<hash>" with whatever the edge has added.
static bool
tag_names(const char *tag, const char *revision)
{
    size_t size = strlen(revision);
    return size > 0 && strncmp(tag, revision, size) == 0 && (tag[size] == '"' || tag[size] == '.');
}

bool
api_if_match(web_t *self, const api_page_t *page)
{
    const char *at = event_header(self->request, "if-match");
    if (!at)
        return true;
    while (page->found && *at) {
        at += strspn(at, " \t,");
        if (*at == '*' || (*at == '"' && tag_names(at + 1, page->revision)))
            return true;                        // a weak tag never matches
        at += strcspn(at, "\"");
        at += *at? 1 + strcspn(at + 1, "\""): 0;
        at += *at == '"';
    }
    return false;
}

static json_t *
side_of(const side_t *side)
{
    return side->text && page_utf8_valid(side->text, side->size)? json_stringn_nocheck(side->text, side->size)
                                                                : json_null();
}

code_t
api_mismatch(web_t *self, int status, const api_page_t *page, const api_sides_t *sides)
{
    static const api_sides_t nothing;
    if (sides->base.size + sides->yours.size + sides->theirs.size > SIDES_BYTES)
        sides = &nothing;
    json_t *json = json_object();
    json_object_set_new(json, "error", json_string("Revision mismatch: page has been modified since last read."));
    json_object_set_new(json, "current_revision", json_string(page->revision));
    json_object_set_new(json, "base", side_of(&sides->base));
    json_object_set_new(json, "yours", side_of(&sides->yours));
    json_object_set_new(json, "theirs", side_of(&sides->theirs));
    return api_answer(self, status, json);
}
