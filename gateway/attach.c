#include "attach.h"

#include <stdio.h>
#include <string.h>

#include "flows.h"
#include "media.h"
#include "multipart.h"
#include "route.h"

// ---- names -------------------------------------------------------------------------------------------------------
static code_t
refuse_name(const char **why, const char *text)
{
    *why = text;
    return INVALID;
}

// "/page/a/history" is the history of the page "page/a", whatever lies beside the page.
static bool
is_reachable(const web_t *self, const char *name)
{
    event_request_t request = { .method = "GET" };
    web_t probe = { .arena = self->arena, .request = &request };
    const web_route_t *found = NULL;
    char allow[64];
    return route_find(web_routes, &probe, arena_printf(self->arena, "/page/a/%s", name), &found, allow) == OK
           && found->flow == flow_file;
}

code_t
attach_name(const web_t *self, const char *typed, char name[PAGE_ID_SIZE], const char **why)
{
    static const page_naming_t exact = { .retain_case = true };
    for (const char *at = typed; *at; at++)
        if (*at == '/' || *at == '\\')
            typed = at + 1;
    typed += strspn(typed, " ");
    size_t size = strlen(typed);
    while (size > 0 && typed[size - 1] == ' ')
        size--;
    if (size == 0)
        return refuse_name(why, "it is empty");
    if (*typed == '.')
        return refuse_name(why, "it begins with a dot");
    if (size > LIMIT_NAME_BYTES)
        return refuse_name(why, "it is too long");
    snprintf(name, PAGE_ID_SIZE, "%.*s", (int)size, typed);
    if (page_is_page_file(name))
        return refuse_name(why, "it is that of a page; create a page instead");
    if (page_path_check(name, why) != OK)
        return INVALID;
    if (!is_reachable(self, name))
        return refuse_name(why, "addresses of this wiki use it for something else");
    char composed[PAGE_ID_SIZE];
    if (page_id(&exact, name, composed) == OK && page_path_check(composed, NULL) == OK)
        snprintf(name, PAGE_ID_SIZE, "%s", composed);
    return OK;
}

code_t
attach_page_folder(web_t *self, const char *page, const char *revision, char folder[PAGE_ID_SIZE])
{
    store_read_req_t read = { .caller = self->caller, .path = page, .commit = revision, .stat = true };
    store_read_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_read, &read, NULL, &found);
    if (code == OK)
        page_folder(found.file, folder);
    return code;
}

code_t
attach_folder(web_t *self, const char *page, const char *revision, char folder[PAGE_ID_SIZE])
{
    char file[PAGE_ID_SIZE];
    code_t code = attach_page_folder(self, page, revision, folder);
    if (code != NOT_FOUND)
        return code;
    code = page_new_file(&self->gateway->site.naming, page, file);
    if (code == OK)
        page_folder(file, folder);
    return code;
}

// ---- what is shown -----------------------------------------------------------------------------------------------
const char *
attach_size(const web_t *self, int64_t size)
{
    const char *unit = size == 1? "byte": size < 10240? "bytes": size < 10 << 20? "KiB": "MiB";
    int64_t shown = size < 10240? size: size < 10 << 20? size >> 10: size >> 20;
    return arena_printf(self->arena, "%lld %s", (long long)shown, unit);
}

const char *
attach_url(const web_t *self, const char *page, const char *route, const char *name)
{
    return arena_printf(self->arena, "%s%s%s", web_url(self, page, ""), route, web_encode(self, name));
}

void
attach_row(web_t *self, value_t *row, const char *page, const store_entry_t *entry)
{
    const char *slash = strrchr(entry->file, '/');
    const char *name = slash? slash + 1: entry->file;
    const media_t *media = media_of(name);
    value_text(row, KEY_url, attach_url(self, page, "/a/", name));
    value_text(row, KEY_edit_url, attach_url(self, page, "/attachment/", name));
    value_text(row, KEY_name, name);
    value_text(row, KEY_kind, media->word);
    if (media_is_image(media))
        value_text(row, KEY_thumb_url, arena_printf(self->arena, "%s%s?v=%.12s", attach_url(self, page, "/t/", name),
                                                    media->thumbnail? "/160": "", entry->blob));
    value_text(row, KEY_size, attach_size(self, entry->size));
    const char *mark = media_is_image(media)? "!": "", *text = *mark? "": strpbrk(name, "[]\\")? "file": name;
    value_text(row, KEY_text, arena_printf(self->arena, "%s[%s](./%s)", mark, text, web_encode(self, name)));
}

