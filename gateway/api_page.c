// A page as the API shows it: text, metadata and links, now or as it was
#include "api.h"

#include <string.h>

// What is told of a page beside its text; views of answers.
typedef struct {
    const char *title;                          // of the front matter; ""
    json_t *matter;                             // the front matter; owned until it has been answered
    store_history_row_t change;                 // commit "": none is told
    const char *links[2];                       // to others, and from others: lines of index.page
    size_t sizes[2];
    bool fresh;                                 // the index knows of the head
} about_t;

// ---- asking ------------------------------------------------------------------------------------------------------
code_t
api_digest(web_t *self, const api_page_t *page, const char *text, size_t size, render_digest_rep_t *digest)
{
    char id[PAGE_ID_SIZE] = "";
    (void)page_id_of_file(&self->gateway->site.naming, page->file, id);
    render_digest_req_t request = { .page = id, .style = self->gateway->site.style, .blob = page->blob };
    zframe_t *blob = zframe_new(text, size);
    *digest = (render_digest_rep_t){ .title = "" };
    code_t code = web_ask(self, &call_render_digest, &request, &blob, digest);
    return code == UNSUPPORTED || code == TOO_LARGE? NOT_FOUND: code;       // a page that nobody can take apart
}

// Title and front matter from the text itself.
static code_t
read_matter(web_t *self, const api_page_t *page, const char *text, size_t size, about_t *about)
{
    render_digest_rep_t digest;
    size_t matter_size = 0;
    code_t code = api_digest(self, page, text, size, &digest);
    if (code != OK && code != NOT_FOUND)
        return code;
    const char *matter = code == OK? web_blob(self, 0, &matter_size): "";
    about->title = digest.title;
    about->matter = api_parsed(matter, matter_size);
    return OK;
}

static void
take_change(const index_commit_row_t *row, store_history_row_t *change)
{
    *change = (store_history_row_t){ .commit = row->commit, .author = row->author, .when = row->when,
                                     .zone = row->zone, .message = row->message };
}

// The links as they are now, and whatever else the index knows; false: there is none that could be asked.
static bool
ask_index(web_t *self, const char *file, const char *head, about_t *about, index_page_rep_t *found)
{
    index_page_req_t request = { .caller = self->caller, .path = file, .exact = true, .at_least = head };
    *found = (index_page_rep_t){ .found = false };
    if (api_index(self, &call_index_page, &request, found) != OK)
        return false;
    about->fresh = !found->behind;
    for (size_t i = 0; i < 2; i++)
        about->links[i] = web_blob(self, i + 1, &about->sizes[i]);
    return true;
}

// The newest change of a page without the index: a walk through its history.
static code_t
walk_history(web_t *self, const char *file, const char *commit, store_history_row_t *change)
{
    store_history_req_t request = { .caller = self->caller, .path = file, .exact = true, .commit = commit, .limit = 1 };
    store_history_rep_t found = { 0 };
    code_t code = web_ask(self, &call_store_history, &request, NULL, &found);
    *change = code == OK && found.rows_count > 0? found.rows[0]: (store_history_row_t){ .commit = "" };
    return code;
}

code_t
api_revision(web_t *self, api_page_t *page)
{
    about_t about = { 0 };
    index_page_rep_t found;
    if (ask_index(self, page->file, page->commit, &about, &found) && about.fresh && found.found
        && strcmp(found.row.blob, page->blob) == 0) {
        page->revision = found.row.revision;
        return OK;
    }
    store_history_row_t change;
    code_t code = walk_history(self, page->file, page->commit, &change);
    page->revision = change.commit;
    return code;
}

// ---- showing -----------------------------------------------------------------------------------------------------
const char *
api_name(const api_page_t *page, const char *title)
{
    const char *slash = strrchr(page->display, '/');
    return title && *title? title: slash? slash + 1: page->display;
}

json_t *
api_links(web_t *self, const char *lines, size_t size)
{
    json_t *list = json_array();
    for (const char *end = lines + size; lines < end;) {
        const char *stop = memchr(lines, '\n', (size_t)(end - lines));
        size_t length = (size_t)((stop? stop: end) - lines);
        if (length > 2 && lines[0] == 'w')
            json_array_append_new(list, api_text(api_display(self, arena_copy(self->arena, lines + 2, length - 2))));
        lines = stop? stop + 1: end;
    }
    return list;
}

static json_t *
last_commit(web_t *self, const store_history_row_t *change)
{
    if (!*change->commit)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "revision", json_string(change->commit));
    json_object_set_new(json, "author", api_text(change->author));
    json_object_set_new(json, "date", api_when(change->when, change->zone));
    json_object_set_new(json, "message", api_trimmed_lines(self, change->message));
    return json;
}

