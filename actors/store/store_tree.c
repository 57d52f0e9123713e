// The tree around a page: each of its ancestors with a fair share of the siblings
#include "store_read.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS = 64, HIDDEN_SCAN = 1000 };
enum { NODE_PAGE = 1, NODE_FOLDER = 3, NODE_BOTH = 4, NODE_MORE = 5 };

typedef struct {
    char *path;                                 // id of the page, or the folder if there is no page of its name
    char *key;                                  // path folded as ids are: what sorts and merges; mostly path itself
    int kind;
    bool open;                                  // an ancestor of the page, or the page itself
} item_t;
typedef struct {
    char folder[PAGE_ID_SIZE];                  // "" is the root
    char child[PAGE_ID_SIZE];                   // path of the ancestor in it, without ".md"; "" if there is none
    item_t *items;
    size_t count, room;
    bool cut;
} level_t;
typedef struct {
    store_t *store;
    const store_catalog_t *catalog;
    store_visible_fn visible;
    void *context;
    level_t *levels;
    size_t level_count;
    store_tree_node_t *nodes;
    size_t count;
} around_t;

// ---- one level --------------------------------------------------------------------------------------------------

static bool
is_visible(const around_t *self, const char *path)
{
    return !self->visible || self->visible(self->context, path);
}

static void
free_item(item_t *item)
{
    if (item->key != item->path)
        free(item->key);
    free(item->path);
}

static bool
add_item(level_t *level, const char *path, const char *key, const item_t *facts)
{
    if (level->count == level->room) {
        size_t room = level->room * 2 + 16;
        item_t *items = realloc(level->items, room * sizeof *items);
        if (!items)
            return false;
        level->items = items;
        level->room = room;
    }
    item_t item = { .path = strdup(path), .kind = facts->kind, .open = facts->open };
    item.key = strcmp(path, key) == 0? item.path: strdup(key);
    if (item.path && item.key) {
        level->items[level->count++] = item;
        return true;
    }
    free_item(&item);
    return false;
}

static bool
add_page(around_t *self, level_t *level, const store_file_t *file)
{
    char id[PAGE_ID_SIZE];
    size_t size = strlen(level->child);
    if (!is_visible(self, file->path) || !store_catalog_id(self->catalog, file, id))
        return true;
    bool open = strncmp(file->path, level->child, size) == 0 && strcmp(file->path + size, ".md") == 0;
    item_t facts = { .kind = NODE_PAGE, .open = open };
    return add_item(level, id, id, &facts);
}

// Is there a page below the folder that the caller may read? One with attachments only is no folder to people.
static bool
has_pages(const around_t *self, const char *folder, size_t index)
{
    size_t size = strlen(folder);
    size_t end = index + HIDDEN_SCAN < store_catalog_count(self->catalog)? index + HIDDEN_SCAN:
                                                                            store_catalog_count(self->catalog);
    for (; index < end; index++) {
        const store_file_t *file = store_catalog_at(self->catalog, index);
        if (strncmp(file->path, folder, size) != 0 || file->path[size] != '/')
            return false;
        if (file->page && is_visible(self, file->path))
            return true;
    }
    return false;
}

// Adds a folder, whose first file is at `index`.
static bool
add_folder(around_t *self, level_t *level, const char *folder, size_t index)
{
    char id[PAGE_ID_SIZE];
    if (!has_pages(self, folder, index))
        return true;
    item_t facts = { .kind = NODE_FOLDER, .open = strcmp(folder, level->child) == 0 };
    bool plain = store_catalog_at(self->catalog, index)->plain ||
                 page_id(&self->store->naming, folder, id) != OK;
    return add_item(level, folder, plain? folder: id, &facts);
}

