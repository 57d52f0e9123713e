// Attachments as bytes: downloaded, in parts if wanted, and uploaded without base64
#include <string.h>

#include "api_attachment.h"
#include "api_rows.h"
#include "flows.h"

code_t
api_raw_get(web_t *self)
{
    attachment_t attachment;
    const char *revision = api_query(self, "revision");
    code_t code;
    if (!attachment_page(self, &attachment, self->api->name, &code))
        return code;
    if (*revision && !page_is_revision(revision, strlen(revision)))
        return attachment_missing(self);
    bool possible = !strchr(attachment.name, '/') && !page_is_page_file(attachment.name) &&
                    page_path_check(attachment.file, NULL) == OK;
    code = possible? serve_file(self, attachment.file, revision): NOT_FOUND;
    self->reply->own = self->reply->cacheable;  // only for who sends the same credential
    if (code == OK && self->reply->status < 300)
        web_header(self, "vary", "Authorization");
    return code == NOT_FOUND? attachment_missing(self): code;
}

// A name that is in the address is not made over, but taken or refused.
static bool
is_possible(const attachment_t *attachment)
{
    const char *name = attachment->name;
    return *name != '.' && !strchr(name, '/') && strlen(name) <= LIMIT_NAME_BYTES && !page_is_page_file(name) &&
           page_path_check(attachment->file, NULL) == OK;
}

static code_t
store_body(web_t *self, attachment_t *attachment, zframe_t **bytes)
{
    const char *message = api_query(self, "commit_message");
    attachment_change_t change = { .message = message, .revision = api_query(self, "revision") };
    size_t size = zframe_size(*bytes);
    code_t code = attachment_find(self, attachment);
    int status = code == NOT_FOUND? 201: 200;
    if (code != OK && code != NOT_FOUND)
        return code;
    if (!*message)
        change.message = arena_printf(self->arena, "[api] Attach: %s", attachment->name);
    if (strlen(change.message) > LIMIT_MESSAGE_TEXT_BYTES)
        return api_refuse_of(self, 422, "commit_message has more than %d bytes", LIMIT_MESSAGE_TEXT_BYTES);
    if (!attachment_commit(self, attachment, &change, bytes, &code))
        return code;
    return attachment_stored(self, status, attachment, size);
}

code_t
api_raw_put(web_t *self)
{
    attachment_t attachment;
    code_t code;
    if (!attachment_page(self, &attachment, self->api->name, &code))
        return code;
    if (!is_possible(&attachment))
        return api_refuse(self, 422, "Invalid filename");
    if (!api_take_key(self))
        return OK;
    zframe_t *bytes = web_take_body(self);
    if (!bytes)
        bytes = zframe_new("", 0);
    if (zframe_size(bytes) > LIMIT_ATTACHMENT_BYTES)
        code = api_refuse(self, 422, "Attachment too large (max 10MB)");
    else
        code = store_body(self, &attachment, &bytes);
    zframe_destroy(&bytes);
    return code;
}
