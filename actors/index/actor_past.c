// Handlers of the index actor: history
#include "actor_internal.h"
#include "../core/banned.h"

enum { ROWS_USUAL = 50, FILES_USUAL = 20, FILES_BYTES = LIMIT_BODY_BYTES / 2 };      // of the files of one row

static const char *
change_name(char change)
{
    return change == 'a'? "added": change == 'd'? "deleted": change == 'r'? "renamed": change == 'm'? "modified": "";
}

index_commit_row_t
query_commit_row(call_t *call, const indexed_commit_t *from)
{
    index_commit_row_t row = { .commit = reader_copy(call, from->commit), .parent = reader_copy(call, from->parent),
                               .author = reader_copy(call, from->author), .email = reader_copy(call, from->email),
                               .message = reader_copy(call, from->message), .when = from->when, .zone = from->zone,
                               .change = change_name(from->change), .file = reader_copy(call, from->file),
                               .files_count = from->files_count, .file_count = from->file_count };
    row.files = arena_alloc(call->arena, from->files_count * sizeof *row.files + 1);
    for (size_t i = 0; i < from->files_count; i++)
        row.files[i] = reader_copy(call, from->files[i]);
    return row;
}

typedef struct {
    reader_room_t room;
    index_history_rep_t *rep;
} taker_t;

static bool
take(void *context, const indexed_commit_t *row)
{
    taker_t *self = context;
    indexed_commit_t commit = *row;
    size_t bytes = strlen(row->commit) + strlen(row->parent) + strlen(row->author) + strlen(row->email) +
                   strlen(row->message) + (row->file? strlen(row->file): 0);
    commit.files_count = 0;
    while (commit.files_count < row->files_count && bytes < FILES_BYTES)
        bytes += strlen(row->files[commit.files_count++]) + 3;
    if (!reader_fits(&self->room, bytes))
        return false;
    self->rep->rows[self->rep->rows_count++] = query_commit_row(self->room.call, &commit);
    return true;
}

code_t
query_on_history(void *state, call_t *call, const void *request, void *reply)
{
    state_t *self = state;
    const index_history_req_t *req = request;
    index_history_rep_t *rep = reply;
    taker_t taker = { reader_room(call, req->limit, ROWS_USUAL), rep };
    reader_t reader;
    index_history_t what = { .path = req->path, .exact = req->exact, .below = req->below, .pages = req->pages,
                             .files = req->files > 0? (size_t)req->files: FILES_USUAL, .until = req->until,
                             .cursor = req->cursor, .sight = reader_sight(&reader, self, &req->caller) };
    char next[65] = "";
    index_t *index = NULL;
    if (call->quick && (what.sight.visible || taker.room.limit > READER_QUICK || what.files > READER_QUICK))
        return LATER;
    rep->rows = arena_alloc(call->arena, taker.room.limit * sizeof *rep->rows);
    code_t code = reader_begin(self, call, &index);
    if (code == OK)
        code = reader_stands(index, call, req->at_least, &rep->commit, &rep->behind);
    if (code == OK)
        code = index_history(index, &what, take, &taker, next);
    rep->cursor = reader_copy(call, next);
    return reader_end(self, call, code);
}
