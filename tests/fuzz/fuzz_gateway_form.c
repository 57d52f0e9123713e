// Whatever comes as a form, a query or a Host: nothing is read past its end, values hold their size, and what decodes
// comes back from its encoding.
#include <stdlib.h>
#include <string.h>

#include "../../gateway/event.h"
#include "../../gateway/guard.h"
#include "../../gateway/percent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_encoding(arena_t *arena, const char *text, size_t size)
{
    char *encoded = arena_alloc(arena, 3 * size + 1);
    char *decoded = arena_alloc(arena, 3 * size + 1);
    size_t decoded_size = 0;
    size_t encoded_size = percent_encode(text, size, PERCENT_FIELD, encoded);
    if (percent_decode(encoded, encoded_size, true, decoded, &decoded_size) != OK)
        abort();
    if (decoded_size != size || memcmp(decoded, text, size) != 0)
        abort();
}

static void
check_form(arena_t *arena, const char *body, size_t size)
{
    event_form_t form;
    if (event_form_parse(&form, arena, body, size) != OK)
        return;
    for (size_t i = 0; i < form.count; i++) {
        if (form.fields[i].value[form.fields[i].size] != '\0' || !event_form_field(&form, form.fields[i].name))
            abort();
        check_encoding(arena, form.fields[i].value, form.fields[i].size);
    }
}

static void
check_text(arena_t *arena, char *text)
{
    static const guard_t guard = { NULL };
    event_request_t request = { .query = text };
    guard_request_t guarded = { .method = "POST", .host = "localhost:8080", .origin = text, .fetch_site = text };
    event_query(&request, arena, "a");
    if (guard_host(&guard, text) && strchr(text, '/'))
        abort();
    if (!guard_check(&guard, &guarded))
        abort();                                // no text is an origin of ours and a fetch site too
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = malloc(size + 1);
    if (!exact)
        abort();
    memcpy(exact, data, size);
    exact[size] = '\0';
    arena_t arena = { 0 };
    check_text(&arena, exact);
    char *body = realloc(exact, size > 0? size: 1);     // without the NUL, so that one byte too many is seen
    if (!body)
        abort();
    check_form(&arena, body, size);
    arena_clear(&arena);
    free(body);
    return 0;
}
