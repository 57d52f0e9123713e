// Sections of a page: listed, read and replaced one by one
#include <string.h>

#include "api_rows.h"
#include "api_write.h"

// ---- the list ----------------------------------------------------------------------------------------------------
// Titles of the headings above, between " > ".
static const char *
path_of(web_t *self, const render_digest_rep_t *digest, size_t at)
{
    const render_heading_t *heading = &digest->headings[at];
    const char *path = heading->text;
    int64_t level = heading->level;
    for (size_t i = at; i-- > 0 && level > 1;) {
        if (digest->headings[i].level >= level)
            continue;
        level = digest->headings[i].level;
        path = arena_printf(self->arena, "%s > %s", digest->headings[i].text, path);
    }
    return path;
}

static json_t *
section_row(const render_heading_t *heading, const char *path)
{
    json_t *row = json_object();
    json_object_set_new(row, "path", api_text(path));
    json_object_set_new(row, "title", api_text(heading->text));
    json_object_set_new(row, "level", json_integer(heading->level));
    json_object_set_new(row, "anchor", api_text(heading->id));
    json_object_set_new(row, "line", json_integer(heading->line));
    json_object_set_new(row, "last_line", json_integer(heading->last_line));
    return row;
}

static json_t *
page_json(const api_page_t *page)
{
    return json_pack("{s:o, s:s}", "path", api_text(page->display), "revision", page->revision);
}

static code_t
answer_list(web_t *self, const api_page_t *page, const side_t *text)
{
    render_digest_rep_t digest;
    code_t code = api_digest(self, page, text->text, text->size, &digest);
    if (code != OK && code != NOT_FOUND)
        return code;
    json_t *json = page_json(page), *rows = json_array();
    for (size_t i = 0; i < digest.headings_count; i++)
        json_array_append_new(rows, section_row(&digest.headings[i], path_of(self, &digest, i)));
    json_object_set_new(json, "total", json_integer((json_int_t)json_array_size(rows)));
    json_object_set_new(json, "sections", rows);
    return api_answer_tagged(self, json, page->revision);
}

// ---- one of them -------------------------------------------------------------------------------------------------
// The texts of reference-system.md 2.5, for both: there is none, and there are several.
static code_t
refuse_section(web_t *self, const char *section, const render_section_rep_t *found)
{
    const char *text = found->rows_count == 0? " This page has no sections.": " Available sections:";
    text = arena_printf(self->arena, "Section not found: '%s'.%s", section, text);
    output_t out = { 0 };
    output_add(&out, text, strlen(text));
    for (size_t i = 0; i < found->rows_count; i++) {
        const char *path = *found->rows[i].path? found->rows[i].path: found->rows[i].id;
        output_add(&out, "\n  - ", 5);
        output_add(&out, path, strlen(path));
    }
    code_t code = api_refuse(self, 404, arena_copy(self->arena, out.bytes, out.size));
    output_clear(&out);
    return code;
}

// True: it is there. False: the client was told that it is not, or *code says what happened.
static bool
find_section(web_t *self, const char *section, const side_t *text, render_section_rep_t *found, code_t *code)
{
    render_section_req_t request = { .section = section };
    zframe_t *blob = zframe_new(text->text, text->size);
    *found = (render_section_rep_t){ .found = false };
    *code = web_ask(self, &call_render_section, &request, &blob, found);
    if (*code != OK)
        return false;
    const render_heading_t *heading = &found->heading;
    bool there = found->found && heading->start <= heading->end && heading->end <= (int64_t)text->size;
    if (!there)
        *code = refuse_section(self, section, found);
    return there;
}

static code_t
answer_section(web_t *self, const char *section, const api_page_t *page, const side_t *text)
{
    render_section_rep_t found;
    code_t code;
    if (!find_section(self, section, text, &found, &code))
        return code;
    json_t *json = page_json(page);
    const render_heading_t *heading = &found.heading;
    const char *content = arena_copy(self->arena, text->text + heading->start, (size_t)(heading->end - heading->start));
    json_object_set_new(json, "section", section_row(heading, found.path));
    json_object_set_new(json, "content", api_text(content));
    return api_answer_tagged(self, json, page->revision);
}

