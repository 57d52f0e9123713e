#include "store_catalog.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

// Files lie in a pool, where they keep their place; the sorted table and the hash table hold places.
typedef struct { uint32_t hash, place; } slot_t;        // place 0: free

struct store_catalog {
    git_oid tree;
    bool empty;                                 // of no tree at all
    page_naming_t naming;
    char *pool;
    size_t pool_size, pool_room, pool_dead;
    uint32_t *rows;
    size_t count, room;
    slot_t *slots;                              // a power of two, at most three quarters full
    size_t slot_count, slots_used;
    bool failed;                                // memory ran out
};

// ---- pool and rows ----------------------------------------------------------------------------------------------

static const store_file_t *
file_at(const store_catalog_t *self, uint32_t place)
{
    return (const store_file_t *)(self->pool + place);
}

size_t
store_catalog_count(const store_catalog_t *self)
{
    return self->count;
}

const store_file_t *
store_catalog_at(const store_catalog_t *self, size_t index)
{
    return file_at(self, self->rows[index]);
}

// First of [low, high) that does not sort before the key.
static size_t
lower_bound(const store_catalog_t *self, const char *key, size_t low, size_t high)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(store_catalog_at(self, middle)->path, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Looks near `from` first: what is sought mostly lies a few files on.
size_t
store_catalog_seek(const store_catalog_t *self, const char *key, size_t from)
{
    size_t reach = 1;
    while (from + reach < self->count && strcmp(store_catalog_at(self, from + reach)->path, key) < 0)
        reach *= 2;
    size_t end = from + reach < self->count? from + reach: self->count;
    return lower_bound(self, key, from + reach / 2 < end? from + reach / 2: from, end);
}

static void *
grow(void *memory, size_t *room, size_t needed, size_t unit)
{
    size_t more = *room * 3 / 2 > needed? *room * 3 / 2: needed + 64;
    void *grown = realloc(memory, more * unit);
    if (grown)
        *room = more;
    return grown;
}

// Copies a file into the pool; 0 if memory ran out.
static uint32_t
store_in_pool(store_catalog_t *self, const char *path, const store_file_t *head)
{
    size_t size = sizeof(store_file_t) + strlen(path) + 1;
    size_t place = self->pool_size? self->pool_size: 1;
    if (place + size > UINT32_MAX)
        return 0;
    if (place + size > self->pool_room) {
        char *pool = grow(self->pool, &self->pool_room, place + size, 1);
        if (!pool)
            return 0;
        self->pool = pool;
    }
    memcpy(self->pool + place, head, sizeof *head);
    memcpy(self->pool + place + sizeof *head, path, size - sizeof *head);
    self->pool_size = place + size;
    return (uint32_t)place;
}

static bool
insert_row(store_catalog_t *self, size_t index, uint32_t place)
{
    if (self->count == self->room) {
        uint32_t *rows = grow(self->rows, &self->room, self->count + 1, sizeof *rows);
        if (!rows)
            return false;
        self->rows = rows;
    }
    memmove(self->rows + index + 1, self->rows + index, (self->count - index) * sizeof *self->rows);
    self->rows[index] = place;
    self->count++;
    return true;
}

// ---- pages by id ------------------------------------------------------------------------------------------------

static uint32_t
hash_text(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash ^ hash >> 15;
}

static void
put_slot(store_catalog_t *self, slot_t slot)
{
    size_t mask = self->slot_count - 1;
    size_t i = slot.hash & mask;
    while (self->slots[i].place)
        i = (i + 1) & mask;
    self->slots[i] = slot;
    self->slots_used++;
}

static bool
grow_slots(store_catalog_t *self)
{
    if (self->slot_count && (self->slots_used + 1) * 4 <= self->slot_count * 3)
        return true;
    slot_t *old = self->slots;
    size_t old_count = self->slot_count;
    size_t count = old_count? old_count * 2: 64;
    self->slots = calloc(count, sizeof *self->slots);
    if (!self->slots) {
        self->slots = old;
        return false;
    }
    self->slot_count = count;
    self->slots_used = 0;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].place)
            put_slot(self, old[i]);
    free(old);
    return true;
}

