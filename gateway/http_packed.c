#include "http_parts.h"

#include <stdlib.h>
#include <string.h>

static enum MHD_Result
copy_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    if (strcasecmp(name, "etag") != 0)
        MHD_add_response_header(context, name, value);
    return MHD_YES;
}

static struct MHD_Response *
response_like(struct MHD_Response *plain, const char *etag, void *body, size_t size)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
    if (!response)
        abort();
    MHD_get_response_headers(plain, copy_header, response);
    if (*etag)
        MHD_add_response_header(response, "ETag", etag);
    return response;
}

// Other bytes need another strong tag. A weak one, or one without room, stays as it is.
static void
make_etag(form_t *form, const char *plain)
{
    size_t size = strlen(plain);
    bool strong = size >= 2 && plain[0] == '"' && size + sizeof "-gz" <= sizeof form->etag;
    memcpy(form->etag, plain, size + 1);
    if (strong)
        memcpy(form->etag + size - 1, "-gz\"", sizeof "-gz\"");
}

const form_t *
packed_form(http_t *self, kept_t *kept, const char *tag)
{
    form_t *form = &kept->packed;
    if (form->full)
        return form;
    if (!*form->etag)
        make_etag(form, kept->plain.etag);
    if (!form->same && kept->plain.same)
        form->same = response_like(kept->plain.same, form->etag, NULL, 0);
    if (form->same && tag && head_matches(tag, form->etag))
        return form;                            // the client has it: nothing needs to be compressed
    void *bytes = gzip_pack(self->gzip, kept->body, kept->plain.size, &form->size);
    if (!bytes) {
        kept->packable = false;
        return &kept->plain;
    }
    form->full = response_like(kept->plain.full, form->etag, bytes, form->size);
    MHD_add_response_header(form->full, "Content-Encoding", "gzip");
    return form;
}

size_t
packed_bytes(const kept_t *kept)
{
    const form_t *form = &kept->packed;
    return form->full || form->same? CACHE_ENTRY_COST + (form->full? form->size: 0): 0;
}
