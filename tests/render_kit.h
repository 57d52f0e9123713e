// render_kit - renders a text and holds it against what must come out; whatever comes out must also be safe
// and whole
#ifndef RENDER_KIT_H
#define RENDER_KIT_H
#include "render_check.h"
#include "unit.h"

typedef struct {
    const char *source;
    const char *html;
} render_case_t;

static inline render_t
kit_render_bytes(const render_options_t *options, const char *source, size_t size)
{
    render_t page;
    assert_int_equal(render_page(options, source, size, &page), OK);
    const char *why = check_html(page.html, page.html_size);
    if (!why)
        why = check_page(&page, source, size);
    if (why)
        fail_msg("%s: %.2000s", why, page.html);
    return page;
}

static inline render_t
kit_render(const render_options_t *options, const char *source)
{
    return kit_render_bytes(options, source, strlen(source));
}

static inline void
kit_check_cases(const render_options_t *options, const render_case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        render_t page = kit_render(options, cases[i].source);
        assert_string_equal(page.html, cases[i].html);
        render_clear(&page);
    }
}
#define KIT_CHECK(options, cases) kit_check_cases(options, cases, sizeof cases / sizeof *cases)

// A text of `count` times `part` between two others; the caller frees it.
static inline char *
kit_repeat(const char *before, const char *part, size_t count, const char *after, size_t *size)
{
    size_t step = strlen(part), head = strlen(before), tail = strlen(after);
    char *text = malloc(head + step * count + tail + 1);
    assert_non_null(text);
    memcpy(text, before, head);
    for (size_t i = 0; i < count; i++)
        memcpy(text + head + i * step, part, step);
    memcpy(text + head + step * count, after, tail + 1);
    *size = head + step * count + tail;
    return text;
}
#endif