void
attach_last_change(web_t *self, value_t *row, const char *file, const char *commit, int64_t until)
{
    index_history_req_t history = { .caller = self->caller, .path = file, .exact = true, .at_least = commit };
    index_history_rep_t found = { 0 };
    history.limit = 1;
    if (self->passing || msg_steady_ms() >= until)
        return;
    msg_t *answer = flow_ask(self->gateway->flow, "index", &call_index_history, &history, NULL);
    code_t code = msg_code(answer);
    if (code == OK)
        code = msg_read_rep(answer, &call_index_history, &found);
    if (code == OK && !found.behind && found.rows_count > 0) {
        web_when(row, found.rows[0].when, found.rows[0].zone);
        value_copy(row, KEY_author, *found.rows[0].author? found.rows[0].author: "Anonymous");
    }
    self->passing = code != OK || found.behind;
    msg_destroy(&answer);
}

// ---- the files of a form -----------------------------------------------------------------------------------------
static code_t
refuse(upload_t *upload, code_t code, const char *why)
{
    upload->why = why;
    return code;
}

static code_t
take_file(web_t *self, upload_t *upload, const multipart_part_t *part)
{
    char name[PAGE_ID_SIZE];
    const char *why = NULL, *typed = upload->only && *upload->only? upload->only: part->file;
    const char *body = (const char *)zframe_data(self->call->blob);
    if (attach_name(self, typed, name, &why) != OK)
        return refuse(upload, INVALID, arena_printf(self->arena, "“%s” cannot be the name of a file: %s.", typed, why));
    const char *path = arena_printf(self->arena, "%s/%s", upload->folder, name);
    if (page_path_check(path, &why) != OK)
        return refuse(upload, INVALID, arena_printf(self->arena, "“%s” cannot be stored here: %s.", name, why));
    if (part->size > LIMIT_ATTACHMENT_BYTES)
        return refuse(upload, TOO_LARGE, arena_printf(self->arena, "“%s” has %s; a file may have %d MiB.", name,
                                                      attach_size(self, (int64_t)part->size),
                                                      LIMIT_ATTACHMENT_BYTES >> 20));
    upload->names[upload->count] = path + strlen(upload->folder) + 1;
    upload->changes[upload->count++] = (store_change_t){
        .action = "put", .path = path, .exact = true, .base = upload_base(self), .offset = part->bytes - body,
        .size = (int64_t)part->size,
    };
    return OK;
}

code_t
upload_read(web_t *self, upload_t *upload)
{
    code_t code = OK;
    for (size_t i = 0; self->files && code == OK && i < self->files->count; i++) {
        const multipart_part_t *part = &self->files->parts[i];
        if (!part->file || strcmp(part->name, "file") != 0 || (!*part->file && part->size == 0))
            continue;                           // an empty name: nothing was chosen
        if (upload->only && *upload->only && upload->count == 1)
            return refuse(upload, INVALID, "One file can take the place of another, not several.");
        code = take_file(self, upload, part);
    }
    if (code == OK && upload->count == 0)
        return refuse(upload, INVALID, "Choose a file first.");
    return code;
}

const char *
upload_base(const web_t *self)
{
    const char *base = web_field(self, "revision");
    return strlen(base) < WEB_REVISION_SIZE? base: "";
}

static const char *
default_message(const web_t *self, const upload_t *upload)
{
    enum { MOST = 10 };
    if (upload->only && *upload->only)
        return arena_printf(self->arena, "Updated attachment: %s.", upload->names[0]);
    const char *text = upload->names[0];
    for (size_t i = 1; i < upload->count && i < MOST; i++)
        text = arena_printf(self->arena, "%s, %s", text, upload->names[i]);
    if (upload->count > MOST)
        text = arena_printf(self->arena, "%s and %zu more", text, upload->count - MOST);
    return arena_printf(self->arena, "Added attachment(s): %s.", text);
}

static const char *
failure(const web_t *self, code_t code)
{
    const char *why = self->why? self->why: self->answer? msg_error_text(self->answer): "";
    if (code == CONFLICT)
        return "Somebody changed or added a file of this name after you opened the form. Nothing was stored. Look at "
               "the list as it is now and try again.";
    return arena_printf(self->arena, "Nothing was stored: %s.", *why? why: code_text(code));
}

code_t
upload_commit(web_t *self, upload_t *upload, const char *message)
{
    char id[MSG_ID_SIZE + 1];
    store_commit_req_t commit = { .caller = self->caller, .changes = upload->changes, .changes_count = upload->count };
    store_commit_rep_t done = { 0 };
    if (strlen(message) > LIMIT_MESSAGE_TEXT_BYTES || !page_utf8_valid(message, strlen(message)))
        return refuse(upload, INVALID, "The description of the change is too long, or not UTF-8.");
    msg_new_id(id);                             // the runtime may ask twice
    commit.request_id = id;
    commit.message = *message? message: default_message(self, upload);
    zframe_t *body = web_take_body(self);
    code_t code = web_ask(self, &call_store_commit, &commit, &body, &done);
    if (code != OK)
        return refuse(upload, code, failure(self, code));
    upload->commit = done.commit;
    web_follow(self, done.commit);
    return OK;
}
