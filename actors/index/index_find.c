// Pages and headings by their names, while one types
#include "index_words_internal.h"

#include <stdlib.h>
#include <string.h>

// How well a name fits, the best first.
typedef enum { FIT_EXACT, FIT_BEGINS, FIT_WORD, FIT_INSIDE, FIT_WORDS, FIT_NONE } fit_t;
enum { WORDS = 16, MOST = LIMIT_FOUND };

typedef struct {
    fit_t fit;
    bool heading;
    size_t size;                                // of the name: the shorter is the better
    int64_t page;
    size_t ord;                                 // of the heading
} hit_t;
typedef struct {
    index_t *index;
    const index_find_t *what;
    char key[PAGE_ID_SIZE], words[PAGE_ID_SIZE];            // words: each with a NUL
    const char *word[WORDS];
    size_t word_count, limit;
    hit_t hits[MOST + 1];
    size_t count;
    words_names_t *names;
} find_t;

// ---- keys ----------------------------------------------------------------------------------------------------------

// One line; the key has no line end.
static size_t
add_key(const char *name, char *keys, size_t size)
{
    char key[PAGE_ID_SIZE];
    page_search_key(name, key);
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++)
        keys[size + i] = key[i] == '\n'? ' ': key[i];
    keys[size + length] = '\n';
    return size + length + 1;
}

code_t
index_names_put(index_t *self, int64_t page)
{
    code_t code = OK;
    size_t room = (LIMIT_HEADINGS + 2) * PAGE_ID_SIZE, size = 0, count = 0;
    char *keys = malloc(room);
    if (!keys)
        return INTERNAL;
    sqlite3_stmt *row = index_bind(self, "SELECT page, title FROM page WHERE id = ?", "i", page);
    if (index_row(self, row, &code)) {
        size = add_key(index_text(row, 0), keys, size);
        size = add_key(index_text(row, 1), keys, size);
        sqlite3_reset(row);
    }
    row = index_bind(self, "SELECT text FROM heading WHERE page = ? ORDER BY ord", "i", page);
    while (code == OK && count++ < LIMIT_HEADINGS && index_row(self, row, &code))
        size = add_key(index_text(row, 0), keys, size);
    sqlite3_reset(row);
    row = index_bind(self, "INSERT INTO name(page, keys) VALUES(?, ?)", "i", page);
    if (row && code == OK) {
        sqlite3_bind_text(row, 2, keys, (int)size, SQLITE_STATIC);
        code = index_run(self, row);
    }
    free(keys);
    return code;
}

// ---- one name ------------------------------------------------------------------------------------------------------

static void
split(find_t *self)
{
    char *rest = NULL;
    page_search_key(self->what->words, self->key);
    memcpy(self->words, self->key, sizeof self->words);
    for (char *word = strtok_r(self->words, " /", &rest); word && self->word_count < WORDS;
         word = strtok_r(NULL, " /", &rest))
        self->word[self->word_count++] = word;
}

static bool
holds_all(const find_t *self, const char *text, size_t size)
{
    for (size_t i = 0; i < self->word_count; i++)
        if (!memmem(text, size, self->word[i], strlen(self->word[i])))
            return false;
    return true;
}

static fit_t
fit_of(const find_t *self, const char *name, size_t size)
{
    const char *wanted = self->key;
    size_t length = strlen(wanted);
    const char *at = size >= length? memmem(name, size, wanted, length): NULL;
    if (!at)
        return FIT_WORDS;
    if (at == name)
        return size == length? FIT_EXACT: FIT_BEGINS;
    for (; at; at = memmem(at + 1, size - (size_t)(at + 1 - name), wanted, length))
        if (at[-1] == ' ' || at[-1] == '/')
            return FIT_WORD;
    return FIT_INSIDE;
}

// ---- the best of them ----------------------------------------------------------------------------------------------

static bool
is_better(const hit_t *a, const hit_t *b)
{
    if (a->heading != b->heading)
        return !a->heading;
    if (a->fit != b->fit)
        return a->fit < b->fit;
    if (a->size != b->size)
        return a->size < b->size;
    return a->page != b->page? a->page < b->page: a->ord < b->ord;
}

// Asks for the rights only where the hit would be shown.
static void
keep(find_t *self, const hit_t *hit, const char *file)
{
    const index_sight_t *sight = &self->what->sight;
    size_t place = self->count;
    while (place > 0 && is_better(hit, &self->hits[place - 1]))
        place--;
    if (place == self->limit || !index_sees(sight, file))
        return;
    memmove(self->hits + place + 1, self->hits + place, (self->count - place) * sizeof *self->hits);
    self->hits[place] = *hit;
    if (self->count < self->limit)
        self->count++;
}