// Adds what is at `index`, and moves it behind: past all of a folder.
static bool
add_entry(around_t *self, level_t *level, size_t prefix, size_t *index)
{
    char folder[PAGE_ID_SIZE + 1];
    const store_file_t *file = store_catalog_at(self->catalog, *index);
    const char *slash = strchr(file->path + prefix, '/');
    if (!slash) {
        (*index)++;
        return add_page(self, level, file);
    }
    size_t size = (size_t)(slash - file->path);
    memcpy(folder, file->path, size);
    folder[size] = 0;
    bool added = add_folder(self, level, folder, *index);
    memcpy(folder + size, "0", 2);              // the character after the slash
    *index = store_catalog_seek(self->catalog, folder, *index);
    return added;
}

// The ancestor has to be there even if its siblings are cut.
static bool
add_child(around_t *self, level_t *level)
{
    char key[PAGE_ID_SIZE + 4];
    snprintf(key, sizeof key, "%s.md", level->child);
    const store_file_t *file = store_catalog_file(self->catalog, key);
    if (file && !add_page(self, level, file))
        return false;
    snprintf(key, sizeof key, "%s/", level->child);
    return add_folder(self, level, level->child, store_catalog_seek(self->catalog, key, 0));
}

static int
compare_items(const void *a, const void *b)
{
    const item_t *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    return order? order: left->kind - right->kind;
}

// What lies in the order of the catalog is mostly sorted already.
static void
sort_items(level_t *level)
{
    size_t sorted = 1;
    while (sorted < level->count && compare_items(&level->items[sorted - 1], &level->items[sorted]) <= 0)
        sorted++;
    if (sorted < level->count)
        qsort(level->items, level->count, sizeof *level->items, compare_items);
}

// A page and the folder of its name become one entry, as do two files of one page.
static void
merge_items(level_t *level)
{
    size_t kept = 0;
    for (size_t i = 0; i < level->count; i++) {
        item_t *item = &level->items[i];
        item_t *last = kept > 0? &level->items[kept - 1]: NULL;
        if (!last || last->kind != NODE_PAGE || strcmp(last->key, item->key) != 0) {
            level->items[kept++] = *item;
            continue;
        }
        if (item->kind == NODE_FOLDER)
            last->kind = NODE_BOTH;
        last->open = last->open || item->open;
        free_item(item);
    }
    level->count = kept;
}

// Leaves `share` entries; those that are open stay whatever the share.
static void
cut_items(level_t *level, size_t share)
{
    size_t kept = 0;
    for (size_t i = 0; i < level->count; i++) {
        bool open = level->items[i].open;
        share -= open && share > 0;
    }
    for (size_t i = 0; i < level->count; i++) {
        item_t *item = &level->items[i];
        if (!item->open && share == 0) {
            level->cut = true;
            free_item(item);
            continue;
        }
        share -= !item->open;
        level->items[kept++] = *item;
    }
    level->count = kept;
}

// Fills one level with at most `share` entries and the ancestor.
static bool
fill_level(around_t *self, level_t *level, size_t share)
{
    char key[PAGE_ID_SIZE + 1] = "";
    if (level->folder[0])
        snprintf(key, sizeof key, "%s/", level->folder);
    size_t prefix = strlen(key);
    size_t index = store_catalog_seek(self->catalog, key, 0);
    bool open = !level->child[0];
    while (index < store_catalog_count(self->catalog) &&
           strncmp(store_catalog_at(self->catalog, index)->path, key, prefix) == 0) {
        level->cut = level->count > 2 * share;  // a page and its folder become one
        if (level->cut)
            break;
        if (!add_entry(self, level, prefix, &index))
            return false;
    }
    for (size_t i = 0; i < level->count; i++)
        open = open || level->items[i].open;
    if (!open && !add_child(self, level))
        return false;
    sort_items(level);
    merge_items(level);
    cut_items(level, share);
    return true;
}

// ---- all levels -------------------------------------------------------------------------------------------------

// The file of the page without ".md"; "" for the root.
static void
find_stem(const around_t *self, const char *page, char stem[PAGE_ID_SIZE])
{
    stem[0] = 0;
    if (!page || !*page)
        return;
    const store_file_t *file = store_catalog_page(self->catalog, page);
    if (file)
        page_folder(file->path, stem);
    else if (page_spelled_file(page, stem) == OK)
        stem[strlen(stem) - 3] = 0;
    else
        stem[0] = 0;
}

