// Handlers of the index actor: pages
#include "actor_internal.h"
#include "../core/banned.h"

// ---- all of it --------------------------------------------------------------------------------------------------

code_t
query_on_about(void *state, call_t *call, const void *request, void *reply)
{
    (void)request;
    state_t *self = state;
    index_about_rep_t *rep = reply;
    index_facts_t facts = { 0 };
    index_t *index = NULL;
    bool behind = false;
    code_t code = reader_begin(self, call, &index);
    rep->building = code == UNAVAILABLE;
    if (rep->building)
        return OK;
    if (code == OK)
        code = reader_stands(index, call, "", &rep->commit, &behind);
    if (code == OK)
        code = index_facts(index, &facts);
    rep->pages = facts.pages;
    rep->passages = facts.passages;
    rep->links = facts.links;
    rep->commits = facts.commits;
    rep->bytes = facts.bytes;
    return reader_end(self, call, code);
}

// ---- rows -------------------------------------------------------------------------------------------------------

// They are kept one a line.
static void
split_tags(call_t *call, const char *tags, index_page_row_t *row)
{
    size_t count = *tags? 1: 0;
    for (const char *at = tags; *at; at++)
        count += *at == '\n';
    row->tags = arena_alloc(call->arena, count * sizeof *row->tags + 1);
    while (row->tags_count < count) {
        size_t size = strcspn(tags, "\n");
        row->tags[row->tags_count++] = arena_copy(call->arena, tags, size);
        tags += size + (tags[size] == '\n');
    }
}

static index_page_row_t
page_row(call_t *call, const indexed_page_t *from, bool brief)
{
    index_page_row_t row = { .file = reader_copy(call, from->file), .page = reader_copy(call, from->page),
                             .title = reader_copy(call, from->title), .revision = reader_copy(call, from->revision),
                             .when = from->when };
    if (brief)
        return row;
    row.heading = reader_copy(call, from->heading);
    row.category = reader_copy(call, from->category);
    row.blob = reader_copy(call, from->blob);
    row.author = reader_copy(call, from->author);
    row.size = from->size;
    row.words = from->words;
    row.zone = from->zone;
    split_tags(call, from->tags, &row);
    return row;
}

// ---- lists ------------------------------------------------------------------------------------------------------

typedef struct {
    reader_room_t room;
    bool brief;
    index_list_rep_t *rep;
} list_taker_t;

static bool
take_row(void *context, const indexed_page_t *row)
{
    list_taker_t *self = context;
    size_t bytes = strlen(row->file) + strlen(row->page) + strlen(row->title) + strlen(row->revision);
    if (!self->brief)
        bytes += strlen(row->heading) + strlen(row->category) + 4 * strlen(row->tags) + strlen(row->author) + 64;
    if (!reader_fits(&self->room, bytes))
        return false;
    self->rep->rows[self->rep->rows_count++] = page_row(self->room.call, row, self->brief);
    return true;
}

// Is it all of them, which nobody has to count?
static bool
is_plain(const index_list_req_t *req)
{
    return !*req->prefix && !*req->category && !*req->tag && !*req->author && !*req->only && !req->dated;
}

// How many pages there are for who has these rules, plus 1, if it was counted since the index changed; 0: it was not.
static int64_t
known_total(const state_t *self, uint64_t rules, int64_t version)
{
    for (size_t i = 0; i < READER_COUNTED; i++)
        if (self->counted[i].rules == rules && self->counted[i].version == version)
            return self->counted[i].total + 1;
    return 0;
}

static void
keep_total(state_t *self, uint64_t rules, int64_t version, int64_t total)
{
    size_t place = self->counted_next++ % READER_COUNTED;
    self->counted[place].rules = rules;
    self->counted[place].version = version;
    self->counted[place].total = total;
}

code_t
query_on_list(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_list_req_t *req = request;
    index_list_rep_t *rep = reply;
    list_taker_t taker = { reader_room(call, req->limit, LIMIT_ROWS), req->brief, rep };
    reader_t reader;
    char home[PAGE_ID_SIZE];
    index_list_t what = { .prefix = req->prefix, .category = req->category, .tag = req->tag, .author = req->author,
                          .only = req->only, .cursor = req->cursor, .dated = req->dated, .since = req->since,
                          .home = home, .sight = reader_sight(&reader, self, &req->caller) };
    index_listed_t listed = { 0 };
    index_t *index = NULL;
    if (call->quick && (what.sight.visible || taker.room.limit > READER_QUICK || !is_plain(req)))
        return LATER;
    rep->rows = arena_alloc(call->arena, taker.room.limit * sizeof *rep->rows);
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = index_home(index, self->home, home);
    const bool kept = what.sight.visible && is_plain(req);
    const uint64_t rules = kept? rules_class(&req->caller): 0;
    int64_t version = 0;
    if (code == OK && kept)
        code = index_version(index, &version);
    if (code == OK && kept)
        what.known = known_total(self, rules, version);
    if (code == OK)
        code = index_list(index, &what, take_row, &taker, &listed);
    if (code == OK && kept && !what.known)
        keep_total(self, rules, version, listed.total);
    rep->total = listed.total;
    rep->cursor = listed.more && rep->rows_count > 0? rep->rows[rep->rows_count - 1].file: "";
    return reader_end(self, call, code);
}

