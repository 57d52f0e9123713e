#include "gzip.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

// Higher levels take twice the time for a twentieth less; 15 + 16: the largest window, with gzip's frame around it.
enum { LEVEL = 4, WINDOW = 15 + 16, MEMORY = 8 };

struct gzip {
    z_stream stream;
};

gzip_t *
gzip_new(void)
{
    gzip_t *self = calloc(1, sizeof *self);
    if (self && deflateInit2(&self->stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(self);
        self = NULL;
    }
    return self;
}

void
gzip_destroy(gzip_t **self)
{
    if (!*self)
        return;
    deflateEnd(&(*self)->stream);
    free(*self);
    *self = NULL;
}

void *
gzip_pack(gzip_t *self, const void *bytes, size_t size, size_t *packed_size)
{
    z_stream *stream = &self->stream;
    unsigned char *packed = size <= GZIP_MOST? malloc(size): NULL;
    if (!packed)
        return NULL;
    deflateReset(stream);
    stream->next_in = (z_const Bytef *)bytes;
    stream->avail_in = (uInt)size;
    stream->next_out = packed;
    stream->avail_out = (uInt)size;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) {
        free(packed);
        return NULL;
    }
    *packed_size = size - stream->avail_out;
    void *fitted = realloc(packed, *packed_size);
    return fitted? fitted: packed;
}

bool
gzip_worth(const char *type, size_t size)
{
    static const char *const types[] = { "text/", "application/json", "application/javascript", "application/xml",
                                         "application/xhtml+xml", "image/svg+xml", "application/atom+xml" };
    if (!type || size < GZIP_LEAST || size > GZIP_MOST)
        return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strncasecmp(type, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

// Are these the parameters of a coding that is refused: a weight of zero?
static bool
is_refused(const char *parameters, size_t size)
{
    const char *weight = memchr(parameters, '=', size);
    const char *end = parameters + size;
    for (weight = weight? weight + 1: end; weight < end; weight++)
        if (*weight >= '1' && *weight <= '9')
            return false;
    return memchr(parameters, '=', size) != NULL;
}

bool
gzip_allowed(const char *accept_encoding)
{
    bool any = false;
    for (const char *at = accept_encoding; *at;) {
        at += strspn(at, " \t,");
        size_t size = strcspn(at, ",");
        size_t name = strcspn(at, " \t,;");
        bool refused = is_refused(at + name, size - name);
        if (name == 4 && strncasecmp(at, "gzip", 4) == 0)
            return !refused;
        any = any || (name == 1 && *at == '*' && !refused);
        at += size;
    }
    return any;
}
