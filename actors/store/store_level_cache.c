// What the folders of the head look like in the tree, by folder and by the class of rules: the newest ones
#include "store_level.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 256 };

typedef struct {
    uint64_t hash, class;
    char *folder;                               // NULL: free
    size_t bytes;
    store_rows_t rows;
} slot_t;
struct store_levels {
    git_oid tree;                               // zero: of no tree at all
    slot_t slots[SLOTS];
    size_t next;                                // a ring: the oldest go first
    size_t bytes;
};

static void
clear_slot(store_levels_t *self, slot_t *slot)
{
    self->bytes -= slot->bytes;
    free(slot->folder);
    free(slot->rows.text);
    *slot = (slot_t){ 0 };
}

void
store_levels_free(store_levels_t **self)
{
    for (size_t i = 0; *self && i < SLOTS; i++)
        clear_slot(*self, &(*self)->slots[i]);
    free(*self);
    *self = NULL;
}

// The cache of this very head; NULL: out of memory.
static store_levels_t *
levels_of(store_t *store)
{
    git_oid tree = { 0 };
    if (store->root)
        tree = *git_tree_id(store->root);
    if (store->levels && !git_oid_equal(&store->levels->tree, &tree))
        store_levels_free(&store->levels);
    if (!store->levels && (store->levels = calloc(1, sizeof *store->levels)))
        store->levels->tree = tree;
    return store->levels;
}

static uint64_t
hash_folder(const char *folder, uint64_t class)
{
    uint64_t hash = class ^ 14695981039346656037u;
    for (; *folder; folder++)
        hash = (hash ^ (unsigned char)*folder) * 1099511628211u;
    return hash;
}

static const store_rows_t *
keep(store_levels_t *self, const char *folder, const slot_t *made)
{
    slot_t *slot = NULL;
    do {
        slot = &self->slots[self->next];
        self->next = (self->next + 1) % SLOTS;
        clear_slot(self, slot);
    } while (self->bytes + made->bytes > LIMIT_TREE_CACHE_BYTES);
    *slot = *made;
    slot->folder = strdup(folder);
    if (!slot->folder) {
        free(slot->rows.text);
        *slot = (slot_t){ 0 };
        return NULL;
    }
    self->bytes += slot->bytes;
    return &slot->rows;
}

const store_rows_t *
store_level_get(const store_view_t *view, const char *folder)
{
    slot_t made = { .class = view->sight->class, .hash = hash_folder(folder, view->sight->class) };
    store_levels_t *self = levels_of(view->store);
    for (size_t i = 0; self && i < SLOTS; i++) {
        const slot_t *slot = &self->slots[i];
        if (slot->hash == made.hash && slot->folder && slot->class == made.class && strcmp(slot->folder, folder) == 0)
            return &slot->rows;
    }
    if (!self || !store_level_make(view, folder, &made.rows))
        return NULL;
    made.bytes = strlen(folder) + 1 + made.rows.size;
    return keep(self, folder, &made);
}
