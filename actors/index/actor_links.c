// Handlers of the index actor: what links to what
#include "actor_internal.h"
#include "../core/banned.h"

enum { ROWS_USUAL = 50 };

// A place in a list that is made anew for each answer.
static bool
read_cursor(const char *cursor, size_t *skip)
{
    char *end = NULL;
    unsigned long value = *cursor? strtoul(cursor, &end, 10): 0;
    *skip = value;
    return !*cursor || (*cursor >= '0' && *cursor <= '9' && !*end && value < LIMIT_FILES);
}

static const char *
kind_name(char kind)
{
    return kind == 'w'? "wiki": kind == 'i'? "image": "link";
}

// ---- wanted -----------------------------------------------------------------------------------------------------

typedef struct {
    reader_room_t room;
    index_wanted_rep_t *rep;
} wanted_taker_t;

static bool
take_wanted(void *context, const index_wanted_t *row)
{
    wanted_taker_t *self = context;
    call_t *call = self->room.call;
    size_t bytes = strlen(row->page);
    for (size_t i = 0; i < row->from_count; i++)
        bytes += strlen(row->from[i]) + 3;
    if (!reader_fits(&self->room, bytes))
        return false;
    const char **from = arena_alloc(call->arena, row->from_count * sizeof *from + 1);
    for (size_t i = 0; i < row->from_count; i++)
        from[i] = reader_copy(call, row->from[i]);
    self->rep->rows[self->rep->rows_count++] = (index_wanted_row_t){
        .page = reader_copy(call, row->page), .count = row->count, .from = from, .from_count = row->from_count };
    return true;
}

code_t
query_on_wanted(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_wanted_req_t *req = request;
    index_wanted_rep_t *rep = reply;
    wanted_taker_t taker = { reader_room(call, req->limit, ROWS_USUAL), rep };
    reader_t reader;
    const index_sight_t sight = reader_sight(&reader, self, &req->caller);
    size_t skip = 0;
    index_t *index = NULL;
    if (!read_cursor(req->cursor, &skip))
        return call_fail(call, INVALID, "the cursor is none of ours");
    rep->rows = arena_alloc(call->arena, taker.room.limit * sizeof *rep->rows);
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = index_wanted(index, &sight, skip, take_wanted, &taker, &rep->total);
    skip += rep->rows_count;
    rep->cursor = (int64_t)skip < rep->total? arena_printf(call->arena, "%zu", skip): "";
    return reader_end(self, call, code);
}

// ---- broken -----------------------------------------------------------------------------------------------------

typedef struct {
    reader_room_t room;
    index_broken_rep_t *rep;
} broken_taker_t;

static bool
take_broken(void *context, const index_broken_t *row)
{
    broken_taker_t *self = context;
    call_t *call = self->room.call;
    if (!reader_fits(&self->room, strlen(row->page) + strlen(row->target) + strlen(row->anchor)))
        return false;
    self->rep->rows[self->rep->rows_count++] = (index_broken_row_t){
        .page = reader_copy(call, row->page), .target = reader_copy(call, row->target),
        .anchor = reader_copy(call, row->anchor), .kind = kind_name(row->kind), .why = row->why, .line = row->line };
    return true;
}

code_t
query_on_broken(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_broken_req_t *req = request;
    index_broken_rep_t *rep = reply;
    broken_taker_t taker = { reader_room(call, req->limit, ROWS_USUAL), rep };
    reader_t reader;
    const index_sight_t sight = reader_sight(&reader, self, &req->caller);
    size_t skip = 0;
    index_t *index = NULL;
    if (!read_cursor(req->cursor, &skip))
        return call_fail(call, INVALID, "the cursor is none of ours");
    rep->rows = arena_alloc(call->arena, taker.room.limit * sizeof *rep->rows);
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = index_broken(index, &sight, skip, take_broken, &taker, &rep->total);
    skip += rep->rows_count;
    rep->cursor = (int64_t)skip < rep->total? arena_printf(call->arena, "%zu", skip): "";
    return reader_end(self, call, code);
}

