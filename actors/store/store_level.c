#include "store_level.h"

#include <stdlib.h>
#include <string.h>

// A page and its folder become one, so twice the entries are looked at; two more are those of store_level_row.
enum { SCANNED = 2 * LIMIT_SIDEBAR_ENTRIES, ITEMS = SCANNED + 2, POOL = 4096, HIDDEN_SCAN = 1000 };

typedef struct {
    uint32_t path;                              // in the pool: id of the page, or the folder if there is no such page
    uint32_t key;                               // path folded as ids are: what sorts and merges; mostly path itself
    int kind;
} item_t;
typedef struct {
    const store_view_t *view;
    item_t items[ITEMS];
    size_t count;
    char *pool;
    size_t used, room;
    bool cut, failed;                           // memory ran out
} level_t;

// ---- items ------------------------------------------------------------------------------------------------------

static bool
is_visible(const store_view_t *view, const char *path)
{
    return !view->sight->visible || view->sight->visible(view->sight->context, path);
}

static uint32_t
add_text(level_t *self, const char *text)
{
    size_t size = strlen(text) + 1, place = self->used;
    if (size > self->room - self->used) {
        size_t room = self->room * 2 + POOL;
        char *pool = realloc(self->pool, room);
        self->failed = self->failed || !pool;
        if (!pool)
            return 0;
        self->pool = pool;
        self->room = room;
    }
    memcpy(self->pool + place, text, size);
    self->used += size;
    return (uint32_t)place;
}

static void
add_item(level_t *self, const char *path, const char *key, int kind)
{
    item_t *item = &self->items[self->count];
    item->kind = kind;
    item->path = add_text(self, path);
    item->key = key == path? item->path: add_text(self, key);
    self->count += !self->failed;
}

static void
add_page(level_t *self, const store_file_t *file)
{
    char id[PAGE_ID_SIZE];
    if (file->page && is_visible(self->view, file->path) && store_catalog_id(self->view->catalog, file, id))
        add_item(self, id, id, STORE_ROW_PAGE);
}

// Is there a page below the folder that the caller may read? One with attachments only is no folder to people.
static bool
has_pages(const store_view_t *view, const char *folder, size_t index)
{
    size_t size = strlen(folder);
    size_t count = store_catalog_count(view->catalog);
    for (size_t end = index + HIDDEN_SCAN; index < end && index < count; index++) {
        const store_file_t *file = store_catalog_at(view->catalog, index);
        if (strncmp(file->path, folder, size) != 0 || file->path[size] != '/')
            return false;
        if (file->page && is_visible(view, file->path))
            return true;
    }
    return false;
}

// Adds a folder, whose first file is at `index`.
static void
add_folder(level_t *self, const char *folder, size_t index)
{
    char id[PAGE_ID_SIZE];
    if (!has_pages(self->view, folder, index))
        return;
    bool plain = store_catalog_at(self->view->catalog, index)->plain ||
                 page_id(&self->view->store->naming, folder, id) != OK;
    add_item(self, folder, plain? folder: id, STORE_ROW_FOLDER);
}

// Adds what is at `index`, and says what comes after it: past all of a folder.
static size_t
add_entry(level_t *self, size_t prefix, size_t index)
{
    char folder[PAGE_ID_SIZE + 1];
    const store_file_t *file = store_catalog_at(self->view->catalog, index);
    const char *slash = strchr(file->path + prefix, '/');
    if (!slash) {
        add_page(self, file);
        return index + 1;
    }
    size_t size = (size_t)(slash - file->path);
    memcpy(folder, file->path, size);
    folder[size] = 0;
    add_folder(self, folder, index);
    memcpy(folder + size, "0", 2);              // the character after the slash
    return store_catalog_seek(self->view->catalog, folder, index);
}

// ---- order ------------------------------------------------------------------------------------------------------

static int
compare_items(const void *a, const void *b, void *pool)
{
    const item_t *left = a, *right = b;
    int order = strcmp((char *)pool + left->key, (char *)pool + right->key);
    return order? order: left->kind - right->kind;
}

