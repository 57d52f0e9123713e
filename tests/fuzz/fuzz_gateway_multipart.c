// Whatever comes as a form with files: contents lie in the body and apart, names are UTF-8, and what was read comes
// back when it is written anew. The first line of an input is the Content-Type.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../gateway/multipart.h"
#include "../../proto/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_parts(const multipart_t *form, const char *body, size_t size)
{
    const char *at = body;
    for (size_t i = 0; i < form->count; i++) {
        const multipart_part_t *part = &form->parts[i];
        if (part->bytes < at || part->bytes + part->size > body + size)
            abort();
        at = part->bytes + part->size;
        if (!page_utf8_valid(part->name, strlen(part->name)) ||
            (part->file && !page_utf8_valid(part->file, strlen(part->file))))
            abort();
    }
}

// Contents of the same bytes under a boundary that is in none of them.
static void
check_again(arena_t *arena, const multipart_t *form, size_t size)
{
    static const char boundary[] = "zqzqzqzqzq";
    static const char type[] = "multipart/form-data; boundary=zqzqzqzqzq";
    multipart_t *again = arena_alloc(arena, sizeof *again);
    char *text = malloc(size + 128 * form->count + 64);
    size_t used = 0;
    if (!text)
        abort();
    for (size_t i = 0; i < form->count; i++) {
        const multipart_part_t *part = &form->parts[i];
        if (memmem(part->bytes, part->size, boundary, sizeof boundary - 1)) {
            free(text);
            return;
        }
        used += (size_t)snprintf(text + used, 128, "--%s\r\nContent-Disposition: form-data; name=n%zu%s\r\n\r\n",
                                 boundary, i, part->file? "; filename=f": "");
        memcpy(text + used, part->bytes, part->size);
        used += part->size;
        used += (size_t)snprintf(text + used, 64, "\r\n");
    }
    used += (size_t)snprintf(text + used, 64, "--%s--", boundary);
    if (multipart_parse(again, arena, type, text, used) != OK || again->count != form->count)
        abort();
    for (size_t i = 0; i < form->count; i++)
        if (again->parts[i].size != form->parts[i].size || !again->parts[i].file != !form->parts[i].file ||
            memcmp(again->parts[i].bytes, form->parts[i].bytes, form->parts[i].size) != 0)
            abort();
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    arena_t arena = { 0 };
    if (!end)
        return 0;
    const char *type = arena_copy(&arena, (const char *)data, (size_t)(end - data));
    size_t body_size = size - (size_t)(end + 1 - data);
    char *body = malloc(body_size? body_size: 1);
    multipart_t *form = arena_alloc(&arena, sizeof *form);
    if (!body)
        abort();
    memcpy(body, end + 1, body_size);
    if (multipart_parse(form, &arena, type, body, body_size) == OK) {
        check_parts(form, body, body_size);
        check_again(&arena, form, body_size);
    }
    free(body);
    arena_clear(&arena);
    return 0;
}
