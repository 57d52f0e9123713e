// What the handlers that read share: the connection of a worker, and who may see what
#include "actor_internal.h"
#include "../core/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/banned.h"

// ---- damage -----------------------------------------------------------------------------------------------------

static bool
damage_path(const state_t *self, char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s.damaged", self->file);
    return size > 0 && size < PATH_MAX;
}

// Readers are threads of their own, and perhaps of another process; who writes may never come across what they have.
static void
report_damage(const state_t *self, const char *why)
{
    char path[PATH_MAX], text[512];
    if (damage_path(self, path) && access(path, F_OK) == 0)
        return;
    log_error("index.damaged", "why=%s", log_value(why, text, sizeof text));
    int mark = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (mark >= 0)
        close(mark);
}

bool
reader_found_damage(const state_t *self)
{
    char path[PATH_MAX];
    return damage_path(self, path) && unlink(path) == 0;
}

// ---- the connection ---------------------------------------------------------------------------------------------

// Is it the file that we have, or had, open?
static bool
is_same(const state_t *self)
{
    struct stat facts;
    return stat(self->file, &facts) == 0 && facts.st_dev == self->device && facts.st_ino == self->inode;
}

// What was opened while another file took its place is not believed: its log may have been the other's.
static void
open_reader(state_t *self)
{
    struct stat facts;
    code_t code = OK;
    const char *why = "";
    if (!place_find(self) || stat(self->file, &facts) < 0)    // while one takes the other's place, the old one answers
        return;
    if (self->reader && facts.st_dev == self->device && facts.st_ino == self->inode)
        return;
    index_options_t options = { .file = self->file, .naming = self->naming, .fingerprint = self->fingerprint };
    index_close(&self->reader);
    self->reader = index_open(&options, &code, &why);
    memset(self->counted, 0, sizeof self->counted);
    self->device = facts.st_dev;
    self->inode = facts.st_ino;
    if (!is_same(self))
        index_close(&self->reader);
    else if (!self->reader && code == UNSUPPORTED)
        report_damage(self, why);
}

code_t
reader_begin(state_t *self, call_t *call, index_t **index)
{
    open_reader(self);
    *index = self->reader;
    if (!self->reader)
        return call_fail(call, UNAVAILABLE, "the index is being built; try again shortly");
    code_t code = index_begin_read(self->reader);
    return code == OK? OK: call_fail(call, code, "%s", index_error(self->reader));
}

code_t
reader_end(state_t *self, call_t *call, code_t code)
{
    if (!self->reader)
        return code;
    index_end_read(self->reader);
    if (code == OK || code == LATER || call->error.text)
        return code;
    if (code == UNSUPPORTED) {
        report_damage(self, index_error(self->reader));
        code = UNAVAILABLE;
    }
    return call_fail(call, code, "%s", index_error(self->reader));
}

code_t
reader_stands(index_t *index, call_t *call, const char *at_least, const char **commit, bool *behind)
{
    char stands[65];
    code_t code = index_stands_at(index, stands);
    *commit = reader_copy(call, stands);
    *behind = code == OK && *at_least && strcmp(at_least, stands) != 0 && !index_has_commit(index, at_least);
    return code;
}

bool
reader_may_read(void *reader, const char *file)
{
    const reader_t *self = reader;
    char id[PAGE_ID_SIZE];
    if (!rules_allow(self->caller, file, RIGHT_READ))
        return false;
    return page_id(&self->state->naming, file, id) != OK || rules_allow(self->caller, id, RIGHT_READ);
}

index_sight_t
reader_sight(reader_t *reader, const state_t *state, const caller_t *caller)
{
    *reader = (reader_t){ state, caller };
    bool all = caller->rules_count > 0 && strcmp(caller->rules[0].glob, "**") == 0 &&
               (caller->rules[0].rights & RIGHT_READ);          // as nearly always
    return (index_sight_t){ all? NULL: reader_may_read, reader };
}

const char *
reader_copy(call_t *call, const char *text)
{
    return text? arena_copy(call->arena, text, strlen(text)): "";
}

// ---- rows -------------------------------------------------------------------------------------------------------

// A page of rows ends where its record might outgrow a message.
enum { ROW_BYTES = 192, ROWS_BYTES = LIMIT_BODY_BYTES / 4 * 3 };

reader_room_t
reader_room(call_t *call, int64_t limit, int64_t usual)
{
    int64_t wanted = limit > 0? limit: usual;
    return (reader_room_t){ .call = call, .limit = wanted < LIMIT_ROWS? (size_t)wanted: LIMIT_ROWS };
}

bool
reader_fits(reader_room_t *self, size_t text)
{
    if (self->count == self->limit || (self->count > 0 && self->bytes + text + ROW_BYTES > ROWS_BYTES))
        return false;
    self->count++;
    self->bytes += text + ROW_BYTES;
    return true;
}
