// store_blame: reads the text, and keeps the rows of the last few answers
#include "store_blame.h"

#include <stdlib.h>
#include <string.h>

// An answer holds at most STORE_BLAME_BYTES of text, so that is at most some 2 MB.
enum { ANSWERS = 8 };

typedef struct {
    git_oid commit;
    char *file;                                 // NULL: free
    store_blame_t blame;                        // its content is empty
    unsigned used;
} answer_t;
struct store_blames {
    answer_t answers[ANSWERS];
    unsigned clock;
};

static void
clear_rows(store_blame_t *blame)
{
    for (size_t i = 0; blame->rows && i < blame->count; i++) {
        free(blame->rows[i].author);
        free(blame->rows[i].summary);
    }
    free(blame->rows);
    blame->rows = NULL;
    blame->count = 0;
}

void
store_blame_clear(store_blame_t *blame)
{
    clear_rows(blame);
    store_content_clear(&blame->content);
    memset(blame, 0, sizeof *blame);
}

bool
store_blame_copy(const store_blame_t *from, store_blame_t *to)
{
    to->rows = calloc(from->count + 1, sizeof *to->rows);
    bool whole = to->rows != NULL;
    for (size_t i = 0; whole && i < from->count; i++) {
        to->rows[i] = from->rows[i];
        to->rows[i].author = strdup(from->rows[i].author);
        to->rows[i].summary = strdup(from->rows[i].summary);
        to->count = i + 1;
        whole = to->rows[i].author && to->rows[i].summary;
    }
    to->partial = from->partial;
    return whole;
}

static void
forget(answer_t *answer)
{
    clear_rows(&answer->blame);
    free(answer->file);
    memset(answer, 0, sizeof *answer);
}

void
store_blames_free(store_blames_t **self)
{
    for (size_t i = 0; *self && i < ANSWERS; i++)
        forget(&(*self)->answers[i]);
    free(*self);
    *self = NULL;
}

static answer_t *
find_answer(store_blames_t *self, const store_place_t *place)
{
    for (size_t i = 0; self && i < ANSWERS; i++) {
        answer_t *answer = &self->answers[i];
        if (answer->file && git_oid_equal(&answer->commit, &place->commit) && strcmp(answer->file, place->file) == 0)
            return answer;
    }
    return NULL;
}

// In the place of the one that was not asked for longest. What was cut short by the clock is not kept.
static void
keep_answer(store_t *self, const store_place_t *place, const store_blame_t *blame)
{
    if (!self->blames)
        self->blames = calloc(1, sizeof *self->blames);
    if (!self->blames || blame->partial)
        return;
    answer_t *oldest = &self->blames->answers[0];
    for (size_t i = 1; i < ANSWERS; i++)
        if (self->blames->answers[i].used < oldest->used)
            oldest = &self->blames->answers[i];
    forget(oldest);
    oldest->commit = place->commit;
    oldest->used = ++self->blames->clock;
    oldest->file = strdup(place->file);
    if (!oldest->file || !store_blame_copy(blame, &oldest->blame))
        forget(oldest);
}

static code_t
find_rows(store_t *self, const store_place_t *place, const store_blame_options_t *options, store_blame_t *blame)
{
    answer_t *answer = find_answer(self->blames, place);
    if (answer) {
        answer->used = ++self->blames->clock;
        return store_blame_copy(&answer->blame, blame)? OK: store_fail(self, INTERNAL, "out of memory");
    }
    code_t code = store_blame_lines(self, place, options, blame);
    if (code == OK)
        keep_answer(self, place, blame);
    return code;
}

code_t
store_blame(store_t *self, const store_blame_options_t *options, store_blame_t *blame)
{
    store_place_t place;
    store_read_t what = { .path = options->path, .exact = options->exact, .commit = options->commit };
    memset(blame, 0, sizeof *blame);
    code_t code = store_read(self, &what, &blame->content);
    if (code == OK)
        code = store_locate(self, blame->content.commit.hex, blame->content.file, true, &place);
    if (code == OK && !blame->content.binary && blame->content.size > 0)
        code = find_rows(self, &place, options, blame);
    if (code != OK)
        store_blame_clear(blame);
    return code;
}
