// Feeds of changes: of the wiki, of a folder, of a page
#include "api.h"
#include "flows.h"

#include <string.h>

#include "feed.h"
#include "media.h"

enum { FEED_ROWS = 50, FEED_FILES = 20 };

typedef struct {
    feed_t feed;
    index_history_req_t ask;
    index_history_rep_t found;
    output_t xml;
} feeding_t;

static const char *
link_of(web_t *self, const char *file, const char **type)
{
    char id[PAGE_ID_SIZE];
    *type = "text/html";
    if (page_id_of_file(&self->gateway->site.naming, file, id) == OK)
        return web_url(self, id, "");
    *type = media_of(file)->type;
    return web_url(self, file, "");
}

static const char *
first_line(const web_t *self, const char *message)
{
    size_t size = strcspn(message, "\r\n");
    return size > 0? arena_copy(self->arena, message, size): "(no message)";
}

static void
add_row(web_t *self, feeding_t *feeding, const index_commit_row_t *row)
{
    const char *files[FEED_FILES], *types[FEED_FILES];
    feed_entry_t entry = { .when = row->when, .files = files, .types = types };
    const char *const *changed = *row->file? &row->file: row->files;
    size_t count = *row->file? 1: row->files_count;
    for (size_t i = 0; i < count && i < FEED_FILES; i++, entry.file_count++)
        files[i] = link_of(self, changed[i], &types[i]);
    entry.link = arena_printf(self->arena, "/-/commit/%s", row->commit);
    entry.title = first_line(self, row->message);
    entry.author = *row->author? row->author: "Anonymous";
    entry.text = row->message;
    feed_add(&feeding->xml, &feeding->feed, &entry);
}

// What the feed is about: "page" or "folder" of the query, or else the wiki.
static code_t
choose(web_t *self, feeding_t *feeding)
{
    const char *page = web_query(self, "page"), *folder = web_query(self, "folder");
    char *id = arena_alloc(self->arena, PAGE_ID_SIZE);
    const char *site = self->gateway->site.name;
    feeding->ask = (index_history_req_t){ .caller = self->caller, .at_least = "", .limit = FEED_ROWS,
                                          .files = FEED_FILES };
    feeding->feed.link = "/-/changelog";
    feeding->feed.title = site;
    feeding->feed.about = self->gateway->site.description;
    if (!*page && !*folder)
        return OK;
    if (page_id(&self->gateway->site.naming, *page? page: folder, id) != OK || page_path_check(id, NULL) != OK)
        return web_refuse(self, INVALID, "This is not a possible name of a page.");
    feeding->ask.path = id;
    feeding->ask.below = !*page;
    feeding->feed.link = web_url(self, id, "");
    feeding->feed.title = arena_printf(self->arena, "%s: %s", site, web_name(self, id));
    feeding->feed.about = "";
    return OK;
}

// Not kept at the edge: the host of the request is in it.
static code_t
write_feed(web_t *self, feeding_t *feeding)
{
    feed_begin(&feeding->xml, &feeding->feed);
    for (size_t i = 0; i < feeding->found.rows_count; i++)
        add_row(self, feeding, &feeding->found.rows[i]);
    feed_end(&feeding->xml, &feeding->feed);
    if (feeding->xml.full)
        return TOO_LARGE;
    return web_bytes(self, feed_type(feeding->feed.kind), feeding->xml.bytes, feeding->xml.size);
}

// Of the head: who reads a feed because something came wants to see it. Of a small wiki the index is built in a moment.
static code_t
ask_changes(web_t *self, feeding_t *feeding)
{
    store_head_req_t ask = { .caller = self->caller };
    store_head_rep_t head = { .commit = "" };
    code_t code = web_ask(self, &call_store_head, &ask, NULL, &head);
    if (code == OK)
        feeding->ask.at_least = head.commit;
    code = web_await_index(self, &call_index_history, &feeding->ask, &feeding->found);
    bool late = code == OK? feeding->found.behind: code == UNAVAILABLE;
    if (late && *head.commit && web_catch_up(self, head.commit) == OK)
        code = web_await_index(self, &call_index_history, &feeding->ask, &feeding->found);
    return code;
}

static code_t
answer(web_t *self, feed_kind_t kind)
{
    feeding_t feeding = { .feed = { .kind = kind, .origin = web_origin(self) } };
    const event_request_t *request = self->request;
    code_t code = choose(self, &feeding);
    if (code == OK)
        code = ask_changes(self, &feeding);
    if (code != OK)
        return code;
    feeding.feed.updated = feeding.found.rows_count > 0? feeding.found.rows[0].when: 0;
    feeding.feed.self = arena_printf(self->arena, "%s%s%s", request->path, *request->query? "?": "", request->query);
    code = write_feed(self, &feeding);
    output_clear(&feeding.xml);
    return code;
}

code_t
flow_feed_rss(web_t *self)
{
    return answer(self, FEED_RSS);
}

code_t
flow_feed_atom(web_t *self)
{
    return answer(self, FEED_ATOM);
}

// The same for programs: what goes wrong is told as JSON.
static code_t
answer_program(web_t *self, feed_kind_t kind)
{
    code_t code = answer(self, kind);
    if (code == INVALID || code == NOT_FOUND)
        return api_refuse(self, code == INVALID? 422: 404, self->why? self->why: "There never was such a page.");
    return code;
}

code_t
api_feed_rss(web_t *self)
{
    return answer_program(self, FEED_RSS);
}

code_t
api_feed_atom(web_t *self)
{
    return answer_program(self, FEED_ATOM);
}
