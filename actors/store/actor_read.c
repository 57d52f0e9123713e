// Handlers of the store actor: the present
#include "actor_internal.h"
#include "../core/banned.h"

code_t
actor_on_read(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_read_req_t *req = request;
    store_read_rep_t *rep = reply;
    if (req->offset < 0 || req->size < 0)
        return call_fail(call, INVALID, "offset and size are not negative");
    store_read_t what = { .path = req->path, .exact = req->exact, .commit = req->commit,
                          .offset = (size_t)req->offset, .size = (size_t)req->size, .stat = req->stat,
                          .most = call->quick? LIMIT_QUICK_BYTES: 0 };
    store_content_t content;
    if (call->quick && strpbrk(req->commit, "~^"))      // that may go far back
        return LATER;
    code_t code = store_read(self->store, &what, &content);
    if (code == TOO_LARGE && call->quick)
        return LATER;
    if (code != OK)
        return actor_fail(self, call, code);
    if (actor_allows(self, &req->caller, content.file, RIGHT_READ)) {
        rep->file = actor_copy(call, content.file);
        rep->page = actor_copy(call, content.page);
        rep->commit = actor_copy(call, content.commit.hex);
        rep->blob = actor_copy(call, content.blob.hex);
        rep->total = (int64_t)content.total;
        rep->binary = content.binary;
        if (!req->stat)
            actor_add_blob(call, content.text, content.size);
    } else {
        code = actor_hide(call, req->path);
    }
    store_content_clear(&content);
    return code;
}

code_t
actor_on_list(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_list_req_t *req = request;
    store_list_rep_t *rep = reply;
    reader_t reader = { self, &req->caller };
    store_list_options_t options = { .prefix = req->prefix, .commit = req->commit, .cursor = req->cursor,
                                     .files = req->files, .limit = req->limit > 0? (size_t)req->limit: 0,
                                     .visible = actor_may_read, .context = &reader };
    store_list_t list;
    code_t code = store_list(self->store, &options, &list);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->commit = actor_copy(call, list.commit.hex);
    rep->total = (int64_t)list.total;
    rep->cursor = actor_copy(call, list.cursor);
    rep->rows = arena_alloc(call->arena, list.count * sizeof *rep->rows + 1);
    rep->rows_count = list.count;
    for (size_t i = 0; i < list.count; i++)
        rep->rows[i] = (store_entry_t){ .file = actor_copy(call, list.rows[i].file),
                                               .page = actor_copy(call, list.rows[i].page),
                                               .blob = actor_copy(call, list.rows[i].blob.hex),
                                               .size = list.rows[i].size };
    store_list_clear(&list);
    return OK;
}

code_t
actor_on_find(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_find_req_t *req = request;
    store_find_rep_t *rep = reply;
    reader_t reader = { self, &req->caller };
    const store_find_t what = { .words = req->words, .limit = req->limit > 0? (size_t)req->limit: 0,
                                .visible = actor_may_read, .context = &reader };
    store_found_t found;
    code_t code = store_find(self->store, &what, &found);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->commit = actor_copy(call, found.commit.hex);
    rep->total = (int64_t)found.total;
    rep->exact = found.exact;
    const char **pages = arena_alloc(call->arena, found.count * sizeof *pages + 1);
    for (size_t i = 0; i < found.count; i++)
        pages[i] = actor_copy(call, found.pages[i]);
    rep->pages = pages;
    rep->pages_count = found.count;
    store_found_clear(&found);
    return OK;
}

// ---- what is there ----------------------------------------------------------------------------------------------

// Fills in the digits; what the caller may not read is missing.
static code_t
find_kinds(const state_t *self, call_t *call, const store_exists_req_t *req, const char **kinds)
{
    reader_t reader = { self, &req->caller };
    const store_paths_t paths = { req->paths, req->paths_count, actor_may_read, &reader };
    char *digits = arena_alloc(call->arena, req->paths_count + 1);
    *kinds = digits;
    code_t code = store_exists(self->store, &paths, digits);
    return code == OK? OK: actor_fail(self, call, code);
}

static code_t
find_head(const state_t *self, call_t *call, const char **commit)
{
    store_oid_t head;
    code_t code = store_head(self->store, &head);
    if (code != OK)
        return actor_fail(self, call, code);
    *commit = actor_copy(call, head.hex);
    return OK;
}

// For an answer that is put together of several: all of it is of this head.
static code_t
hold(const state_t *self, call_t *call, const char **commit)
{
    code_t code = store_hold(self->store);
    return code == OK? find_head(self, call, commit): actor_fail(self, call, code);
}

static code_t
find_home(const state_t *self, call_t *call, const char **home)
{
    char id[PAGE_ID_SIZE];
    code_t code = store_home(self->store, id);
    if (code != OK)
        return actor_fail(self, call, code);
    *home = actor_copy(call, id);
    return OK;
}

code_t
actor_on_exists(void *state, call_t *call, const void *request, void *reply)
{
    const store_exists_req_t *req = request;
    store_exists_rep_t *rep = reply;
    const state_t *self = state;
    code_t code = hold(self, call, &rep->commit);
    if (code == OK)
        code = find_kinds(self, call, req, &rep->kinds);
    store_release(self->store);
    return code;
}

static code_t
find_tree(const state_t *self, call_t *call, const store_around_req_t *req, store_around_rep_t *rep)
{
    reader_t reader = { self, &req->caller };
    const store_sight_t sight = { actor_may_read, &reader, rules_class(&req->caller) };
    store_tree_level_t *levels = NULL;
    size_t count = 0;
    code_t code = store_tree(self->store, req->path, &sight, &levels, &count);
    if (code != OK)
        return actor_fail(self, call, code);
    rep->levels = arena_alloc(call->arena, count * sizeof *rep->levels + 1);
    rep->levels_count = count;
    for (size_t i = 0; i < count; i++)
        rep->levels[i] = (store_level_t){ .folder = actor_copy(call, levels[i].folder),
                                          .open = actor_copy(call, levels[i].open),
                                          .rows = actor_copy(call, levels[i].rows), .more = levels[i].more };
    store_tree_clear(&levels, count);
    return OK;
}

code_t
actor_on_around(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    const store_around_req_t *req = request;
    store_around_rep_t *rep = reply;
    const store_exists_req_t links = { .caller = req->caller, .paths = req->links, .paths_count = req->links_count };
    code_t code = hold(self, call, &rep->commit);
    if (code == OK)
        code = find_kinds(self, call, &links, &rep->kinds);
    if (code == OK)
        code = find_home(self, call, &rep->home);
    if (code == OK)
        code = find_tree(self, call, req, rep);
    store_release(self->store);
    rep->writable = store_writable(self->store);
    return code;
}

code_t
actor_on_head(void *state, call_t *call, const void *request, void *reply)
{
    const state_t *self = state;
    store_head_rep_t *rep = reply;
    (void)request;
    rep->writable = store_writable(self->store);
    code_t code = find_head(self, call, &rep->commit);
    return code == OK? find_home(self, call, &rep->home): code;
}
