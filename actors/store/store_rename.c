#include "store_rename.h"
#include "store_read.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

enum { COMPARED_BYTES = 1 << 20, COMPARISON_BYTES = 4096, HALF = 50 };

// ---- likeness ---------------------------------------------------------------------------------------------------

static int
on_line(const git_diff_delta *delta, const git_diff_hunk *hunk, const git_diff_line *line, void *context)
{
    size_t *kept = context;
    (void)delta;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_DELETION)
        *kept -= line->content_len < *kept? line->content_len: *kept;
    return 0;
}

static size_t
size_of(const store_t *self, const git_oid *blob)
{
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    return git_odb_read_header(&size, &type, self->odb, blob) == 0 && type == GIT_OBJECT_BLOB? size: 0;
}

static size_t
lesser(size_t a, size_t b)
{
    return a < b? a: b;
}

// How many hundredths of the larger text are in both?
static int
likeness(store_t *self, const git_oid *a, const git_oid *b, size_t *budget)
{
    char *texts[2] = { NULL, NULL };
    size_t sizes[2] = { size_of(self, a), size_of(self, b) };
    int hundredths = 0;
    size_t smaller = lesser(sizes[0], sizes[1]), larger = sizes[0] + sizes[1] - smaller;
    *budget -= lesser(*budget, COMPARISON_BYTES);
    if (smaller == 0 || larger > COMPARED_BYTES || smaller < larger / 2)
        return 0;
    *budget -= lesser(*budget, smaller + larger);
    bool loaded = store_load(self, a, &texts[0], &sizes[0]) == OK && store_load(self, b, &texts[1], &sizes[1]) == OK;
    size_t kept = sizes[0];
    if (loaded && git_diff_buffers(texts[0], sizes[0], NULL, texts[1], sizes[1], NULL, NULL, NULL, NULL, NULL,
                                   on_line, &kept) == 0)
        hundredths = (int)(kept * 100 / larger);
    free(texts[0]);
    free(texts[1]);
    return hundredths;
}

const char *
store_likest(store_t *self, const git_oid *blob, const store_candidates_t *candidates, size_t *budget)
{
    const char *path = NULL;
    for (size_t kind = 0; kind < 2 && !path; kind++) {
        int best = HALF - 1;
        for (size_t i = 0; i < candidates->count[kind] && *budget > 0; i++) {
            const store_gone_t *gone = &candidates->rows[kind][i];
            int found = likeness(self, &gone->blob, blob, budget);
            path = found > best? gone->path: path;
            best = found > best? found: best;
        }
    }
    return path;
}

bool
store_same_name(const char *path, const char *other)
{
    const char *name = strrchr(path, '/'), *second = strrchr(other, '/');
    return strcmp(name? name + 1: path, second? second + 1: other) == 0;
}

// ---- one file ---------------------------------------------------------------------------------------------------

typedef struct {
    const store_rename_t *rename;
    char same[PAGE_ID_SIZE];                    // a file of exactly this content
    store_candidates_t candidates;              // their paths belong to it
} search_t;

static int
on_difference(void *context, const store_difference_t *difference)
{
    search_t *self = context;
    store_candidates_t *candidates = &self->candidates;
    if (!difference->before || difference->after)
        return 0;
    bool named_so = store_same_name(difference->path, self->rename->path);
    if (git_oid_equal(difference->before, self->rename->blob)) {
        if (named_so || !self->same[0])
            snprintf(self->same, sizeof self->same, "%s", difference->path);
        return named_so? GIT_EUSER: 0;          // there is no better one
    }
    size_t kind = !named_so;
    if (candidates->count[kind] == STORE_CANDIDATES)
        return 0;
    store_gone_t *gone = &candidates->rows[kind][candidates->count[kind]];
    *gone = (store_gone_t) { strdup(difference->path), *difference->before };
    if (!gone->path)
        return GIT_ERROR;
    candidates->count[kind]++;
    return 0;
}

static void
forget_candidates(store_candidates_t *candidates)
{
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < candidates->count[kind]; i++)
            free((char *)(uintptr_t)candidates->rows[kind][i].path);
}

code_t
store_former_name(store_t *self, const store_rename_t *rename, char path[PAGE_ID_SIZE])
{
    search_t search = { .rename = rename };
    const char *found = NULL;
    size_t budget = SIZE_MAX;                   // a few comparisons of one file
    int error = store_tree_compare(self, rename->before, rename->after, on_difference, &search);
    bool compared = error == 0 || error == GIT_EUSER;
    if (compared)
        found = search.same[0]? search.same: store_likest(self, rename->blob, &search.candidates, &budget);
    snprintf(path, PAGE_ID_SIZE, "%s", found? found: "");
    forget_candidates(&search.candidates);
    if (compared)
        return OK;
    return store_fail_git(self, error, "a commit cannot be compared") == NO_SPACE? NO_SPACE: INTERNAL;
}
