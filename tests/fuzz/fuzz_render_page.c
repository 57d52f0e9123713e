// Any page: what comes out holds only what is allowed, is balanced, bounded, UTF-8, and its reports are true.
// The first byte chooses the options.
#include "../render_check.h"
#include "../../actors/render/render_section.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(const char *why, const render_t *page)
{
    if (!why)
        return;
    fprintf(stderr, "%s in:\n%.*s\n", why, (int)(page->html_size < 4000? page->html_size: 4000), page->html);
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const render_options_t options = { .naming = { .retain_case = data[0] & 1, .underscores = data[0] & 2 },
                                       .target_first = data[0] & 4,
                                       .new_tab = data[0] & 8,
                                       .page = data[0] & 16? "": "a/b",
                                       .text = data[0] & 32, .digest = data[0] & 64 };
    char *text = malloc(size - 1? size - 1: 1);  // exactly sized, so that a read too far is seen
    render_t page;
    if (!text)
        return 0;
    memcpy(text, data + 1, size - 1);
    if (render_page(&options, text, size - 1, &page) == OK) {
        expect(check_html(page.html, page.html_size), &page);
        expect(check_page(&page, text, size - 1), &page);
        for (size_t i = 0; i < page.heading_count && i < 8; i++) {
            size_t index;
            bool lost = section_find(&page, page.headings[i].id, &index) == NOT_FOUND;
            expect(lost? "no section of its anchor": NULL, &page);
        }
        render_clear(&page);
    }
    free(text);
    return 0;
}