// What lies in the order of the catalog is mostly sorted already.
static void
sort_items(level_t *self)
{
    size_t sorted = 1;
    while (sorted < self->count && compare_items(&self->items[sorted - 1], &self->items[sorted], self->pool) <= 0)
        sorted++;
    if (sorted < self->count)
        qsort_r(self->items, self->count, sizeof *self->items, compare_items, self->pool);
}

// A page and the folder of its name become one entry, as do two files of one page.
static void
merge_items(level_t *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        item_t *item = &self->items[i];
        item_t *last = kept > 0? &self->items[kept - 1]: NULL;
        if (!last || last->kind != STORE_ROW_PAGE || strcmp(self->pool + last->key, self->pool + item->key) != 0)
            self->items[kept++] = *item;
        else if (item->kind == STORE_ROW_FOLDER)
            last->kind = STORE_ROW_BOTH;
    }
    self->count = kept;
}

// ---- rows -------------------------------------------------------------------------------------------------------

size_t
store_row_weight(const char *row, size_t size)
{
    enum { MARKUP = 24 };
    size_t weight = MARKUP + size, name = 0;
    for (size_t i = 1; i + 1 < size; i++) {
        unsigned char byte = (unsigned char)row[i];
        bool plain = (byte >= '-' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        weight += plain || byte == '_'? 0: 2;
        name = byte == '/'? 0: name + 1;
    }
    return weight + name;
}

static size_t
write_row(const level_t *self, const item_t *item, char *row)
{
    size_t size = strlen(self->pool + item->path);
    row[0] = (char)item->kind;
    memcpy(row + 1, self->pool + item->path, size);
    row[size + 1] = '\n';
    return size + 2;
}

static bool
write_rows(const level_t *self, store_rows_t *rows)
{
    rows->cut = self->cut;
    rows->text = malloc(self->used + 2 * self->count + 1);
    for (size_t i = 0; i < self->count && rows->text; i++) {
        size_t size = strlen(self->pool + self->items[i].path) + 2;
        rows->cut = rows->cut || i == LIMIT_SIDEBAR_ENTRIES || rows->size + size > LIMIT_SIDEBAR_BYTES;
        if (i == LIMIT_SIDEBAR_ENTRIES || rows->size + size > LIMIT_SIDEBAR_BYTES)
            break;
        write_row(self, &self->items[i], rows->text + rows->size);
        rows->weight += store_row_weight(rows->text + rows->size, size);
        rows->size += size;
        rows->count++;
    }
    if (!rows->text)
        return false;
    rows->text[rows->size] = '\0';             // who looks for the end of a row may use the functions of strings
    return true;
}

bool
store_level_make(const store_view_t *view, const char *folder, store_rows_t *rows)
{
    level_t level = { .view = view };
    char key[PAGE_ID_SIZE + 1] = "";
    if (*folder)
        snprintf(key, sizeof key, "%s/", folder);
    size_t prefix = strlen(key);
    size_t index = store_catalog_seek(view->catalog, key, 0);
    *rows = (store_rows_t){ 0 };
    while (index < store_catalog_count(view->catalog) && !level.failed && !level.cut &&
           strncmp(store_catalog_at(view->catalog, index)->path, key, prefix) == 0) {
        level.cut = level.count > SCANNED;
        if (!level.cut)
            index = add_entry(&level, prefix, index);
    }
    sort_items(&level);
    merge_items(&level);
    bool written = !level.failed && write_rows(&level, rows);
    free(level.pool);
    return written;
}

bool
store_level_row(const store_view_t *view, const char *stem, char row[STORE_ROW_SIZE])
{
    level_t level = { .view = view };
    char key[PAGE_ID_SIZE + 4];
    snprintf(key, sizeof key, "%s.md", stem);
    const store_file_t *file = store_catalog_file(view->catalog, key);
    if (file)
        add_page(&level, file);
    snprintf(key, sizeof key, "%s/", stem);
    add_folder(&level, stem, store_catalog_seek(view->catalog, key, 0));
    sort_items(&level);
    merge_items(&level);
    size_t size = level.count > 0 && !level.failed? write_row(&level, &level.items[0], row): 0;
    row[size] = 0;
    free(level.pool);
    return !level.failed;
}