// ---- linkers ----------------------------------------------------------------------------------------------------

typedef struct {
    reader_room_t room;
    index_linkers_rep_t *rep;
} linkers_taker_t;

static bool
take_linker(void *context, const char *file)
{
    linkers_taker_t *self = context;
    if (!reader_fits(&self->room, strlen(file)))
        return false;
    self->rep->files[self->rep->files_count++] = reader_copy(self->room.call, file);
    return true;
}

// A page or file, and not what is below it.
static bool
is_one(const index_linkers_req_t *req)
{
    size_t size = req->targets_count == 1? strlen(req->targets[0]): 0;
    return size > 0 && req->targets[0][size - 1] != '/';
}

code_t
query_on_linkers(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_linkers_req_t *req = request;
    index_linkers_rep_t *rep = reply;
    linkers_taker_t taker = { reader_room(call, req->limit, LIMIT_ROWS), rep };
    reader_t reader;
    const index_linkers_t what = { .targets = req->targets, .targets_count = req->targets_count,
                                   .limit = taker.room.limit, .cursor = req->cursor,
                                   .sight = reader_sight(&reader, self, &req->caller) };
    bool more = false;
    index_t *index = NULL;
    if (call->quick && (what.sight.visible || taker.room.limit > READER_QUICK || !is_one(req)))
        return LATER;
    rep->files = arena_alloc(call->arena, taker.room.limit * sizeof *rep->files);
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = index_linkers(index, &what, take_linker, &taker, &more);
    rep->cursor = more && rep->files_count > 0? rep->files[rep->files_count - 1]: "";
    return reader_end(self, call, code);
}

// ---- graph ------------------------------------------------------------------------------------------------------

typedef struct {
    index_graph_rep_t *rep;
    FILE *nodes, *edges;
} graph_taker_t;

static bool
take_node(void *context, char presence, const char *path)
{
    graph_taker_t *self = context;
    fprintf(self->nodes, "%c%s\n", presence, path);
    self->rep->nodes++;
    return true;
}

static bool
take_edge(void *context, char kind, const char *from, const char *to)
{
    graph_taker_t *self = context;
    fprintf(self->edges, "%c%s\t%s\n", kind, from, to);
    self->rep->edges++;
    return true;
}

static bool
add_blob(call_t *call, FILE *file, char **bytes, const size_t *size)
{
    bool whole = file && fclose(file) == 0;
    zframe_t *frame = whole? zframe_new(*bytes, *size): NULL;
    if (frame)
        call_add_blob(call, &frame);
    free(*bytes);
    return whole;
}

static code_t
tell_graph(index_t *index, call_t *call, const index_graph_t *what, index_graph_rep_t *rep)
{
    char *nodes = NULL, *edges = NULL, next[PAGE_ID_SIZE] = "";
    size_t node_size = 0, edge_size = 0;
    graph_taker_t taker = { rep, open_memstream(&nodes, &node_size), open_memstream(&edges, &edge_size) };
    const index_graph_taker_t takers = { take_node, take_edge, &taker };
    code_t code = taker.nodes && taker.edges? index_graph(index, what, &takers, next): INTERNAL;
    bool whole = add_blob(call, taker.nodes, &nodes, &node_size);
    whole = add_blob(call, taker.edges, &edges, &edge_size) && whole;
    rep->cursor = reader_copy(call, next);
    return code == OK && !whole? INTERNAL: code;
}

code_t
query_on_graph(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_graph_req_t *req = request;
    index_graph_rep_t *rep = reply;
    reader_t reader;
    const index_graph_t what = { .path = req->path, .depth = req->depth, .all = req->all,
                                 .limit = req->limit > 0? (size_t)req->limit: 0, .cursor = req->cursor,
                                 .sight = reader_sight(&reader, self, &req->caller) };
    index_t *index = NULL;
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = tell_graph(index, call, &what, rep);
    return reader_end(self, call, code);
}
