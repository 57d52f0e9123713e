#include "sidebar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 16, LEVELS_NESTED = 24 };         // what lies deeper comes without further indentation
enum { ROW_PAGE = '1', ROW_FOLDER = '3' };

typedef struct { uint32_t row, html; } place_t; // where the row and its HTML begin
typedef struct {
    char *rows, *html;
    size_t size;                                // of the rows
    place_t *places;                            // one a row, and the end
    size_t count, bytes;
    uint64_t used;                              // when, by our clock; 0: free
} kept_t;
// What the template makes of an entry that is neither current nor open, without URL and name.
typedef struct {
    output_t html;
    size_t url, name;                           // where these belong
} mould_t;
struct sidebar {
    const templates_t *templates;
    const page_naming_t *naming;
    mould_t page, folder;
    kept_t kept[KEPT];
    size_t bytes;                               // of those that are kept
    uint64_t clock;
    arena_t arena;                              // of one call
};
typedef struct {
    char kind;
    bool current;
    const char *path;
    const output_t *children, *siblings;        // the levels below as HTML: inside the entry, or after it; or NULL
} entry_t;

static void
drop(sidebar_t *self, kept_t *kept)
{
    self->bytes -= kept->bytes;
    free(kept->rows);
    free(kept->html);
    free(kept->places);
    *kept = (kept_t){ 0 };
}

// ---- entries -----------------------------------------------------------------------------------------------------

static void
render(sidebar_t *self, const entry_t *entry, const char *url, const char *name, output_t *out)
{
    value_t *data = value_map(&self->arena);
    value_text(data, KEY_url, url);
    value_text(data, KEY_name, name);
    value_flag(data, KEY_folder, entry->kind == ROW_FOLDER);
    value_flag(data, KEY_current, entry->current);
    if (entry->children)
        value_bytes(data, KEY_children, entry->children->bytes, entry->children->size);
    templates_render(self->templates, "node", data, out);
    if (entry->siblings)
        output_add(out, entry->siblings->bytes, entry->siblings->size);
}

static void
add_entry(sidebar_t *self, const entry_t *entry, output_t *out)
{
    char url[PAGE_URL_SIZE], name[PAGE_ID_SIZE];
    page_url(entry->path, url);
    page_display_name(self->naming, entry->path, name);
    render(self, entry, url, name, out);
}

// Most entries are made in a mould, since the template takes as long as all the rest.
static void
add_plain(sidebar_t *self, char kind, const char *path, output_t *out)
{
    char url[PAGE_URL_SIZE], name[PAGE_ID_SIZE];
    const mould_t *mould = kind == ROW_FOLDER? &self->folder: &self->page;
    const output_t *html = &mould->html;
    page_url(path, url);
    page_display_name(self->naming, path, name);
    output_add(out, html->bytes, mould->url);
    output_add_escaped(out, url, strlen(url));
    output_add(out, html->bytes + mould->url + 1, mould->name - mould->url - 1);
    output_add_escaped(out, name, strlen(name));
    output_add(out, html->bytes + mould->name + 1, html->size - mould->name - 1);
}

// Gives back the room that an output does not need.
static void
fit(output_t *out)
{
    out->bytes = realloc(out->bytes, out->size + 1);
    if (!out->bytes)
        abort();
    out->room = out->size + 1;
}

// Two control characters, which no template has, take the places of URL and name, which come in this order.
static void
make_mould(sidebar_t *self, mould_t *mould, char kind)
{
    const entry_t entry = { .kind = kind };
    render(self, &entry, "\1", "\2", &mould->html);
    fit(&mould->html);
    const char *url = memchr(mould->html.bytes, 1, mould->html.size);
    const char *name = memchr(mould->html.bytes, 2, mould->html.size);
    assert(url && name && url < name);
    mould->url = (size_t)(url - mould->html.bytes);
    mould->name = (size_t)(name - mould->html.bytes);
}

sidebar_t *
sidebar_new(const templates_t *templates, const page_naming_t *naming)
{
    sidebar_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->templates = templates;
    self->naming = naming;
    make_mould(self, &self->page, ROW_PAGE);
    make_mould(self, &self->folder, ROW_FOLDER);
    arena_clear(&self->arena);
    return self;
}

void
sidebar_destroy(sidebar_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < KEPT; i++)
        drop(*self, &(*self)->kept[i]);
    output_clear(&(*self)->page.html);
    output_clear(&(*self)->folder.html);
    arena_clear(&(*self)->arena);
    free(*self);
    *self = NULL;
}

// ---- rows --------------------------------------------------------------------------------------------------------

static size_t
row_size(const char *row)
{
    const char *end = strchr(row, '\n');
    return end? (size_t)(end - row) + 1: strlen(row);
}

// False: malformed.
static bool
read_path(const char *row, size_t size, char path[PAGE_ID_SIZE])
{
    if (size < 3 || size - 2 > LIMIT_PATH_BYTES || row[size - 1] != '\n')
        return false;
    memcpy(path, row + 1, size - 2);
    path[size - 2] = 0;
    return true;
}