// ---- one page ---------------------------------------------------------------------------------------------------

typedef struct {
    call_t *call;
    index_page_rep_t *rep;
    FILE *lines;                                // of links
} page_taker_t;

static void
add_blob(call_t *call, const char *bytes, size_t size)
{
    zframe_t *frame = zframe_new(bytes, size);
    call_add_blob(call, &frame);
}

static bool
take_page(void *context, const indexed_page_t *row)
{
    page_taker_t *self = context;
    self->rep->found = true;
    self->rep->row = page_row(self->call, row, false);
    add_blob(self->call, row->front, strlen(row->front));
    return true;
}

static bool
take_change(void *context, const indexed_commit_t *row)
{
    page_taker_t *self = context;
    if (self->rep->change.commit)
        return false;
    self->rep->change = query_commit_row(self->call, row);
    return true;
}

static bool
take_link(void *context, const index_link_row_t *row)
{
    page_taker_t *self = context;
    fprintf(self->lines, "%c%c%s\n", row->kind, row->presence, row->path);
    return ftell(self->lines) < LIMIT_BLOB_BYTES / 2;
}

// Links in either direction, each a blob: of `id` if they lead to it, else of the page itself.
static code_t
add_links(index_t *index, const index_sight_t *sight, page_taker_t *taker, const index_place_t *from, const char *to)
{
    char *text = NULL;
    size_t size = 0;
    code_t code = INTERNAL;
    taker->lines = open_memstream(&text, &size);
    if (!taker->lines)
        return INTERNAL;
    if (to)
        code = index_links_to(index, sight, to, take_link, taker);
    else
        code = from->id? index_links_from(index, sight, from->id, take_link, taker): OK;
    if (fclose(taker->lines) == 0 && code == OK)
        add_blob(taker->call, text, size);
    free(text);
    return code;
}

// The id of the page that is asked for, or the file that is none: what links lead to.
static void
target_of(const state_t *self, const index_page_req_t *req, char target[PAGE_ID_SIZE])
{
    code_t code = req->exact? page_id_of_file(&self->naming, req->path, target)
                            : page_id(&self->naming, req->path, target);
    if (code != OK)
        snprintf(target, PAGE_ID_SIZE, "%s", req->path);
}

static code_t
tell_page(index_t *index, const state_t *self, page_taker_t *taker, const index_page_req_t *req)
{
    reader_t reader;
    const index_sight_t all = reader_sight(&reader, self, &req->caller), *sight = &all;
    char target[PAGE_ID_SIZE], next[65];
    index_place_t place;
    bool many = false;
    const index_name_t name = { req->path, req->exact };
    const index_history_t newest = { .path = place.file, .exact = true, .until = "", .cursor = "", .sight = *sight };
    target_of(self, req, target);
    code_t code = index_find(index, sight, &name, &place);
    bool found = code == OK;
    if ((found || code == NOT_FOUND) && taker->call->quick)
        code = index_has_many_links(index, place.id, target, READER_QUICK, &many);
    if (many)
        return LATER;
    if (found && code == OK)
        code = index_page(index, place.id, take_page, taker);
    if (code == OK && taker->rep->found)
        code = index_history(index, &newest, take_change, taker, next);
    if (!taker->rep->found)
        add_blob(taker->call, "", 0);
    if (code != OK && code != NOT_FOUND)
        return code;
    place.id = taker->rep->found? place.id: 0;
    code = add_links(index, sight, taker, &place, NULL);
    return code == OK? add_links(index, sight, taker, NULL, target): code;
}

code_t
query_on_page(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_page_req_t *req = request;
    index_page_rep_t *rep = reply;
    page_taker_t taker = { call, rep, NULL };
    index_t *index = NULL;
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = tell_page(index, self, &taker, req);
    return reader_end(self, call, code);
}
