// FTS5: our words as its tokenizer, and a function that tells the places
#include "index_words_internal.h"

#include <stdlib.h>
#include <string.h>

#include "index_token.h"

// ---- the tokenizer -------------------------------------------------------------------------------------------------

typedef int (*fts_token_fn)(void *context, int flags, const char *token, int size, int start, int end);
typedef struct {
    void *context;
    fts_token_fn take;
} sink_t;

static int
on_create(void *context, const char **arguments, int count, Fts5Tokenizer **tokenizer)
{
    (void)arguments;
    (void)count;
    *tokenizer = context;                       // it has no state of its own
    return SQLITE_OK;
}

static void
on_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

static int
give(void *context, const token_t *token)
{
    const sink_t *sink = context;
    return sink->take(sink->context, token->same? FTS5_TOKEN_COLOCATED: 0, token->text, (int)token->size,
                      (int)token->start, (int)token->end);
}

// A query's strings are tokens already, as index_terms.c makes them.
static int
split(const sink_t *sink, const char *text, int size)
{
    int result = SQLITE_OK;
    for (int at = 0; at < size && result == SQLITE_OK;) {
        const char *stop = memchr(text + at, TOKEN_GLUE, (size_t)(size - at));
        int end = stop? (int)(stop - text): size;
        if (end > at)
            result = sink->take(sink->context, 0, text + at, end - at, at, end);
        at = end + 1;
    }
    return result;
}

static int
on_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int size, fts_token_fn take)
{
    (void)tokenizer;
    sink_t sink = { context, take };
    if (flags & FTS5_TOKENIZE_QUERY)
        return split(&sink, text, size);
    return index_tokens(text, text? (size_t)size: 0, &sink, give);
}

// ---- places --------------------------------------------------------------------------------------------------------

static int
compare_place(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return first < second? -1: first > second;
}

static void
add_place(places_t *self, post_t *post, uint32_t place)
{
    if (post->count == PLACES)
        return;
    self->failed = self->failed || !index_room_grow((void **)&self->places, &self->place_room, self->place_count,
                                         sizeof *self->places);
    if (self->failed)
        return;
    self->places[self->place_count++] = place;
    post->count++;
}

// Of several ways to say it the one that is met most often counts; in the body each place counts once.
static void
add_phrase(const Fts5ExtensionApi *api, Fts5Context *fts, int phrase, places_t *self)
{
    Fts5PhraseIter at;
    int column = 0, place = 0;
    uint32_t titles = 0, tags = 0;
    post_t *post = &self->posts[self->count];
    if (api->xPhraseFirst(fts, phrase, &at, &column, &place) != SQLITE_OK)
        return;
    for (; column >= 0; api->xPhraseNext(fts, &at, &column, &place)) {
        if (column == COLUMN_BODY)
            add_place(self, post, (uint32_t)place);
        titles += column == COLUMN_TITLE;
        tags += column == COLUMN_TAGS;
    }
    post->titles = titles > post->titles? titles: post->titles;
    post->tags = tags > post->tags? tags: post->tags;
}

static void
sort_places(places_t *self, post_t *post)
{
    uint32_t *places = self->places + post->first, kept = 0;
    qsort(places, post->count, sizeof *places, compare_place);
    for (uint32_t i = 0; i < post->count; i++)
        if (i == 0 || places[i] != places[kept - 1])
            places[kept++] = places[i];
    post->count = kept;
    self->place_count = post->first + kept;
}

// Called for every page that fits: keeps its places in the list that the connection is filling.
static void
on_places(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *result, int count, sqlite3_value **values)
{
    index_t *index = api->xUserData(fts);
    places_t *self = index->places;
    (void)values;
    (void)count;
    if (!self || self->failed ||
        !index_room_grow((void **)&self->posts, &self->room, self->count, sizeof *self->posts)) {
        sqlite3_result_error_nomem(result);
        return;
    }
    int phrases = api->xPhraseCount(fts);
    post_t *post = &self->posts[self->count];
    *post = (post_t){ .page = api->xRowid(fts), .first = self->place_count };
    for (int i = 0; i < phrases; i++)
        add_phrase(api, fts, i, self);
    if (phrases > 1 && post->count > 1)
        sort_places(self, post);
    self->count++;
}

code_t
index_words_places(index_t *self, const char *expression, places_t *places)
{
    *places = (places_t){ .count = 0 };
    self->places = places;
    code_t code = index_run(self, index_bind(self, "SELECT places(words) FROM words WHERE words MATCH ?", "t",
                                             expression));
    self->places = NULL;
    return code;
}

void
index_places_clear(places_t *self)
{
    free(self->posts);
    free(self->places);
    *self = (places_t){ .count = 0 };
}

// ---- opening -------------------------------------------------------------------------------------------------------

static fts5_api *
find_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

code_t
index_words_open(index_t *self)
{
    fts5_api *api = find_api(self->db);
    fts5_tokenizer tokenizer = { on_create, on_delete, on_tokenize };
    if (!api || api->iVersion < 2)
        return index_refuse(self, UNSUPPORTED, "this SQLite has no FTS5");
    int error = api->xCreateTokenizer(api, "wikibot", self, &tokenizer, NULL);
    if (error == SQLITE_OK)
        error = api->xCreateFunction(api, "places", self, on_places, NULL);
    return error == SQLITE_OK? OK: index_failed(self, error);
}