// The page of the address as text. False: the client was told that there is none, or *code says what happened.
static bool
read_page(web_t *self, api_write_t *write, side_t *text, code_t *code)
{
    *code = write_find(self, write);
    if (*code == OK && !write->page.found)
        *code = api_no_page(self);
    if (*code != OK || !write->page.found)
        return false;
    if (!write_text(self, write->page.file, write->page.commit, text, NULL))
        *code = msg_code(self->answer);
    else if (!page_utf8_valid(text->text, text->size))
        *code = api_refuse_of(self, 422, "Page is not UTF-8 text: %s", self->api->path);
    else
        return true;
    return false;
}

code_t
api_sections(web_t *self)
{
    api_write_t write = { .kind = "Edit" };
    side_t text;
    code_t code;
    const char *section = api_query(self, "section");
    if (!read_page(self, &write, &text, &code))
        return code;
    self->api->commit = write.page.commit;
    return *section? answer_section(self, section, &write.page, &text): answer_list(self, &write.page, &text);
}

// ---- replacing ---------------------------------------------------------------------------------------------------
// The section of a text with other content, which ends its last line where more follows.
static code_t
replace_in(web_t *self, api_write_t *write, const side_t *text, const side_t *content, const char *base)
{
    render_section_rep_t found;
    output_t out = { 0 };
    code_t code;
    if (!find_section(self, api_query(self, "section"), text, &found, &code))
        return code;
    size_t start = (size_t)found.heading.start, end = (size_t)found.heading.end;
    bool open = content->size > 0 && content->text[content->size - 1] != '\n' && end < text->size;
    output_add(&out, text->text, start);
    output_add(&out, content->text, content->size);
    output_add(&out, "\n", open);
    output_add(&out, text->text + end, text->size - end);
    write->sent = (side_t){ out.bytes? out.bytes: "", out.size };
    code = out.size > LIMIT_PAGE_BYTES? api_refuse(self, 413, "Page too large (max 4MB)")
                                      : write_commit(self, write, base);
    output_clear(&out);
    return code;
}

// False: the request has been refused.
static bool
take_body(web_t *self, api_write_t *write, side_t *content)
{
    if (!*api_query(self, "section"))
        api_refuse(self, 422, "Query parameter 'section' is required");
    else if (!json_object_get(api_body(self), "content"))
        api_refuse(self, 422, "Request body must include 'content' field");
    else if (api_string(self, "content", &content->text, &content->size) &&
             api_string(self, "commit_message", &write->message, NULL) &&
             api_string(self, "revision", &write->revision, NULL) && api_flag(self, "merge", &write->merge)) {
        if (content->text && write->revision && strlen(write->revision) >= 7)
            return api_take_key(self);
        api_refuse(self, 422, content->text? "revision must be at least 7 characters"
                                           : "Field 'content' must be a string");
    }
    return false;
}

code_t
api_section_put(web_t *self)
{
    api_write_t write = { .kind = "Edit" };
    side_t text, content = { NULL, 0 };
    code_t code;
    if (!take_body(self, &write, &content) || !read_page(self, &write, &text, &code))
        return self->reply->status? OK: code;
    if (!api_if_match(self, &write.page))
        return write_mismatch(self, &write, 412, &(api_sides_t){ 0 });
    if (api_is_revision(&write.page, write.revision))
        return replace_in(self, &write, &text, &content, write.page.commit);
    side_t base;
    const char *commit = write_base(self, &write, &base);
    if (commit && write.merge)
        return replace_in(self, &write, &base, &content, commit);
    return write_mismatch(self, &write, 409, &(api_sides_t){ .base = base });
}
