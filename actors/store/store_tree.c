// The tree around a page: each of its ancestors with a fair share of the siblings
#include "store_level.h"

#include <stdlib.h>
#include <string.h>

typedef struct { size_t entries, weight; } share_t;
typedef struct {
    store_view_t view;
    char stem[PAGE_ID_SIZE];                    // the file of the page without ".md"; "" is the root
    store_tree_level_t *levels;
    size_t children[LIMIT_SIDEBAR_LEVELS];      // of each level: bytes of the stem that name its ancestor; 0: none
    bool leads[LIMIT_SIDEBAR_LEVELS];           // of each level: its open entry is a folder, and the next level its
    share_t needs[LIMIT_SIDEBAR_LEVELS];        // what each level would take if it might
    size_t level_count;
} around_t;
typedef struct {
    char row[STORE_ROW_SIZE];                   // of the entry that leads to the page or is it; "" if there is none
    const char *at;                             // its place among the rows; NULL: they were cut before it
} open_t;

// ---- one level --------------------------------------------------------------------------------------------------

// The row of this path, if its kind is one of these.
static const char *
find_row(const store_rows_t *rows, const char *kinds, const char *path)
{
    char line[STORE_ROW_SIZE];
    const char *end = rows->text + rows->size;
    size_t size = (size_t)snprintf(line, sizeof line, "%s\n", path);
    const char *at = memmem(rows->text, rows->size, line, size);
    for (; at; at = memmem(at + 1, (size_t)(end - at) - 1, line, size)) {
        bool begins = at == rows->text + 1 || (at > rows->text && at[-2] == '\n');
        if (begins && strchr(kinds, at[-1]))
            return at - 1;
    }
    return NULL;
}

static size_t
row_size(const char *row)
{
    return (size_t)(strchr(row, '\n') - row) + 1;
}

// The row of an ancestor, or of the page itself. A folder is named by its path, a page by its id.
static const char *
find_child(const around_t *self, const store_rows_t *rows, const char *child)
{
    char id[PAGE_ID_SIZE];
    bool own = strcmp(child, self->stem) == 0;
    const char *folder = find_row(rows, "3", child);
    if (folder && !own)
        return folder;
    const char *page = page_id(&self->view.store->naming, child, id) == OK? find_row(rows, "14", id): NULL;
    return page? page: folder;
}

// The entry has to be there even if its siblings are cut. False: out of memory.
static bool
find_open(const around_t *self, size_t depth, const store_rows_t *rows, open_t *open)
{
    char child[PAGE_ID_SIZE] = "";
    memcpy(child, self->stem, self->children[depth]);
    open->row[0] = 0;
    open->at = *child? find_child(self, rows, child): NULL;
    bool own = strcmp(child, self->stem) == 0;
    bool known = !*child || !rows->cut || (open->at && (own || *open->at != STORE_ROW_PAGE));
    if (!known && !store_level_row(&self->view, child, open->row))
        return false;
    if (!open->at)
        return true;
    bool both = *open->row == STORE_ROW_FOLDER || *open->row == STORE_ROW_BOTH;   // a page whose folder was cut away
    snprintf(open->row, sizeof open->row, "%.*s", (int)row_size(open->at), open->at);
    open->row[0] = both? STORE_ROW_BOTH: open->row[0];
    return true;
}

// What a row sorts by.
static void
row_key(const around_t *self, const char *row, char key[PAGE_ID_SIZE])
{
    char path[PAGE_ID_SIZE];
    snprintf(path, sizeof path, "%.*s", (int)row_size(row) - 2, row + 1);
    if (*row != STORE_ROW_FOLDER || page_id(&self->view.store->naming, path, key) != OK)
        memcpy(key, path, strlen(path) + 1);
}

// Where in the rows of a level this one belongs.
static size_t
find_place(const around_t *self, const store_tree_level_t *level, const char *row)
{
    char key[PAGE_ID_SIZE], other[PAGE_ID_SIZE];
    const char *at = level->rows;
    row_key(self, row, key);
    for (; *at; at += row_size(at)) {
        row_key(self, at, other);
        if (strcmp(other, key) > 0)
            break;
    }
    return (size_t)(at - level->rows);
}

// Bytes of the first rows that the share allows, the open one as well; *count of them. The share then has their weight.
static size_t
cut_rows(const store_rows_t *rows, const open_t *open, share_t *share, size_t *count)
{
    size_t others = share->entries - (*open->row && share->entries > 0), size = 0, weight = 0;
    *count = rows->count;
    if (rows->count <= share->entries && rows->weight <= share->weight) {
        share->weight = rows->weight;
        return rows->size;
    }
    for (*count = 0; *count < rows->count; (*count)++) {
        const char *row = rows->text + size;
        size_t next = row_size(row), more = store_row_weight(row, next);
        if (row != open->at && (others == 0 || weight + more > share->weight))
            break;
        others -= row != open->at;
        weight += more;
        size += next;
    }
    share->weight = weight < share->weight? weight: share->weight;
    return size;
}

static void
insert_open(const around_t *self, store_tree_level_t *level, size_t size, const open_t *open)
{
    size_t more = strlen(open->row);
    size_t place = open->at? size: find_place(self, level, open->row);      // what was cut away comes last
    memmove(level->rows + place + more, level->rows + place, size - place + 1);
    memcpy(level->rows + place, open->row, more);
}