static code_t
answer_page(web_t *self, const api_page_t *page, const char *text, size_t size, const about_t *about)
{
    json_t *json = json_object();
    json_object_set_new(json, "name", api_text(api_name(page, about->title)));
    json_object_set_new(json, "path", api_text(page->display));
    json_object_set_new(json, "content", json_stringn_nocheck(text, size));
    json_object_set_new(json, "frontmatter", about->matter);
    json_object_set_new(json, "links_to", api_links(self, about->links[0], about->sizes[0]));
    json_object_set_new(json, "linked_from", api_links(self, about->links[1], about->sizes[1]));
    json_object_set_new(json, "revision", json_string(about->change.commit));
    json_object_set_new(json, "last_commit", last_commit(self, &about->change));
    code_t code = api_answer_tagged(self, json, about->change.commit);
    if (code == OK && !about->fresh)
        web_header(self, "wiki-index", "behind");       // the links may be those of before, or be missing
    return code;
}

static code_t
refuse_bytes(web_t *self)
{
    return api_refuse_of(self, 422, "Page is not UTF-8 text: %s", self->api->path);
}

// ---- now ---------------------------------------------------------------------------------------------------------
static code_t
page_now(web_t *self)
{
    api_page_t page;
    about_t about = { .title = "", .links = { "", "" } };
    index_page_rep_t found;
    size_t size = 0, matter_size = 0;
    code_t code = api_read(self, self->api->path, "", &page);
    if (code != OK || !page.found)
        return code == OK? api_no_page(self): code;
    const char *text = web_blob(self, 0, &size);
    if (page.binary && !page_utf8_valid(text, size))
        return refuse_bytes(self);
    bool asked = ask_index(self, page.file, page.commit, &about, &found);
    if (asked && found.found && strcmp(found.row.blob, page.blob) == 0) {
        const char *matter = web_blob(self, 0, &matter_size);
        about.title = found.row.title;
        about.matter = api_parsed(matter, matter_size);
        take_change(&found.change, &about.change);
    } else {
        code = walk_history(self, page.file, page.commit, &about.change);
        if (code == OK)
            code = read_matter(self, &page, text, size, &about);
        if (code != OK)
            return code;
    }
    code = answer_page(self, &page, text, size, &about);
    if (code == OK && about.fresh)
        api_cacheable(self, page.commit);
    return code;
}

// ---- as it was ---------------------------------------------------------------------------------------------------
static bool
names(const store_history_row_t *row, const char *file)
{
    for (size_t i = 0; i < row->files_count; i++)
        if (strcmp(row->files[i], file) == 0)
            return true;
    return false;
}

// Is the file another one than in the parent of the commit? Asked where a commit changed more than are named.
static bool
differs_from_parent(web_t *self, const api_page_t *page, const char *parent)
{
    store_read_req_t read = { .caller = self->caller, .path = page->file, .exact = true, .commit = parent,
                              .stat = true };
    store_read_rep_t before = { 0 };
    return !*parent || web_ask(self, &call_store_read, &read, NULL, &before) != OK
           || strcmp(before.blob, page->blob) != 0;
}

// The commit that the revision names, if it changed the page; else none.
static code_t
read_change(web_t *self, const api_page_t *page, const char *revision, store_history_row_t *change)
{
    store_history_req_t request = { .caller = self->caller, .commit = page->commit, .limit = 1 };
    store_history_rep_t found = { 0 };
    *change = (store_history_row_t){ .commit = "" };
    if (strncmp(page->commit, revision, strlen(revision)) != 0)
        return OK;
    code_t code = web_ask(self, &call_store_history, &request, NULL, &found);
    if (code != OK || found.rows_count == 0)
        return code;
    const store_history_row_t *row = &found.rows[0];
    bool all = row->file_count <= (int64_t)row->files_count;
    if (names(row, page->file) || (!all && differs_from_parent(self, page, row->parent)))
        *change = *row;
    return OK;
}

static code_t
page_then(web_t *self, const char *revision)
{
    api_page_t page;
    about_t about = { .title = "", .links = { "", "" } };
    index_page_rep_t found;
    store_head_req_t ask = { .caller = self->caller };
    store_head_rep_t head = { .commit = "" };
    size_t size = 0;
    code_t code = api_read(self, self->api->path, revision, &page);
    if (code != OK || !page.found)
        return code == OK? api_no_page(self): code;
    const char *text = web_blob(self, 0, &size);
    if (page.binary && !page_utf8_valid(text, size))
        return refuse_bytes(self);
    code = read_change(self, &page, revision, &about.change);
    if (code == OK)
        code = web_ask(self, &call_store_head, &ask, NULL, &head);
    if (code == OK)
        code = read_matter(self, &page, text, size, &about);
    if (code != OK)
        return code;
    self->api->commit = head.commit;
    ask_index(self, page.file, head.commit, &about, &found);
    code = answer_page(self, &page, text, size, &about);
    if (code == OK && about.fresh && page_is_revision(revision, strlen(revision)))
        api_cacheable(self, head.commit);       // other expressions may mean another commit in a while
    return code;
}

code_t
api_page_get(web_t *self)
{
    const char *revision = web_query(self, "revision");
    if (strlen(revision) > 64)
        return api_no_page(self);
    return *revision? page_then(self, revision): page_now(self);
}
