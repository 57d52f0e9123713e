#include "media.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

const char media_sandbox[] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

static const char plain[] = "text/plain; charset=utf-8";

// Whatever a browser could take for a document with scripts is in a sandbox; what is not named is saved to disk.
static const media_t media[] = {
    { "png", "image/png", MEDIA_SHOW, true, "image" },
    { "jpg", "image/jpeg", MEDIA_SHOW, true, "image" },
    { "jpeg", "image/jpeg", MEDIA_SHOW, true, "image" },
    { "gif", "image/gif", MEDIA_SHOW, true, "image" },
    { "webp", "image/webp", MEDIA_SHOW, true, "image" },
    { "avif", "image/avif", MEDIA_SHOW, false, "image" },
    { "bmp", "image/bmp", MEDIA_SHOW, false, "image" },
    { "ico", "image/x-icon", MEDIA_SHOW, false, "image" },
    { "svg", "image/svg+xml", MEDIA_SANDBOX, false, "image" },
    { "mp3", "audio/mpeg", MEDIA_SHOW, false, "sound" },
    { "ogg", "audio/ogg", MEDIA_SHOW, false, "sound" },
    { "wav", "audio/wav", MEDIA_SHOW, false, "sound" },
    { "flac", "audio/flac", MEDIA_SHOW, false, "sound" },
    { "mp4", "video/mp4", MEDIA_SHOW, false, "film" },
    { "webm", "video/webm", MEDIA_SHOW, false, "film" },
    { "ogv", "video/ogg", MEDIA_SHOW, false, "film" },
    { "pdf", "application/pdf", MEDIA_SHOW, false, "PDF" },     // a sandbox would keep browsers from showing it at all
    { "txt", plain, MEDIA_SHOW, false, "text" },
    { "md", plain, MEDIA_SHOW, false, "text" },
    { "csv", "text/csv; charset=utf-8", MEDIA_SHOW, false, "table" },
    { "json", "application/json", MEDIA_SANDBOX, false, "data" },
    { "html", "text/html; charset=utf-8", MEDIA_SANDBOX, false, "HTML" },
    { "htm", "text/html; charset=utf-8", MEDIA_SANDBOX, false, "HTML" },
    { "xhtml", "application/xhtml+xml", MEDIA_SANDBOX, false, "HTML" },
    { "xml", "application/xml", MEDIA_SANDBOX, false, "data" },
    { "js", plain, MEDIA_SANDBOX, false, "code" },
    { "mjs", plain, MEDIA_SANDBOX, false, "code" },
    { "css", plain, MEDIA_SANDBOX, false, "code" },
    { "", "application/octet-stream", MEDIA_SAVE, false, "file" },
};

const media_t *
media_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *dot = strrchr(slash? slash: file, '.');
    size_t last = sizeof media / sizeof *media - 1;
    for (size_t i = 0; dot && i < last; i++)
        if (strcasecmp(dot + 1, media[i].suffix) == 0)
            return &media[i];
    return &media[last];
}

bool
media_is_image(const media_t *self)
{
    return strncmp(self->type, "image/", 6) == 0;
}