// Fills one level with at most `share` and its open entry; `share` becomes what was used.
static bool
fill_level(around_t *self, size_t depth, share_t *share)
{
    open_t open;
    size_t count = 0;
    store_tree_level_t *level = &self->levels[depth];
    const store_rows_t *rows = store_level_get(&self->view, level->folder);
    if (!rows || !find_open(self, depth, rows, &open))
        return false;
    size_t size = cut_rows(rows, &open, share, &count);
    bool missing = *open.row && (!open.at || open.at >= rows->text + size);
    level->rows = malloc(size + sizeof open.row);
    if (!level->rows)
        return false;
    memcpy(level->rows, rows->text, size);
    level->rows[size] = 0;
    if (missing)
        insert_open(self, level, size, &open);
    else if (open.at)
        level->rows[open.at - rows->text] = *open.row;
    if (*open.row)
        snprintf(level->open, sizeof level->open, "%.*s", (int)strlen(open.row) - 2, open.row + 1);
    self->leads[depth] = *open.row == STORE_ROW_FOLDER || *open.row == STORE_ROW_BOTH;
    level->more = rows->cut || count + missing < rows->count;
    share->entries = count + missing;
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
    const store_file_t *file = store_catalog_page(self->view.catalog, page);
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
    size_t levels = 2, at = 0;
    find_stem(self, page, self->stem);
    for (const char *slash = strchr(self->stem, '/'); slash && levels < LIMIT_SIDEBAR_LEVELS;
         slash = strchr(slash + 1, '/'))
        levels++;
    self->levels = malloc(levels * sizeof *self->levels);
    if (!self->levels)
        return false;
    while (self->level_count < levels) {
        store_tree_level_t *level = &self->levels[self->level_count];
        char *folder = level->folder;
        level->rows = NULL;
        memcpy(folder, self->stem, at);
        folder[at] = level->open[0] = 0;
        if (at > 0 && !store_catalog_folder(self->view.catalog, folder))
            break;
        size_t begin = at > 0 && self->stem[at]? at + 1: at;
        at = begin + strcspn(self->stem + begin, "/");
        self->children[self->level_count++] = at > begin? at: 0;
        if (at == begin)
            break;
    }
    return true;
}

static bool
find_needs(around_t *self)
{
    for (size_t i = 0; i < self->level_count; i++) {
        const store_rows_t *rows = store_level_get(&self->view, self->levels[i].folder);
        if (!rows)
            return false;
        self->needs[i] = (share_t){ rows->count, rows->weight };
    }
    return true;
}

static size_t
least(size_t a, size_t b)
{
    return a < b? a: b;
}

// What is left for this level when those above it keep what they need, at most an equal share each.
static share_t
share_of(const around_t *self, size_t depth, const share_t *left)
{
    share_t share = *left, equal = { left->entries / (depth + 1), left->weight / (depth + 1) };
    for (size_t i = 0; i < depth; i++) {
        share.entries -= least(self->needs[i].entries, equal.entries);
        share.weight -= least(self->needs[i].weight, equal.weight);
    }
    return share;
}

// What is left for the tree's other entries when the page lies deep: its address and those above it stand in the tree,
// in the path above the text, and in the links to what can be done with it.
static size_t
weight_left(const around_t *self)
{
    enum { LINKS = 8, INCLUDED = 2000 };        // INCLUDED: the limit was chosen with such a page in mind
    char row[STORE_ROW_SIZE];
    size_t size = (size_t)snprintf(row, sizeof row, "%c%s\n", STORE_ROW_PAGE, self->stem);
    size_t weight = LINKS * store_row_weight(row, size);
    for (size_t i = 0; i < self->level_count; i++)
        if (self->children[i] > 0) {
            size = (size_t)snprintf(row, sizeof row, "%c%.*s\n", STORE_ROW_PAGE, (int)self->children[i], self->stem);
            weight += 2 * store_row_weight(row, size);
        }
    size_t more = weight > INCLUDED? weight - INCLUDED: 0;
    return LIMIT_SIDEBAR_WEIGHT - least(more, LIMIT_SIDEBAR_WEIGHT);
}

// The deepest level first, since it is nearest to the page; what it does not need is left to the others.
static bool
fill_levels(around_t *self)
{
    share_t left = { LIMIT_SIDEBAR_ENTRIES - 2 * self->level_count, weight_left(self) };  // open entry, "more"
    if (!find_needs(self))
        return false;
    for (size_t i = self->level_count; i-- > 0;) {
        share_t used = share_of(self, i, &left), share = used;
        if (!fill_level(self, i, &used))
            return false;
        left.entries -= least(used.entries, share.entries);
        left.weight -= least(used.weight, share.weight);
    }
    return true;
}

// How many levels are shown: up to one that does not lead on, and none that is empty.
static size_t
count_shown(const around_t *self)
{
    size_t count = 1;
    while (count < self->level_count && self->leads[count - 1])
        count++;
    const store_tree_level_t *last = &self->levels[count - 1];
    return *last->rows || last->more? count: count - 1;
}

code_t
store_tree(store_t *self, const char *page, const store_sight_t *sight, store_tree_level_t **levels, size_t *count)
{
    around_t around = { .view = { .store = self, .sight = sight } };
    *levels = NULL;
    *count = 0;
    code_t code = store_refresh(self);
    if (code == OK)
        code = store_catalog_get(self, &around.view.catalog);
    if (code != OK)
        return code;
    bool done = find_levels(&around, page) && fill_levels(&around);
    size_t shown = done? count_shown(&around): 0;
    for (size_t i = shown; i < around.level_count; i++)
        free(around.levels[i].rows);
    *levels = around.levels;
    *count = shown;
    if (done)
        return OK;
    store_tree_clear(levels, 0);
    return store_fail(self, INTERNAL, "out of memory");
}

void
store_tree_clear(store_tree_level_t **levels, size_t count)
{
    for (size_t i = 0; *levels && i < count; i++)
        free((*levels)[i].rows);
    free(*levels);
    *levels = NULL;
}
