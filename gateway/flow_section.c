// One section of a page: a pencil at its heading, its bytes in the editor, and back into the page when it is saved
#include "flows.h"

#include <string.h>

enum { SECTION_ID_MOST = 255 };

static bool
is_id(const char *id)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t size = strspn(id, letters);
    return size > 0 && size <= SECTION_ID_MOST && id[size] == 0;
}

code_t
section_bounds(web_t *self, const section_t *section, size_t *start, size_t *end)
{
    zframe_t *text = zframe_new(section->text, section->size);
    render_page_req_t render = { .page = section->page, .style = self->gateway->site.style, .blob = section->blob };
    render_page_rep_t page = { 0 };
    code_t code = is_id(section->id)? web_ask(self, &call_render_page, &render, &text, &page): NOT_FOUND;
    zframe_destroy(&text);
    for (size_t i = 0; code == OK && i < page.headings_count; i++) {
        const render_heading_t *heading = &page.headings[i];
        if (strcmp(heading->id, section->id) != 0)
            continue;
        bool sane = heading->start >= 0 && heading->start <= heading->end && heading->end <= (int64_t)section->size;
        *start = (size_t)heading->start;
        *end = (size_t)heading->end;
        return sane? OK: INTERNAL;
    }
    return code == OK? NOT_FOUND: code;
}

// What must stand between a section and what follows: a line end, and the blank line that stood there before.
static size_t
missing_lines(const char *old, size_t old_size, const char *text, size_t size)
{
    size_t back = old_size > 2 && old[old_size - 2] == '\r'? 3: 2;
    bool blank = old_size >= back && old[old_size - 1] == '\n' && old[old_size - back] == '\n';
    if (size == 0)
        return 0;
    if (text[size - 1] != '\n')
        return blank? 2: 1;
    return blank && size > 1 && text[size - 2] != '\n'? 1: 0;
}

// Puts what was typed for the section into the page as it was at the base.
static void
put_back(web_t *self, edit_form_t *form, const section_t *section, size_t start, size_t end)
{
    const char *old = section->text + start;
    size_t lines = end < section->size? missing_lines(old, end - start, form->content, form->size): 0;
    char *typed = arena_alloc(self->arena, form->size + lines + 1);
    memcpy(typed, form->content, form->size);
    memset(typed + form->size, '\n', lines);
    edit_form_t part = *form;
    part.content = typed;
    part.size = form->size + lines;
    edit_match_line_ends(self, &part, old, end - start);
    size_t size = start + part.size + section->size - end;
    char *whole = arena_alloc(self->arena, size + 1);
    memcpy(whole, section->text, start);
    memcpy(whole + start, part.content, part.size);
    memcpy(whole + start + part.size, section->text + end, section->size - end);
    form->content = whole;
    form->size = size;
}

code_t
section_restore(web_t *self, edit_form_t *form)
{
    size_t start = 0, end = 0;
    store_read_req_t read = { .caller = self->caller, .path = form->page, .commit = form->revision };
    store_read_rep_t base = { 0 };
    code_t code = *form->revision? web_ask(self, &call_store_read, &read, NULL, &base): INVALID;
    if (code != OK)
        return code;
    section_t section = { .page = form->page, .id = form->section, .blob = base.blob };
    section.text = web_blob(self, 0, &section.size);
    code = section_bounds(self, &section, &start, &end);
    if (code == NOT_FOUND)
        return web_refuse(self, NOT_FOUND, "the page that you started from has no such section");
    if (code == OK)
        put_back(self, form, &section, start, end);
    return code == OK && form->size > LIMIT_PAGE_BYTES? TOO_LARGE: code;
}

// The renderer writes these bytes for an anchor, and for nothing that a page says: there a URL comes before a class.
void
section_pencils(web_t *self, const char *page)
{
    static const char anchor[] = "<a class=\"anchor\" href=\"#", closing[] = "</a>";
    const value_t *html = value_find(self->data, KEY_html);
    const char *edit = web_url(self, page, "/edit?section=");
    output_t out = { 0 };
    const char *at = html->bytes, *end = at + html->size, *found;
    while ((found = memmem(at, (size_t)(end - at), anchor, sizeof anchor - 1))) {
        const char *id = found + sizeof anchor - 1;
        const char *quote = memchr(id, '"', (size_t)(end - id));
        const char *behind = quote? memmem(quote, (size_t)(end - quote), closing, sizeof closing - 1): NULL;
        if (!behind)
            break;
        behind += sizeof closing - 1;
        output_add(&out, at, (size_t)(behind - at));
        output_add(&out, "<a class=\"pencil\" href=\"", 24);
        output_add_escaped(&out, edit, strlen(edit));
        output_add(&out, id, (size_t)(quote - id));
        output_add(&out, "\" aria-label=\"Edit this section\"></a>", 37);
        at = behind;
    }
    output_add(&out, at, (size_t)(end - at));
    if (!out.full)
        value_bytes(self->data, KEY_html, arena_copy(self->arena, out.bytes? out.bytes: "", out.size), out.size);
    output_clear(&out);
}