// Takes a slot out and moves those that were pushed past it back, so that no search ends too early.
static void
drop_slot(store_catalog_t *self, uint32_t hash, uint32_t place)
{
    size_t mask = self->slot_count - 1;
    size_t hole = hash & mask;
    while (self->slots[hole].place && self->slots[hole].place != place)
        hole = (hole + 1) & mask;
    if (!self->slots[hole].place)
        return;
    for (size_t i = (hole + 1) & mask; self->slots[i].place; i = (i + 1) & mask) {
        size_t home = self->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        self->slots[hole] = self->slots[i];
        hole = i;
    }
    self->slots[hole].place = 0;
    self->slots_used--;
}

// ---- building and following -------------------------------------------------------------------------------------

// Is the path of a page, which the walk has checked, its id and ".md"? Of most it is, and folding it would double the
// time that a catalog takes.
static bool
is_plain(const page_naming_t *naming, const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)path[i];
        bool upper = byte >= 'A' && byte <= 'Z';
        if (byte >= 0x80 || (upper && !naming->retain_case) || (byte == ' ' && naming->underscores))
            return false;
    }
    return size > 3 && strcmp(path + size - 3, ".md") == 0 && path[size - 4] != '/' &&
           (size < 6 || strncasecmp(path + size - 6, ".md", 3) != 0);
}

bool
store_catalog_id(const store_catalog_t *self, const store_file_t *file, char id[PAGE_ID_SIZE])
{
    if (!file->plain)
        return file->page && page_id_of_file(&self->naming, file->path, id) == OK;
    size_t size = strlen(file->path) - 3;
    memcpy(id, file->path, size);
    id[size] = 0;
    return true;
}

// Adds a file before `index`. Its page's id is found first: what has none is just a file.
static bool
add_file(store_catalog_t *self, size_t index, const char *path, const git_oid *blob)
{
    char id[PAGE_ID_SIZE];
    store_file_t head = { .blob = *blob, .plain = is_plain(&self->naming, path) };
    head.page = head.plain || page_id_of_file(&self->naming, path, id) == OK;
    uint32_t place = store_in_pool(self, path, &head);
    if (!place || !insert_row(self, index, place))
        return false;
    if (!head.page || !store_catalog_id(self, file_at(self, place), id))
        return true;
    if (!grow_slots(self))
        return false;
    put_slot(self, (slot_t) { hash_text(id), place });
    return true;
}

static void
remove_file(store_catalog_t *self, size_t index)
{
    char id[PAGE_ID_SIZE];
    uint32_t place = self->rows[index];
    const store_file_t *file = file_at(self, place);
    if (store_catalog_id(self, file, id))
        drop_slot(self, hash_text(id), place);
    self->pool_dead += sizeof *file + strlen(file->path) + 1;
    self->count--;
    memmove(self->rows + index, self->rows + index + 1, (self->count - index) * sizeof *self->rows);
}

static int
on_difference(void *context, const store_difference_t *difference)
{
    store_catalog_t *self = context;
    size_t index = self->count;
    if (self->count > 0 && strcmp(store_catalog_at(self, self->count - 1)->path, difference->path) >= 0)
        index = lower_bound(self, difference->path, 0, self->count);
    bool known = index < self->count && strcmp(store_catalog_at(self, index)->path, difference->path) == 0;
    if (known && difference->after)
        memcpy(self->pool + self->rows[index], difference->after, sizeof *difference->after);
    else if (known)
        remove_file(self, index);
    else if (difference->after)
        self->failed = self->failed || !add_file(self, index, difference->path, difference->after);
    return self->failed? GIT_EUSER: 0;
}

static code_t
build(store_t *self, const git_tree *tree, store_catalog_t **catalog)
{
    store_catalog_t *made = calloc(1, sizeof *made);
    if (!made)
        return store_fail(self, INTERNAL, "out of memory");
    made->naming = self->naming;
    made->empty = !tree;
    if (tree)
        made->tree = *git_tree_id(tree);
    int error = store_tree_compare_trees(self, NULL, tree, on_difference, made);
    if (error != 0) {
        store_catalog_free(&made);
        store_fail_git(self, error, "the files cannot be listed");
        return INTERNAL;
    }
    *catalog = made;
    return OK;
}

