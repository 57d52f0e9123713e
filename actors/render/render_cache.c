#include "render_cache.h"
#include "render_digest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256, KEY_SIZE = LIMIT_PATH_BYTES + 80, PART = 4, ALLOCATION = 24 };     // what malloc adds, about

typedef struct entry entry_t;
struct entry {
    entry_t *newer, *older;
    entry_t *next;                              // in the bucket
    size_t bytes;
    render_t page;
    char key[];
};

struct render_cache {
    size_t limit, bytes;
    entry_t *newest, *oldest;
    entry_t *buckets[BUCKETS];
};

// False: the names are too long to be a key, which limits of the contract rule out.
static bool
make_key(const char *blob, const render_options_t *options, char key[KEY_SIZE])
{
    int style = options->naming.retain_case | options->naming.underscores << 1 | options->target_first << 2
                | options->new_tab << 3 | options->text << 4;
    int size = snprintf(key, KEY_SIZE, "%s %d %s", blob, style, options->page? options->page: "");
    return size > 0 && size < KEY_SIZE;
}

static entry_t **
bucket(render_cache_t *self, const char *key)
{
    uint64_t hash = 14695981039346656037u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 1099511628211u;
    return &self->buckets[(hash ^ (hash >> 32)) % BUCKETS];
}

static size_t
page_bytes(const render_t *page)
{
    const digest_t *digest = page->digest;
    size_t more = digest? sizeof *digest + digest->front_size + digest->strings.bytes: 0;
    if (digest)
        more += digest->link_room * sizeof *digest->links + (digest->tags? LIMIT_TAGS * sizeof *digest->tags: 0);
    return more + page->html_size + page->text_size + strlen(page->title) + page->heading_count * sizeof *page->headings
           + page->link_count * sizeof *page->links + page->strings.bytes + 6 * ALLOCATION;
}

// What is kept holds no more than it says; the buffer was made with room for what might come.
static void
give_back_room(render_t *page)
{
    char *html = realloc(page->html, page->html_size + 1);
    if (html)
        page->html = html;
    char *text = page->text? realloc(page->text, page->text_size + 1): NULL;
    if (text)
        page->text = text;
}

static void
unlink_entry(render_cache_t *self, entry_t *entry)
{
    *(entry->newer? &entry->newer->older: &self->newest) = entry->older;
    *(entry->older? &entry->older->newer: &self->oldest) = entry->newer;
}

static void
link_newest(render_cache_t *self, entry_t *entry)
{
    entry->newer = NULL;
    entry->older = self->newest;
    *(self->newest? &self->newest->newer: &self->oldest) = entry;
    self->newest = entry;
}

static void
remove_entry(render_cache_t *self, entry_t *entry)
{
    entry_t **at = bucket(self, entry->key);
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    unlink_entry(self, entry);
    self->bytes -= entry->bytes;
    render_clear(&entry->page);
    free(entry);
}

render_cache_t *
render_cache_new(size_t limit_bytes)
{
    render_cache_t *self = calloc(1, sizeof *self);
    if (self)
        self->limit = limit_bytes;
    return self;
}

void
render_cache_destroy(render_cache_t **self)
{
    while (*self && (*self)->oldest)
        remove_entry(*self, (*self)->oldest);
    free(*self);
    *self = NULL;
}

static entry_t *
find(render_cache_t *self, const char *key)
{
    entry_t *entry = *bucket(self, key);
    while (entry && strcmp(entry->key, key) != 0)
        entry = entry->next;
    return entry;
}

const render_t *
render_cache_get(render_cache_t *self, const char *blob, const render_options_t *options)
{
    char key[KEY_SIZE];
    entry_t *entry = make_key(blob, options, key)? find(self, key): NULL;
    if (!entry || (options->digest && !entry->page.digest))
        return NULL;
    unlink_entry(self, entry);
    link_newest(self, entry);
    return &entry->page;
}

bool
render_cache_put(render_cache_t *self, const char *blob, const render_options_t *options, render_t *page,
                 const render_t **kept)
{
    char key[KEY_SIZE];
    if (!make_key(blob, options, key))
        return false;
    entry_t *older = find(self, key);
    if (older && !page->digest)
        return false;
    size_t bytes = sizeof(entry_t) + strlen(key) + ALLOCATION + page_bytes(page);
    entry_t *entry = bytes <= self->limit / PART? malloc(sizeof *entry + strlen(key) + 1): NULL;
    if (!entry)
        return false;
    if (older)
        remove_entry(self, older);
    while (self->bytes + bytes > self->limit)
        remove_entry(self, self->oldest);
    memcpy(entry->key, key, strlen(key) + 1);
    give_back_room(page);
    entry->bytes = bytes;
    entry->page = *page;
    *page = (render_t) { 0 };
    entry_t **head = bucket(self, key);
    entry->next = *head;
    *head = entry;
    link_newest(self, entry);
    self->bytes += bytes;
    *kept = &entry->page;
    return true;
}

size_t
render_cache_bytes(const render_cache_t *self)
{
    return self->bytes;
}
