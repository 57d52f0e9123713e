// Saving: base revision, merge, conflict; whatever goes wrong, nothing that was typed is lost
#include "flows.h"
#include "textdiff.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// ---- line ends: the page keeps those it had ----------------------------------------------------------------------
static void
count_line_ends(const char *text, size_t size, size_t *crlf, size_t *lf)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n')
            continue;
        if (i > 0 && text[i - 1] == '\r')
            ++*crlf;
        else
            ++*lf;
    }
}

static bool
same_but_line_ends(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t i = 0, j = 0;
    while (i < a_size || j < b_size) {
        if (i + 1 < a_size && a[i] == '\r' && a[i + 1] == '\n')
            i++;
        if (j + 1 < b_size && b[j] == '\r' && b[j + 1] == '\n')
            j++;
        if (i >= a_size || j >= b_size || a[i++] != b[j++])
            return false;
    }
    return true;
}

static void
to_crlf(web_t *self, edit_form_t *form, size_t lines)
{
    char *out = arena_alloc(self->arena, form->size + lines + 1);
    size_t used = 0;
    for (size_t i = 0; i < form->size; i++) {
        if (form->content[i] == '\n')
            out[used++] = '\r';
        out[used++] = form->content[i];
    }
    form->content = out;
    form->size = used;
}

void
edit_match_line_ends(web_t *self, edit_form_t *form, const char *text, size_t size)
{
    size_t crlf = 0, lf = 0, ours_crlf = 0, ours = 0;
    if (same_but_line_ends(text, size, form->content, form->size)) {
        form->content = text;
        form->size = size;
        return;
    }
    count_line_ends(text, size, &crlf, &lf);
    count_line_ends(form->content, form->size, &ours_crlf, &ours);
    if (crlf > lf)
        to_crlf(self, form, ours);
}

// Gives the text the line ends of the page that was edited; a base that cannot be read is the store's to complain of.
static void
restore_line_ends(web_t *self, edit_form_t *form)
{
    size_t size = 0;
    store_read_req_t read = { .caller = self->caller, .path = form->page, .commit = form->revision };
    store_read_rep_t base = { 0 };
    if (!*form->revision || form->only_lf || web_ask(self, &call_store_read, &read, NULL, &base) != OK)
        return;
    const char *text = web_blob(self, 0, &size);
    edit_match_line_ends(self, form, text, size);
}

// ---- the message -------------------------------------------------------------------------------------------------
// DEFAULT_COMMIT_MESSAGE: %P is the page, the rest is strftime's.
static const char *
default_message(web_t *self, const char *page)
{
    char format[512] = "", text[1024] = "";
    struct tm tm;
    time_t now = time(NULL);
    size_t used = 0;
    const char *name = web_name(self, page);
    for (const char *p = self->gateway->site.default_message; *p && used < sizeof format - 2; p++) {
        if (p[0] != '%' || p[1] != 'P') {
            format[used++] = *p;
            if (*p == '%' && p[1])
                format[used++] = *++p;
            continue;
        }
        p++;
        for (const char *n = name; *n && used < sizeof format - 3; n++) {
            format[used++] = *n;
            if (*n == '%')
                format[used++] = '%';
        }
    }
    format[used] = 0;
    if (used == 0 || !gmtime_r(&now, &tm) || strftime(text, sizeof text, format, &tm) == 0)
        return "";
    return arena_copy(self->arena, text, strlen(text));
}

