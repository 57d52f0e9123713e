// api_write - what the writing flows of pages share (api_written.c): finding, committing, and every answer of a write
//
// Each of these answers the request, and returns as a flow does. What refuses looks first whether this very request, by
// its Idempotency-Key, has been carried out before: then it gives the answer that it gave then.
#ifndef API_WRITE_H
#define API_WRITE_H
#include "api.h"

typedef struct {
    const char *kind;                           // first word of the message: Create, Update, Edit, Delete
    bool deletes;
    api_page_t page;                            // with its revision
    const char *message, *revision;             // of the body; NULL: absent
    bool merge;
    side_t sent;                                // the whole new text
} api_write_t;

// The page that the URL names, and its revision. It does not answer.
code_t write_find(web_t *self, api_write_t *write);
// A file at a commit, in whatever form; its full id in *full, unless that is NULL. False: there is none.
bool write_text(web_t *self, const char *file, const char *commit, side_t *text, const char **full);
// The commit that the client's revision names, and the page there. NULL: none that has the page.
const char *write_base(web_t *self, const api_write_t *write, side_t *text);

code_t write_commit(web_t *self, api_write_t *write, const char *base);
code_t write_refuse(web_t *self, const api_write_t *write, int status, const char *text);
code_t write_missing(web_t *self, const api_write_t *write);
code_t write_mismatch(web_t *self, const api_write_t *write, int status, const api_sides_t *sides);
// The store found that somebody else was faster; its answer is the newest.
code_t write_conflict(web_t *self, api_write_t *write);
code_t write_deleted(web_t *self, const api_write_t *write);
#endif
