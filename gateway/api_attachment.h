// api_attachment - files beside a page, as the API means them: finding, storing, deleting
#ifndef API_ATTACHMENT_H
#define API_ATTACHMENT_H
#include "api.h"

typedef struct {
    api_page_t page;
    const char *name;
    const char *file;                           // of the repository
    const char *mime;
    store_read_rep_t found;                     // after attachment_find; commit "": there is none
} attachment_t;

// By the end of its name, as mail and MCP clients want it: without a charset.
const char *attachment_mime(const web_t *self, const char *name);
// The page of the request, and the file of this name beside it. False: there is no such page; the client was told.
bool attachment_page(web_t *self, attachment_t *attachment, const char *name, code_t *code);
// As it is at the head. NOT_FOUND: there is none, or it is a page.
code_t attachment_find(web_t *self, attachment_t *attachment);
code_t attachment_missing(web_t *self);         // 404 "Attachment not found: <name>"

// What a client says of a change. `revision`: a commit since which the file must not have changed; "": it may have.
typedef struct { const char *message, *revision; } attachment_change_t;
// Puts the bytes (taken), or deletes if `bytes` is NULL. True: done, and the index knows. False: the request has been
// answered, or *code says what happened.
bool attachment_commit(web_t *self, attachment_t *attachment, const attachment_change_t *change, zframe_t **bytes,
                       code_t *code);
// {"filename","path","size","mime_type"}
code_t attachment_stored(web_t *self, int status, const attachment_t *attachment, size_t size);
#endif