// Brings a catalog to another tree. False: it is of no use any more.
static bool
follow(store_t *self, store_catalog_t *catalog)
{
    const git_oid *before = catalog->empty? NULL: &catalog->tree;
    const git_oid *after = self->root? git_tree_id(self->root): NULL;
    int error = store_tree_compare(self, before, after, on_difference, catalog);
    catalog->empty = !self->root;
    if (self->root)
        catalog->tree = *git_tree_id(self->root);
    return error == 0 && catalog->pool_dead * 2 <= catalog->pool_size;
}

static bool
is_of(const store_catalog_t *catalog, const git_tree *tree)
{
    if (!catalog || !tree)
        return catalog && catalog->empty;
    return !catalog->empty && git_oid_equal(&catalog->tree, git_tree_id(tree));
}

code_t
store_catalog_get(store_t *self, const store_catalog_t **catalog)
{
    code_t code = OK;
    if (self->catalog && !is_of(self->catalog, self->root) && !follow(self, self->catalog))
        store_catalog_free(&self->catalog);
    if (!self->catalog)
        code = build(self, self->root, &self->catalog);
    *catalog = self->catalog;
    return code;
}

code_t
store_catalog_of(store_t *self, const git_tree *tree, const store_catalog_t **catalog)
{
    code_t code = OK;
    if (tree && self->root && git_oid_equal(git_tree_id(tree), git_tree_id(self->root)))
        return store_catalog_get(self, catalog);
    if (!is_of(self->past, tree)) {
        store_catalog_free(&self->past);
        code = build(self, tree, &self->past);
    }
    *catalog = self->past;
    return code;
}

void
store_catalog_free(store_catalog_t **self)
{
    store_catalog_t *catalog = *self;
    if (!catalog)
        return;
    free(catalog->pool);
    free(catalog->rows);
    free(catalog->slots);
    free(catalog);
    *self = NULL;
}

// ---- looking up -------------------------------------------------------------------------------------------------

const store_file_t *
store_catalog_file(const store_catalog_t *self, const char *path)
{
    size_t index = lower_bound(self, path, 0, self->count);
    if (index == self->count || strcmp(store_catalog_at(self, index)->path, path) != 0)
        return NULL;
    return store_catalog_at(self, index);
}

static bool
is_canonical(const store_file_t *file, const char *id)
{
    size_t size = strlen(id);
    return strncmp(file->path, id, size) == 0 && strcmp(file->path + size, ".md") == 0;
}

// Of two files of one page: the one that is spelled so, else the canonical one, else the first.
static const store_file_t *
better_file(const store_file_t *a, const store_file_t *b, const char *spelling, const char *id)
{
    char spelled[PAGE_ID_SIZE] = "";
    page_spelled_file(spelling, spelled);
    if (strcmp(a->path, spelled) == 0 || strcmp(b->path, spelled) == 0)
        return strcmp(a->path, spelled) == 0? a: b;
    if (is_canonical(a, id) || is_canonical(b, id))
        return is_canonical(a, id)? a: b;
    return strcmp(a->path, b->path) < 0? a: b;
}

const store_file_t *
store_catalog_page(const store_catalog_t *self, const char *spelling)
{
    char id[PAGE_ID_SIZE], other[PAGE_ID_SIZE];
    const store_file_t *best = NULL;
    if (self->slot_count == 0 || page_id(&self->naming, spelling, id) != OK)
        return NULL;
    uint32_t hash = hash_text(id);
    size_t mask = self->slot_count - 1;
    for (size_t i = hash & mask; self->slots[i].place; i = (i + 1) & mask) {
        const store_file_t *file = file_at(self, self->slots[i].place);
        if (self->slots[i].hash != hash || !store_catalog_id(self, file, other) || strcmp(id, other) != 0)
            continue;
        best = best? better_file(best, file, spelling, id): file;
    }
    return best;
}

bool
store_catalog_folder(const store_catalog_t *self, const char *folder)
{
    char key[PAGE_ID_SIZE + 2];
    int size = snprintf(key, sizeof key, "%s/", folder);
    if (size < 0 || (size_t)size >= sizeof key)
        return false;
    size_t index = lower_bound(self, key, 0, self->count);
    return index < self->count && strncmp(store_catalog_at(self, index)->path, key, (size_t)size) == 0;
}