// Of id and title the better one decides; the words may be divided between them.
static void
judge_page(find_t *self, int64_t page, const char *keys, size_t size, const char *file)
{
    const char *end = memchr(keys, '\n', size), *title = end + 1;
    const char *last = memchr(title, '\n', size - (size_t)(title - keys));
    if (!last || !holds_all(self, keys, (size_t)(last - keys)))
        return;
    const char *slash = memrchr(keys, '/', (size_t)(end - keys)), *name = slash? slash + 1: keys;
    fit_t fits[] = { fit_of(self, keys, (size_t)(end - keys)), fit_of(self, name, (size_t)(end - name)),
                     fit_of(self, title, (size_t)(last - title)) };
    hit_t hit = { .fit = FIT_NONE, .page = page, .size = (size_t)(end - keys) };
    for (size_t i = 0; i < 3; i++)
        hit.fit = fits[i] < hit.fit? fits[i]: hit.fit;
    keep(self, &hit, file);
}

static void
judge_headings(find_t *self, int64_t page, const char *keys, size_t size, const char *file)
{
    size_t ord = 0;
    if (!holds_all(self, keys, size))
        return;
    for (const char *at = keys, *end = NULL; at < keys + size; at = end + 1, ord++) {
        size_t left = size - (size_t)(at - keys);
        end = memchr(at, '\n', left);
        if (!end)
            return;
        size_t length = (size_t)(end - at);
        if (!holds_all(self, at, length))
            continue;
        hit_t hit = { .fit = fit_of(self, at, length), .heading = true, .size = length, .page = page, .ord = ord };
        keep(self, &hit, file);
    }
}

static code_t
judge_all(find_t *self)
{
    code_t code = OK;
    bool all = !self->what->sight.visible;
    sqlite3_stmt *row = all? index_prepare(self->index, "SELECT page, keys, '' FROM name"):
                        index_prepare(self->index, "SELECT n.page, n.keys, p.file FROM name n JOIN page p"
                                                   " ON p.id = n.page");
    while (index_row(self->index, row, &code)) {
        int64_t page = sqlite3_column_int64(row, 0);
        const char *keys = index_text(row, 1), *file = index_text(row, 2);
        size_t size = (size_t)sqlite3_column_bytes(row, 1);
        const char *title = memchr(keys, '\n', size);
        const char *headings = title? memchr(title + 1, '\n', size - (size_t)(title + 1 - keys)): NULL;
        if (!headings || !holds_all(self, keys, size))
            continue;
        judge_page(self, page, keys, (size_t)(headings + 1 - keys), file);
        judge_headings(self, page, headings + 1, size - (size_t)(headings + 1 - keys), file);
    }
    return code;
}

// ---- what is shown -------------------------------------------------------------------------------------------------

static code_t
show(find_t *self, const hit_t *hit, words_name_t *name)
{
    index_room_t **room = &self->names->room;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT p.page, p.title, h.text, h.anchor FROM page p"
                                                " LEFT JOIN heading h ON h.page = p.id AND h.ord = ?2"
                                                " WHERE p.id = ?1", "ii", hit->page,
                                   hit->heading? (int64_t)hit->ord: -1);
    if (!index_row(self->index, row, &code))
        return code;
    const char **texts[] = { &name->page, &name->title, &name->heading, &name->anchor };
    for (int i = 0; i < 4; i++)
        *texts[i] = index_room_copy(room, index_text(row, i), (size_t)sqlite3_column_bytes(row, i));
    sqlite3_reset(row);
    return OK;
}

static code_t
show_all(find_t *self)
{
    words_names_t *names = self->names;
    code_t code = OK;
    names->rows = index_room_take(&names->room, (self->count + 1) * sizeof *names->rows);
    for (; names->rows && names->count < self->count && code == OK; names->count++)
        code = show(self, &self->hits[names->count], &names->rows[names->count]);
    return names->rows? code: INTERNAL;
}

code_t
index_find_names(index_t *index, const index_find_t *what, words_names_t *names)
{
    *names = (words_names_t){ .count = 0 };
    find_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->index = index;
    self->what = what;
    self->names = names;
    self->limit = what->limit < MOST? what->limit: MOST;
    split(self);
    code_t code = self->word_count > 0 && self->limit > 0? judge_all(self): OK;
    if (code == OK)
        code = show_all(self);
    free(self);
    return code;
}

void
words_names_clear(words_names_t *self)
{
    index_room_free(&self->room);
    *self = (words_names_t){ .count = 0 };
}