// Which folders lead to the page: the root, each folder on its way, and its own if that is there.
static bool
find_levels(around_t *self, const char *page)
{
    char stem[PAGE_ID_SIZE];
    size_t levels = 2;
    find_stem(self, page, stem);
    for (const char *slash = strchr(stem, '/'); slash && levels < LEVELS; slash = strchr(slash + 1, '/'))
        levels++;
    self->levels = calloc(levels, sizeof *self->levels);
    if (!self->levels)
        return false;
    for (size_t at = 0; self->level_count < levels; self->level_count++) {
        level_t *level = &self->levels[self->level_count];
        memcpy(level->folder, stem, at);
        if (at > 0 && !store_catalog_folder(self->catalog, level->folder))
            break;
        size_t begin = at > 0 && stem[at]? at + 1: at;
        if (stem[begin]) {
            at = begin + strcspn(stem + begin, "/");
            memcpy(level->child, stem, at);
            continue;
        }
        self->level_count++;
        break;
    }
    return true;
}

static bool
emit(around_t *self, size_t depth)
{
    if (depth == self->level_count)
        return true;
    level_t *level = &self->levels[depth];
    for (size_t i = 0; i < level->count; i++) {
        store_tree_node_t *node = &self->nodes[self->count];
        if (self->count == LIMIT_SIDEBAR_ENTRIES)
            return true;
        *node = (store_tree_node_t) { level->items[i].path, (int)depth, level->items[i].kind };
        if (level->items[i].key == level->items[i].path)
            level->items[i].key = NULL;
        level->items[i].path = NULL;            // the node's now
        self->count++;
        if (level->items[i].open && level->items[i].kind != NODE_PAGE && !emit(self, depth + 1))
            return false;
    }
    if (!level->cut || self->count == LIMIT_SIDEBAR_ENTRIES)
        return true;
    char *folder = strdup(level->folder);
    if (folder)
        self->nodes[self->count++] = (store_tree_node_t) { folder, (int)depth, NODE_MORE };
    return folder != NULL;
}

// The deepest level first, since it is nearest to the page; what it does not need is left to the others.
static bool
fill_levels(around_t *self)
{
    size_t left = LIMIT_SIDEBAR_ENTRIES - 2 * self->level_count;     // an ancestor and a mark "more" each
    for (size_t i = self->level_count; i-- > 0;) {
        size_t share = left / (i + 1);
        if (!fill_level(self, &self->levels[i], share))
            return false;
        size_t used = self->levels[i].count;
        left -= used < share? used: share;
    }
    return true;
}

static void
free_levels(around_t *self)
{
    for (size_t i = 0; self->levels && i < self->level_count; i++) {
        for (size_t j = 0; j < self->levels[i].count; j++)
            free_item(&self->levels[i].items[j]);
        free(self->levels[i].items);
    }
    free(self->levels);
}

code_t
store_tree(store_t *self, const char *page, store_visible_fn visible, void *context, store_tree_node_t **nodes,
           size_t *count)
{
    around_t around = { .store = self, .visible = visible, .context = context };
    *nodes = NULL;
    *count = 0;
    code_t code = store_refresh(self);
    if (code == OK)
        code = store_catalog_get(self, &around.catalog);
    if (code != OK)
        return code;
    around.nodes = calloc(LIMIT_SIDEBAR_ENTRIES, sizeof *around.nodes);
    bool done = around.nodes && find_levels(&around, page) && fill_levels(&around) && emit(&around, 0);
    free_levels(&around);
    *nodes = around.nodes;
    *count = around.count;
    if (done)
        return OK;
    store_tree_clear(nodes, *count);
    *count = 0;
    return store_fail(self, INTERNAL, "out of memory");
}

void
store_tree_clear(store_tree_node_t **nodes, size_t count)
{
    for (size_t i = 0; *nodes && i < count; i++)
        free((*nodes)[i].path);
    free(*nodes);
    *nodes = NULL;
}
