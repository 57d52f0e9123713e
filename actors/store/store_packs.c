// store_packs - the list of packs that we made and have not concatenated yet
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "store_file.h"
#include "store_packs.h"

static int
open_list(const store_t *store, int flags)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%spacks", store->state_dir);
    return length < 0 || (size_t)length >= sizeof path? -1: open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static bool
pack_path(const store_t *store, const char *name, const char *suffix, char path[4096])
{
    int length = snprintf(path, 4096, "%sobjects/pack/pack-%s%s", store->common_dir, name, suffix);
    return length > 0 && length < 4096;
}

// Shared, so that who rewrites the list waits for us, and we for it: microseconds.
void
store_packs_note(store_t *store, const char *name)
{
    char line[64];
    int size = snprintf(line, sizeof line, "p %s\n", name);
    int fd = open_list(store, O_WRONLY | O_APPEND | O_CREAT);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_SH) == 0)
        (void)store_file_write(fd, line, (size_t)size);
    close(fd);
}

bool
store_packs_add(store_packs_t *self, const store_pack_row_t *row)
{
    if (self->count == self->room) {
        size_t room = self->room * 2 + 64;
        store_pack_row_t *rows = realloc(self->rows, room * sizeof *rows);
        if (!rows)
            return false;
        self->rows = rows;
        self->room = room;
    }
    self->rows[self->count++] = *row;
    return true;
}

static void
read_row(const store_t *store, const char *line, store_pack_row_t *row)
{
    char path[4096];
    struct stat facts;
    *row = (store_pack_row_t) { .size = -1 };
    if ((line[0] != 'p' && line[0] != 'd') || line[1] != ' ' || strspn(line + 2, "0123456789abcdef") != 40)
        return;
    memcpy(row->name, line + 2, 40);
    if (line[0] == 'd')
        row->doomed = strtoll(line + 42, NULL, 10);
    if (pack_path(store, row->name, ".pack", path) && stat(path, &facts) == 0)
        row->size = facts.st_size;
    row->kept = pack_path(store, row->name, ".keep", path) && access(path, F_OK) == 0;
}

code_t
store_packs_open(store_t *store, store_packs_t *self)
{
    char line[128];
    *self = (store_packs_t) { .fd = open_list(store, O_RDWR) };
    if (self->fd < 0)
        return NOT_FOUND;
    if (flock(self->fd, LOCK_EX | LOCK_NB) < 0) {
        store_packs_close(self, false);
        return BUSY;
    }
    FILE *file = fdopen(dup(self->fd), "r");
    for (store_pack_row_t row; file && fgets(line, sizeof line, file);) {
        read_row(store, line, &row);
        if (row.size >= 0 && !store_packs_add(self, &row))
            break;
    }
    if (file)
        fclose(file);
    return OK;
}

// In its place, since others may have it open to add a line; cut at last, so that a kill leaves lines too many, which
// do no harm, and none too few.
static void
write_rows(const store_packs_t *self)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    for (size_t i = 0; i < self->count; i++) {
        const store_pack_row_t *row = &self->rows[i];
        if (row->size >= 0 && row->doomed)
            fprintf(out, "d %s %lld\n", row->name, (long long)row->doomed);
        else if (row->size >= 0)
            fprintf(out, "p %s\n", row->name);
    }
    bool done = fclose(out) == 0 && lseek(self->fd, 0, SEEK_SET) == 0 &&
                store_file_write(self->fd, text, size) == 0 && ftruncate(self->fd, (off_t)size) == 0;
    (void)done;                                 // what is not listed is merely not joined
    free(text);
}

void
store_packs_close(store_packs_t *self, bool changed)
{
    if (changed)
        write_rows(self);
    if (self->fd >= 0)
        close(self->fd);
    free(self->rows);
    *self = (store_packs_t) { .fd = -1 };
}

void
store_packs_remove(store_t *store, const char *name)
{
    static const char *const suffixes[] = { ".idx", ".pack", ".rev", NULL };     // the index first, as git does it
    char path[4096];
    for (size_t i = 0; suffixes[i]; i++)
        if (pack_path(store, name, suffixes[i], path))
            unlink(path);
}
