// Pages by words of their names
#include "store_read.h"

#include <stdlib.h>
#include <string.h>

// How well a name fits, the best first.
typedef enum { FIT_EXACT, FIT_BEGINS, FIT_WORD, FIT_INSIDE, FIT_FOLDER, FIT_WORDS, FIT_NONE } fit_t;
enum { WORDS = 16 };

typedef struct {
    fit_t fit;
    size_t size;                                // of the id: the shorter is the better
    char *page;
} hit_t;
typedef struct {
    const store_find_t *what;
    char key[PAGE_ID_SIZE];                     // of all words
    char words[PAGE_ID_SIZE];                   // one after the other, each with a NUL
    const char *word[WORDS];
    size_t word_count, limit;
    store_found_t *found;
    hit_t *hits;                                // the best so far, in order
} search_t;

// ---- one name ----------------------------------------------------------------------------------------------------

static void
split(search_t *self)
{
    char *rest = NULL;
    memcpy(self->words, self->key, sizeof self->words);
    for (char *word = strtok_r(self->words, " /", &rest); word && self->word_count < WORDS;
         word = strtok_r(NULL, " /", &rest))
        self->word[self->word_count++] = word;
}

static bool
has_all_words(const search_t *self, const char *key)
{
    for (size_t i = 0; i < self->word_count; i++)
        if (!strstr(key, self->word[i]))
            return false;
    return true;
}

static bool
begins_word(const char *key, const char *wanted)
{
    for (const char *at = strstr(key, wanted); at; at = strstr(at + 1, wanted))
        if (at == key || at[-1] == ' ' || at[-1] == '/')
            return true;
    return false;
}

static fit_t
fit_of(const search_t *self, const char *id)
{
    char key[PAGE_ID_SIZE];
    page_search_key(id, key);
    const char *slash = strrchr(key, '/'), *name = slash? slash + 1: key, *wanted = self->key;
    if (!has_all_words(self, key))
        return FIT_NONE;
    if (strcmp(name, wanted) == 0 || strcmp(key, wanted) == 0)
        return FIT_EXACT;
    if (strncmp(name, wanted, strlen(wanted)) == 0)
        return FIT_BEGINS;
    if (begins_word(name, wanted))
        return FIT_WORD;
    if (strstr(name, wanted))
        return FIT_INSIDE;
    return strstr(key, wanted)? FIT_FOLDER: FIT_WORDS;
}

// ---- the best of them --------------------------------------------------------------------------------------------

static bool
is_better(const hit_t *a, const hit_t *b)
{
    if (a->fit != b->fit)
        return a->fit < b->fit;
    return a->size != b->size? a->size < b->size: strcmp(a->page, b->page) < 0;
}

static code_t
keep(search_t *self, fit_t fit, char *id)
{
    store_found_t *found = self->found;
    const hit_t candidate = { fit, strlen(id), id };
    size_t place = found->count;
    found->total++;
    while (place > 0 && is_better(&candidate, &self->hits[place - 1]))
        place--;
    if (place == self->limit)
        return OK;
    char *page = strdup(id);
    if (!page)
        return INTERNAL;
    if (found->count == self->limit)
        free(self->hits[--found->count].page);
    memmove(self->hits + place + 1, self->hits + place, (found->count - place) * sizeof *self->hits);
    self->hits[place] = (hit_t){ fit, strlen(id), page };
    found->count++;
    return OK;
}

static code_t
look(search_t *self, const store_catalog_t *catalog)
{
    char id[PAGE_ID_SIZE];
    code_t code = OK;
    const store_find_t *what = self->what;
    for (size_t i = 0; i < store_catalog_count(catalog) && code == OK; i++) {
        const store_file_t *file = store_catalog_at(catalog, i);
        fit_t fit = file->page && store_catalog_id(catalog, file, id)? fit_of(self, id): FIT_NONE;
        if (fit != FIT_NONE && (!what->visible || what->visible(what->context, file->path)))
            code = keep(self, fit, id);
    }
    return code;
}

// Room for one more than the limit, since a better one is put in before the last one goes.
static code_t
run(search_t *self, const store_catalog_t *catalog)
{
    store_found_t *found = self->found;
    self->hits = calloc(self->limit + 1, sizeof *self->hits);
    found->pages = calloc(self->limit + 1, sizeof *found->pages);
    code_t code = self->hits && found->pages? look(self, catalog): INTERNAL;
    for (size_t i = 0; i < found->count; i++)
        found->pages[i] = self->hits[i].page;
    found->exact = found->count > 0 && self->hits[0].fit == FIT_EXACT;
    free(self->hits);
    return code;
}

code_t
store_find(store_t *self, const store_find_t *what, store_found_t *found)
{
    search_t search = { .what = what, .found = found };
    const store_catalog_t *catalog = NULL;
    memset(found, 0, sizeof *found);
    page_search_key(what->words, search.key);
    split(&search);
    search.limit = what->limit == 0 || what->limit > LIMIT_FOUND? LIMIT_FOUND: what->limit;
    code_t code = store_refresh(self);
    if (code != OK || !self->has_head)
        return code;
    git_oid_tostr(found->commit.hex, sizeof found->commit.hex, &self->head);
    code = store_catalog_get(self, &catalog);
    if (code == OK && search.word_count > 0)
        code = run(&search, catalog);
    if (code != OK)
        store_found_clear(found);
    return code;
}

void
store_found_clear(store_found_t *found)
{
    for (size_t i = 0; i < found->count; i++)
        free(found->pages[i]);
    free(found->pages);
    memset(found, 0, sizeof *found);
}
