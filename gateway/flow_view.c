// Reading a page: store.read, render.page, store.around, and one template
#include "flows.h"

#include <stdio.h>
#include <string.h>

enum { TOC_MIN = 3 };

// `kinds` says of each link whether it leads anywhere; those that do not get a class, where the renderer said.
static void
mark_missing(web_t *self, const char *html, size_t size, const render_page_rep_t *page, const char *kinds)
{
    static const char mark[] = " class=\"missing\"";
    size_t known = strlen(kinds);
    char *out = arena_alloc(self->arena, size + page->links_count * (sizeof mark - 1) + 1);
    size_t used = 0, done = 0;
    for (size_t i = 0; i < page->links_count && i < known; i++) {
        int64_t offset = page->links[i].offset;
        if (kinds[i] != '0' || offset < (int64_t)done || offset > (int64_t)size)
            continue;
        memcpy(out + used, html + done, (size_t)offset - done);
        used += (size_t)offset - done;
        done = (size_t)offset;
        memcpy(out + used, mark, sizeof mark - 1);
        used += sizeof mark - 1;
    }
    memcpy(out + used, html + done, size - done);
    value_bytes(self->data, KEY_html, out, used + size - done);
}

static void
add_outline(web_t *self, const render_page_rep_t *page)
{
    bool headed = page->titled;
    for (size_t i = 0; i < page->headings_count; i++)
        headed = headed || page->headings[i].level == 1;
    if (!headed)
        value_text(self->data, KEY_heading, web_name(self, self->path));
    value_flag(self->data, KEY_unseen, page->headings_count > 0);   // the page begins with a heading of its own
    value_t *toc = page->headings_count >= TOC_MIN? value_list(self->data, KEY_toc): NULL;
    value_flag(self->data, KEY_has_toc, toc != NULL);
    for (size_t i = 0; toc && i < page->headings_count; i++) {
        value_t *entry = value_add(toc);
        value_text(entry, KEY_url, page->headings[i].id);
        value_text(entry, KEY_name, page->headings[i].text);
        value_int(entry, KEY_level, page->headings[i].level);
    }
}

code_t
show_page(web_t *self, shown_t *shown, const char **head)
{
    render_page_req_t render = { .page = shown->page, .style = self->gateway->site.style, .blob = shown->blob };
    render_page_rep_t page = { 0 };
    code_t code = web_ask(self, &call_render_page, &render, &shown->text, &page);
    if (code != OK)
        return code;
    size_t size = 0;
    const char *html = web_blob(self, 0, &size);
    const char **targets = arena_alloc(self->arena, (page.links_count + 1) * sizeof *targets);
    for (size_t i = 0; i < page.links_count; i++)
        targets[i] = page.links[i].target;
    store_around_req_t around = { .caller = self->caller, .path = shown->page, .links = targets };
    around.links_count = page.links_count;
    store_around_rep_t found = { 0 };
    code = web_ask(self, &call_store_around, &around, NULL, &found);
    if (code != OK)
        return code;
    snprintf(self->path, sizeof self->path, "%s", shown->page);
    mark_missing(self, html, size, &page, found.kinds);
    add_outline(self, &page);
    web_frame(self, shown->page, &found);
    web_title(self, *page.title? page.title: web_name(self, shown->page));
    *head = found.commit;
    return OK;
}

// What a redirect after a save wants to say; the query names one of these and nothing else.
static void
add_notice(web_t *self)
{
    static const char *const notices[][2] = {
        { "unchanged", "Nothing was changed, so nothing was saved." },
        { "merged", "Saved. Somebody else had changed this page meanwhile; both changes are in it now." },
        { "exists", "This page exists already." },
        { "same", "Choose two different versions to compare." },
    };
    const char *wanted = web_query(self, "notice");
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        if (strcmp(wanted, notices[i][0]) == 0)
            value_text(self->data, KEY_notice, notices[i][1]);
}

static code_t
answer_page(web_t *self, const store_read_rep_t *read)
{
    shown_t shown = { .page = read->page, .blob = read->blob, .text = msg_take_blob(self->answer) };
    const char *head = "";
    if (!shown.text)
        shown.text = zframe_new("", 0);
    code_t code = show_page(self, &shown, &head);
    if (code != OK)
        return code;
    if (*self->revision) {
        web_revision(self->data, read->commit);
        value_flag(self->data, KEY_noindex, true);
    }
    add_notice(self);
    if (!*self->revision && value_true(value_find(self->data, KEY_writable)))
        section_pencils(self, read->page);
    value_flag(self->data, KEY_at_view, true);
    if (*self->revision || strcmp(read->commit, head) == 0)
        web_cacheable(self, head);              // else the head moved between the two answers
    return web_page(self, 200, "view");
}

static code_t
answer_missing(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    web_surround(self, id);
    web_title(self, web_name(self, id));
    value_flag(self->data, KEY_noindex, true);
    value_text(self->data, KEY_trace, self->call->head->trace);
    if (*self->revision)
        value_text(self->data, KEY_revision, self->revision);
    else
        value_text(self->data, KEY_create_url, web_url(self, id, "/edit"));
    return web_page(self, 404, "missing");
}

// "notes/picture.png" is rather a file; "notes/page" and "notes/page.md" are rather pages.
static bool
looks_like_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash? slash: path, '.');
    return dot && !page_is_page_file(path);
}

code_t
flow_view(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_take_revision(self);
    if (code != OK)
        return code;
    code = looks_like_file(self->path)? serve_file(self, self->path, self->revision): NOT_FOUND;
    if (code != NOT_FOUND)
        return code;
    store_read_req_t read = { .caller = self->caller, .path = self->path, .commit = self->revision };
    store_read_rep_t page = { 0 };
    code = web_ask(self, &call_store_read, &read, NULL, &page);
    if (code == OK && page.binary)
        return serve_file(self, page.file, self->revision);     // a page that is not UTF-8 is shown as it is
    if (code == OK)
        return answer_page(self, &page);
    if (code == NOT_FOUND)
        code = serve_file(self, self->path, self->revision);
    if (code == NOT_FOUND && !*self->revision)
        code = serve_folder(self, self->path);
    if (code == NOT_FOUND && !*self->revision && page_id(&self->gateway->site.naming, self->path, id) == OK &&
        strcmp(id, self->path) != 0)
        code = serve_folder(self, id);          // its name in another spelling
    return code == NOT_FOUND? answer_missing(self): code;
}

code_t
flow_home(web_t *self)
{
    const char *wanted = self->gateway->site.home_page;
    if (strncmp(wanted, "/-/", 3) == 0)
        return web_redirect(self, 302, wanted);
    store_head_req_t head = { .caller = self->caller };
    store_head_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_head, &head, NULL, &found);
    if (code != OK)
        return code;
    snprintf(self->path, sizeof self->path, "%s", *found.home? found.home: "home");
    return flow_view(self);
}
