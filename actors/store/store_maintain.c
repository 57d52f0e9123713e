// store_maintain - many small packs become one; old ones go when nobody can need them; rubbish is swept
//
// A pack may be removed at any time as far as its objects are elsewhere: who has it open keeps it, and who does not
// finds the objects missing, looks into the folder again and finds the new pack; libgit2 and git both do so. The
// grace is for a program between these two moments.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store_file.h"
#include "store_lock.h"
#include "store_packs.h"
#include "store_repack.h"
#include "store_writer.h"

enum {
    MANY = 32,                                  // packs of a class that are worth concatenating
    AT_ONCE = 512,                              // far more than come between two rounds: a backlog must go
    CROWD = 256,                                // that should not wait for a quiet moment
    GRACE = 10,                                 // seconds that a concatenated pack stays
    DOOMED = 64,                                // that may wait for it, since a look-up tries pack after pack
    LOOK_EVERY = 30 * 1000,                     // milliseconds
    STALE = 60 * 60,                            // seconds: a temporary file of a program that must be dead
    STALE_OURS = 60,                            // the same, if its process is not there
};
// Classes by size of the pack: small ones are of a save each, large ones were made of these. Larger ones stay.
static const int64_t classes[] = { 0, 1 << 20, 32 << 20 };
enum { CLASSES = sizeof classes / sizeof *classes - 1 };
static const int64_t AT_ONCE_BYTES = 64 << 20;

static bool
git_does_it(const store_t *store)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%sobjects/pack/multi-pack-index", store->common_dir);
    return length < 0 || (size_t)length >= sizeof path || access(path, F_OK) == 0;
}

static bool
is_of_class(const store_pack_row_t *row, size_t class)
{
    return !row->doomed && !row->kept && row->size > classes[class] && row->size <= classes[class + 1];
}

// Writes the new pack and dooms those that went into it. A pack that cannot be read is taken off the list.
static code_t
concatenate(store_t *store, store_packs_t *packs, size_t class)
{
    store_pack_t made = { 0 };
    store_pack_files_t files = { .pack = -1, .index = -1 };
    store_repack_t *repack = store_repack_new(store);
    size_t count = 0, end = 0;
    int64_t bytes = 0;
    code_t code = repack? OK: INTERNAL;
    for (; code == OK && end < packs->count && count < AT_ONCE && bytes < AT_ONCE_BYTES; end++) {
        store_pack_row_t *row = &packs->rows[end];
        if (!is_of_class(row, class))
            continue;
        code = store_repack_add(repack, row->name);
        if (code != OK)
            row->size = -1;
        bytes += row->size;
        count++;
    }
    if (code == OK)
        code = store_repack_finish(repack, &made);
    made.durable = true;                        // what is removed later may have been on the disk for long
    if (code == OK)
        code = store_pack_write(store, &made, ++store->writer->unique, &files);
    if (code == OK)
        code = store_pack_name(store, &made, &files);
    if (code == OK)
        code = store_pack_settle(store, &made, &files);
    store_pack_abandon(&files);
    for (size_t i = 0; code == OK && i < end; i++)
        if (is_of_class(&packs->rows[i], class) && strcmp(packs->rows[i].name, made.name) != 0)
            packs->rows[i].doomed = store_now() / 1000;
    if (code == OK) {
        store_pack_row_t row = { .size = (int64_t)made.pack_size };
        memcpy(row.name, made.name, sizeof row.name);
        code = store_packs_add(packs, &row)? OK: INTERNAL;
    }
    store_pack_clear(&made);
    store_repack_free(&repack);
    return code;
}

static bool
remove_doomed(store_t *store, store_packs_t *packs)
{
    size_t doomed = 0;
    bool removed = false;
    int64_t now = store_now() / 1000;
    for (size_t i = 0; i < packs->count; i++)
        doomed += packs->rows[i].doomed != 0;
    for (size_t i = 0; i < packs->count; i++) {
        store_pack_row_t *row = &packs->rows[i];
        if (!row->doomed || row->kept || (doomed <= DOOMED && now - row->doomed < GRACE))
            continue;
        store_packs_remove(store, row->name);
        row->size = -1;
        doomed--;
        removed = true;
    }
    return removed;
}

static bool
concatenate_classes(store_t *store, store_packs_t *packs)
{
    bool changed = false;
    for (size_t class = 0; class < CLASSES; class++) {
        size_t count = 0;
        for (size_t i = 0; i < packs->count; i++)
            count += is_of_class(&packs->rows[i], class);
        if (count < MANY)
            continue;
        (void)concatenate(store, packs, class);         // it failed: the packs stay, and serve as well
        changed = true;
    }
    return changed;
}

bool
store_crowded(const store_t *self)
{
    return self->writer && self->writer->packs >= CROWD;
}

void
store_maintain(store_t *self)
{
    store_packs_t packs;
    store_writer_t *writer = self->writable? store_writer_get(self): NULL;
    int64_t now = store_steady();
    bool looked = writer && writer->maintained > 0 && now - writer->maintained < LOOK_EVERY;
    if (!writer || (writer->packs < MANY && looked))
        return;
    if (writer->maintained == 0)
        store_requests_follow(writer->requests, self);  // so that the first write need not read a thousand commits
    writer->maintained = now;
    if (git_does_it(self) || store_packs_open(self, &packs) != OK)
        return;
    writer->packs = 0;
    bool removed = remove_doomed(self, &packs);
    bool changed = concatenate_classes(self, &packs);
    store_packs_close(&packs, removed || changed);
    if (changed)
        (void)store_odb_open(self);             // lets go of the packs that will be removed
}

// ---- sweeping ---------------------------------------------------------------------------------------------------

// "tmp_pack_wikibot_<pid>_..." of a process that is not there.
static bool
is_of_the_dead(const char *name)
{
    const char *mark = strstr(name, "_wikibot_");
    long pid = mark? strtol(mark + 9, NULL, 10): 0;
    return pid > 0 && pid != getpid() && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

// A pack that never got its index: whoever wrote it was killed between the two renames.
static bool
has_no_index(int folder, const char *name)
{
    char index[NAME_MAX + 1];
    size_t size = strlen(name);
    if (size < 10 || strncmp(name, "pack-", 5) != 0 || strcmp(name + size - 5, ".pack") != 0)
        return false;
    snprintf(index, sizeof index, "%.*s.idx", (int)(size - 5), name);
    return faccessat(folder, index, F_OK, 0) < 0 && errno == ENOENT;
}

static bool
is_rubbish(int folder, const char *name, int64_t now)
{
    struct stat facts;
    bool temporary = strncmp(name, "tmp_pack_", 9) == 0 || strncmp(name, "tmp_idx_", 8) == 0;
    if (!temporary && !has_no_index(folder, name))
        return false;
    if (fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(facts.st_mode))
        return false;
    int64_t age = now - facts.st_mtime;
    return age > STALE || (temporary && age > STALE_OURS && is_of_the_dead(name));
}

void
store_sweep(store_t *self)
{
    char folder[4096];
    int length = snprintf(folder, sizeof folder, "%sobjects/pack", self->common_dir);
    DIR *entries = length > 0 && (size_t)length < sizeof folder? opendir(folder): NULL;
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (is_rubbish(dirfd(entries), entry->d_name, time(NULL)))
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    length = snprintf(folder, sizeof folder, "%sindex.lock", self->git_dir);
    if (length > 0 && (size_t)length < sizeof folder)
        store_lock_break(folder);
    store_ref_sweep(self);
}