// The id of a repeat must name the same words: what was changed before a second try is another request.
static const char *
request_id(web_t *self, const edit_form_t *form)
{
    unsigned char digest[crypto_generichash_BYTES_MIN];
    char hex[2 * sizeof digest + 1];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    const char *parts[] = { form->request_id, form->page, form->revision, form->message };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        crypto_generichash_update(&state, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
    crypto_generichash_update(&state, (const unsigned char *)form->content, form->size);
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return arena_copy(self->arena, hex, strlen(hex));
}

// ---- what comes back ---------------------------------------------------------------------------------------------
static code_t
answer_saved(web_t *self, const edit_form_t *form, const store_commit_rep_t *saved)
{
    const char *notice = saved->unchanged? "?notice=unchanged": saved->merged? "?notice=merged": "";
    web_follow_done(self, saved->commit, saved->repeated);
    const char *anchor = *form->section? arena_printf(self->arena, "%s#%s", notice, form->section): notice;
    return web_redirect(self, 303, web_url(self, form->page, anchor));
}

static void
add_side(web_t *self, value_t *side, const side_t *from, const side_t *to)
{
    output_t diff = { 0 };
    diff_view_t view = { 0 };
    textdiff(from, to, &diff);
    const char *text = arena_copy(self->arena, diff.bytes? diff.bytes: "", diff.size);
    value_flag(side, KEY_cut, !diff_rows(side, text, diff.size, &view));
    diff_end(&view);
    output_clear(&diff);
}

static code_t
answer_conflict(web_t *self, const edit_form_t *form)
{
    side_t base, theirs, merge, mine = { form->content, form->size };
    base.text = web_blob(self, 0, &base.size);
    theirs.text = web_blob(self, 2, &theirs.size);
    merge.text = web_blob(self, 3, &merge.size);
    const failure_t *failure = msg_error(self->answer);
    edit_form_t merged = *form;
    merged.content = merge.size? merge.text: form->content;
    merged.size = merge.size? merge.size: form->size;
    merged.revision = failure && *failure->commit? failure->commit: form->revision;
    merged.status = 409;
    merged.section = "";                        // what overlaps may lie anywhere: the whole page is shown
    merged.only_lf = !memchr(theirs.text, '\r', theirs.size);
    value_bytes(self->data, KEY_mine, mine.text, mine.size);
    value_t *sides = value_list(self->data, KEY_sides);
    value_t *side = value_add(sides);
    value_text(side, KEY_name, "What you changed");
    add_side(self, side, &base, &mine);
    side = value_add(sides);
    value_text(side, KEY_name, "What they changed");
    add_side(self, side, &base, &theirs);
    value_bytes(self->data, KEY_base, base.text, base.size);
    value_bytes(self->data, KEY_theirs, theirs.text, theirs.size);
    merged.alert_title = "Not saved yet: somebody else changed the same lines";
    merged.alert = merge.size? "Both changes are in the text below, between markers. Choose what is to stay, remove "
                               "the markers, and save again. All sides stand in full at the end of this page.":
                   "Your text is below. Saving it again puts it in the place of what the page is now. All sides "
                   "stand in full at the end of this page.";
    return edit_page(self, &merged);
}

static const char *
advice(const web_t *self, code_t code)
{
    if (self->forged)
        return "Your text is still here. Press Save again.";
    if (code_retryable(code))
        return "Your text is still here. Press Save again in a moment; it cannot be saved twice by that.";
    if (code == READ_ONLY)
        return "This wiki is read-only at the moment. Your text is still here: copy it before you leave this page.";
    if (code == INVALID)
        return "Your text is still here.";
    if (code == NOT_FOUND)
        return "Your text is still here. Copy it, open the page again and paste it there.";
    return "Your text is still here. Copy it before you leave this page.";
}

static code_t
answer_failed(web_t *self, edit_form_t *form, code_t code)
{
    const char *why = self->why? self->why: self->answer? msg_error_text(self->answer): "";
    form->status = code_http_status(code);
    form->alert_title = arena_printf(self->arena, "Not saved: %s", *why? why: code_text(code));
    form->alert = advice(self, code);
    value_text(self->data, KEY_trace, self->call->head->trace);
    return edit_page(self, form);
}

static code_t
refused(web_t *self, const edit_form_t *form)
{
    if (self->forged)
        return web_refuse(self, INVALID, "the form was too old, or did not come from this wiki");
    if (form->size > LIMIT_PAGE_BYTES)
        return web_refuse(self, TOO_LARGE, "a page may have at most 4 MiB");
    if (!page_utf8_valid(form->content, form->size) || !page_utf8_valid(form->message, strlen(form->message)))
        return web_refuse(self, INVALID, "the text is not UTF-8");
    if (strlen(form->message) > LIMIT_MESSAGE_TEXT_BYTES)
        return web_refuse(self, TOO_LARGE, "the description of the change is too long");
    if (self->gateway->site.message_rule == MESSAGE_REQUIRED && !*form->message)
        return web_refuse(self, INVALID, "please describe what you changed, then press Save again");
    return OK;
}

code_t
flow_save(web_t *self)
{
    char id[PAGE_ID_SIZE];
    edit_form_t form;
    code_t code = web_page_id(self, id);
    if (code == OK)
        code = edit_typed(self, id, &form);
    if (code != OK)
        return code;
    edit_form_t typed = form;
    code = refused(self, &form);
    if (code != OK)
        return answer_failed(self, &typed, code);
    if (*form.section)
        code = section_restore(self, &form);
    else
        restore_line_ends(self, &form);
    if (code != OK)
        return answer_failed(self, &typed, code);
    bool silent = self->gateway->site.message_rule == MESSAGE_DISABLED;
    store_change_t put = { .action = "put", .path = id, .base = form.revision, .size = (int64_t)form.size };
    store_commit_req_t commit = { .caller = self->caller, .changes = &put, .changes_count = 1 };
    commit.message = silent || !*form.message? default_message(self, id): form.message;
    commit.request_id = request_id(self, &form);
    zframe_t *blob = zframe_new(form.content, form.size);
    store_commit_rep_t saved = { 0 };
    code = web_ask(self, &call_store_commit, &commit, &blob, &saved);
    if (code == OK)
        return answer_saved(self, &form, &saved);
    return code == CONFLICT? answer_conflict(self, &form): answer_failed(self, &typed, code);
}
