// The editor: a text area, a preview made by the server, and everything typed always comes back
#include "flows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void
add_form(web_t *self, const edit_form_t *form)
{
    message_rule_t rule = self->gateway->site.message_rule;
    value_bytes(self->data, KEY_content, form->content, form->size);
    value_text(self->data, KEY_message, form->message);
    value_text(self->data, KEY_revision, form->revision);
    value_text(self->data, KEY_request_id, form->request_id);
    value_text(self->data, KEY_line_ends, form->only_lf? "lf": "");
    value_text(self->data, KEY_section, form->section);
    value_text(self->data, KEY_alert_title, form->alert_title);
    value_text(self->data, KEY_alert, form->alert);
    value_flag(self->data, KEY_is_new, !*form->revision);
    value_flag(self->data, KEY_ask_message, rule != MESSAGE_DISABLED);
    value_flag(self->data, KEY_message_required, rule == MESSAGE_REQUIRED);
    value_flag(self->data, KEY_at_edit, true);
    value_text(self->data, KEY_editor_url, self->gateway->site.edit_url);
    value_flag(self->data, KEY_noindex, true);
}

code_t
edit_page(web_t *self, const edit_form_t *form)
{
    add_form(self, form);
    if (!value_find(self->data, KEY_tree))
        web_surround(self, form->page);
    web_title(self, web_name(self, form->page));
    return web_page(self, form->status, "edit");
}

static const char *
new_request_id(web_t *self)
{
    char id[MSG_ID_SIZE + 1];
    msg_new_id(id);
    return arena_copy(self->arena, id, MSG_ID_SIZE);
}

// What a browser sends has CRLF line ends, whatever the page had.
static char *
with_lf(web_t *self, const char *text, size_t size, size_t *result)
{
    char *out = arena_alloc(self->arena, size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] != '\r' || i + 1 == size || text[i + 1] != '\n')
            out[used++] = text[i];
    *result = used;
    return out;
}

code_t
edit_typed(web_t *self, const char *page, edit_form_t *form)
{
    const event_field_t *content = web_field_bytes(self, "content");
    *form = (edit_form_t){ .page = page, .content = "", .status = 200 };
    form->message = web_field(self, "commit");
    form->revision = web_field(self, "revision");
    form->request_id = web_field(self, "request_id");
    form->section = web_field(self, "section");
    form->only_lf = strcmp(web_field(self, "line_ends"), "lf") == 0;
    if (!*form->request_id)
        form->request_id = new_request_id(self);
    if (!content)
        return web_refuse(self, INVALID, "The form came without its text.");
    form->content = with_lf(self, content->value, content->size, &form->size);
    return OK;
}

static code_t
answer_new(web_t *self, const char *page)
{
    edit_form_t form = { .page = page, .message = "", .revision = "", .status = 200 };
    form.content = arena_printf(self->arena, "# %s\n\n", web_name(self, page));
    form.size = strlen(form.content);
    form.request_id = new_request_id(self);
    return edit_page(self, &form);
}

// The base of an edit that starts from an old version is the page as it stands now: what is saved replaces it.
static code_t
base_now(web_t *self, const char *page, const char **base)
{
    store_read_req_t read = { .caller = self->caller, .path = page, .stat = true };
    store_read_rep_t now = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &now);
    if (code != OK && code != NOT_FOUND)
        return code;
    *base = code == OK? now.commit: "";
    return OK;
}

// Only the section that the query asks for, if there is one of this name.
static code_t
take_section(web_t *self, edit_form_t *form, const char *blob)
{
    size_t start = 0, end = 0;
    section_t section = { .page = form->page, .id = web_query(self, "section"), .blob = blob };
    section.text = form->content;
    section.size = form->size;
    if (!*section.id || *self->revision)
        return OK;
    code_t code = section_bounds(self, &section, &start, &end);
    if (code == NOT_FOUND)
        value_text(self->data, KEY_notice, "There is no such section any more. This is the whole page.");
    if (code != OK)
        return code == NOT_FOUND? OK: code;
    form->content += start;
    form->size = end - start;
    form->section = section.id;
    return OK;
}

code_t
flow_edit(web_t *self)
{
    char id[PAGE_ID_SIZE];
    code_t code = web_page_id(self, id);
    if (code != OK)
        return code;
    store_read_req_t read = { .caller = self->caller, .path = self->path, .commit = self->revision };
    store_read_rep_t page = { 0 };
    code = web_ask(self, &call_store_read, &read, NULL, &page);
    if (code == NOT_FOUND && !*self->revision)
        return answer_new(self, id);
    if (code != OK)
        return code;
    if (page.binary)
        return web_refuse(self, UNSUPPORTED, "This page is not UTF-8 text. To edit it here would damage it.");
    edit_form_t form = { .page = page.page, .message = "", .revision = page.commit, .status = 200 };
    form.content = web_blob(self, 0, &form.size);
    form.request_id = new_request_id(self);
    form.only_lf = !*self->revision && !memchr(form.content, '\r', form.size);
    if (*self->revision) {
        value_bytes(self->data, KEY_from, page.commit, strnlen(page.commit, 7));
        code = base_now(self, page.page, &form.revision);
    }
    if (code == OK)
        code = take_section(self, &form, page.blob);
    return code == OK? edit_page(self, &form): code;
}

// Programs that ask for JSON get what Otterwiki's editor gets.
static code_t
preview_json(web_t *self)
{
    const value_t *html = value_find(self->data, KEY_html);
    const value_t *toc = value_find(self->data, KEY_toc);
    output_t outline = { 0 };
    code_t code = toc? templates_render(self->gateway->templates, "toc", self->data, &outline): OK;
    json_t *json = json_pack("{s:s%, s:s%}", "preview_content", html? html->bytes: "", html? html->size: 0,
                             "preview_toc", outline.bytes? outline.bytes: "", outline.size);
    char *text = json? json_dumps(json, JSON_COMPACT): NULL;
    if (code == OK)
        code = text? web_text(self, 200, "application/json", text): INTERNAL;
    free(text);
    json_decref(json);
    output_clear(&outline);
    return code;
}

code_t
flow_preview(web_t *self)
{
    char id[PAGE_ID_SIZE];
    edit_form_t form;
    code_t code = web_page_id(self, id);
    if (code == OK)
        code = edit_typed(self, id, &form);
    if (code != OK)
        return code;
    if (self->forged) {
        form.status = 400;
        form.alert_title = "The form was too old, or did not come from this wiki";
        form.alert = "Your text is still here. Press the button again.";
        return edit_page(self, &form);
    }
    shown_t shown = { .page = id, .text = zframe_new(form.content, form.size) };
    const char *head = "";
    code = show_page(self, &shown, &head);
    const char *accept = event_header(self->request, "accept");
    bool json = accept && strncmp(accept, "application/json", 16) == 0;
    if (json)
        return code == OK? preview_json(self): code;
    if (code == OK)
        value_flag(self->data, KEY_preview, true);
    else {
        form.status = code_http_status(code);
        form.alert_title = "The preview could not be made";
        form.alert = code_text(code);
    }
    return edit_page(self, &form);
}