// ---- what is kept ------------------------------------------------------------------------------------------------

static void
render_rows(sidebar_t *self, kept_t *kept)
{
    char path[PAGE_ID_SIZE];
    output_t out = { 0 };
    for (size_t at = 0, size = 0; at < kept->size; at += size) {
        size = row_size(kept->rows + at);
        kept->places[kept->count++] = (place_t){ (uint32_t)at, (uint32_t)out.size };
        if (read_path(kept->rows + at, size, path))
            add_plain(self, kept->rows[at], path, &out);
    }
    kept->places[kept->count] = (place_t){ (uint32_t)kept->size, (uint32_t)out.size };
    fit(&out);
    kept->html = out.bytes;
    kept->bytes = kept->size + out.size + kept->count * sizeof *kept->places;
}

// A free place, when as many of the oldest are gone as make room.
static kept_t *
find_room(sidebar_t *self, size_t bytes)
{
    for (;;) {
        kept_t *place = NULL, *oldest = NULL;
        for (size_t i = 0; i < KEPT; i++) {
            kept_t *kept = &self->kept[i];
            if (!kept->used)
                place = kept;
            else if (!oldest || kept->used < oldest->used)
                oldest = kept;
        }
        if (place && (!oldest || self->bytes + bytes <= LIMIT_SIDEBAR_CACHE_BYTES))
            return place;
        drop(self, oldest);
    }
}

static const kept_t *
keep(sidebar_t *self, const char *rows, size_t size)
{
    size_t count = 2;                           // the end, and a last row without LF
    kept_t kept = { .rows = malloc(size + 1), .size = size, .used = ++self->clock };
    for (const char *at = rows; (at = memchr(at, '\n', size - (size_t)(at - rows))); at++)
        count++;
    kept.places = calloc(count, sizeof *kept.places);
    if (!kept.rows || !kept.places)
        abort();
    memcpy(kept.rows, rows, size);
    kept.rows[size] = 0;
    render_rows(self, &kept);
    kept_t *place = find_room(self, kept.bytes);
    *place = kept;
    self->bytes += kept.bytes;
    return place;
}

// These rows, or more that begin with them: of a folder that is cut here and there.
static const kept_t *
find_kept(sidebar_t *self, const char *rows, size_t size)
{
    for (size_t i = 0; i < KEPT; i++) {
        kept_t *kept = &self->kept[i];
        if (!kept->used || kept->size < size || memcmp(kept->rows, rows, size) != 0)
            continue;
        kept->used = ++self->clock;
        return kept;
    }
    return keep(self, rows, size);
}

// Where the HTML of the row at `row` begins.
static size_t
html_at(const kept_t *kept, size_t row)
{
    size_t low = 0, high = kept->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kept->places[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return kept->places[low].html;
}

// ---- levels ------------------------------------------------------------------------------------------------------

static const char *
find_open(const store_level_t *level)
{
    size_t size = strlen(level->open);
    const char *at = size? strstr(level->rows, level->open): NULL;
    for (; at; at = strstr(at + 1, level->open)) {
        bool begins = at == level->rows + 1 || (at > level->rows + 1 && at[-2] == '\n');
        if (begins && at[size] == '\n')
            return at - 1;
    }
    return NULL;
}

// The entries of one level. `open` is the one that leads to the page; where that is, the rows tell.
static void
add_level(sidebar_t *self, const store_level_t *level, entry_t *open, output_t *out)
{
    char path[PAGE_ID_SIZE];
    size_t size = strlen(level->rows);
    const char *row = find_open(level);
    size_t at = row? (size_t)(row - level->rows): size;
    size_t next = row? at + row_size(row): size;
    if (next == size)
        size = at;                              // the last one may be there just because it is open
    const kept_t *kept = find_kept(self, level->rows, size);
    output_add(out, kept->html, html_at(kept, at));
    if (row && read_path(row, next - at, path)) {
        open->kind = *row;
        open->path = path;
        add_entry(self, open, out);
    }
    if (next >= size)
        return;
    size_t after = html_at(kept, next);
    output_add(out, kept->html + after, html_at(kept, size) - after);
}

void
sidebar_render(sidebar_t *self, const char *page, const store_around_rep_t *around, output_t *out)
{
    const entry_t more = { .kind = ROW_PAGE };
    *out = (output_t){ 0 };
    for (size_t i = around->levels_count; i-- > 0;) {
        const store_level_t *level = &around->levels[i];
        output_t below = *out;
        entry_t open = { .current = strcmp(level->open, page) == 0 };
        if (i < LEVELS_NESTED)
            open.children = &below;
        else
            open.siblings = &below;
        *out = (output_t){ 0 };
        add_level(self, level, &open, out);
        if (level->more)
            render(self, &more, "/-/index", "More …", out);
        output_clear(&below);
    }
    arena_clear(&self->arena);
}
