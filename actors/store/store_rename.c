#include "store_rename.h"
#include "store_read.h"
#include "store_tree_walk.h"

#include <stdlib.h>
#include <string.h>

// Of a commit that moves a whole folder and edits it too, only the first few are compared line by line.
enum { CANDIDATES = 32, COMPARED_BYTES = 1 << 20 };

typedef struct {
    const git_oid *blob;
    char same[PAGE_ID_SIZE];                    // a file of exactly this content
    char *paths[CANDIDATES];                    // files that went away
    git_oid blobs[CANDIDATES];
    size_t count;
} search_t;

static int
on_difference(void *context, const store_difference_t *difference)
{
    search_t *self = context;
    if (!difference->before || difference->after)
        return 0;
    if (git_oid_equal(difference->before, self->blob)) {
        snprintf(self->same, sizeof self->same, "%s", difference->path);
        return GIT_EUSER;                       // enough
    }
    if (self->count == CANDIDATES)
        return 0;
    self->paths[self->count] = strdup(difference->path);
    if (!self->paths[self->count])
        return GIT_ERROR;
    self->blobs[self->count++] = *difference->before;
    return 0;
}

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

// How many hundredths of the larger text are in both?
static int
likeness(store_t *self, const git_oid *a, const git_oid *b)
{
    char *texts[2] = { NULL, NULL };
    size_t sizes[2] = { 0, 0 };
    int hundredths = 0;
    bool loaded = store_load(self, a, &texts[0], &sizes[0]) == OK && store_load(self, b, &texts[1], &sizes[1]) == OK;
    size_t larger = sizes[0] > sizes[1]? sizes[0]: sizes[1];
    size_t kept = sizes[0];
    bool comparable = loaded && larger > 0 && larger <= COMPARED_BYTES && kept + sizes[1] - larger >= larger / 2;
    if (comparable && git_diff_buffers(texts[0], sizes[0], NULL, texts[1], sizes[1], NULL, NULL, NULL, NULL, NULL,
                                       on_line, &kept) == 0)
        hundredths = (int)(kept * 100 / larger);
    free(texts[0]);
    free(texts[1]);
    return hundredths;
}

static void
choose_likest(store_t *self, const search_t *search, char path[PAGE_ID_SIZE])
{
    int best = 49;
    for (size_t i = 0; i < search->count; i++) {
        int found = likeness(self, &search->blobs[i], search->blob);
        if (found <= best)
            continue;
        best = found;
        snprintf(path, PAGE_ID_SIZE, "%s", search->paths[i]);
    }
}

code_t
store_former_name(store_t *self, const store_rename_t *rename, char path[PAGE_ID_SIZE])
{
    search_t search = { .blob = rename->blob };
    git_tree *before = NULL, *after = NULL;
    path[0] = 0;
    int error = git_tree_lookup(&after, self->repo, rename->after);
    if (error == 0)
        error = git_tree_lookup(&before, self->repo, rename->before);
    if (error == 0)
        error = store_tree_compare(self->repo, before, after, on_difference, &search);
    git_tree_free(before);
    git_tree_free(after);
    bool compared = error == 0 || error == GIT_EUSER;
    if (search.same[0])
        memcpy(path, search.same, sizeof search.same);
    else if (compared)
        choose_likest(self, &search, path);
    for (size_t i = 0; i < search.count; i++)
        free(search.paths[i]);
    if (compared)
        return OK;
    return store_fail_git(self, error, "a commit cannot be compared") == NO_SPACE? NO_SPACE: INTERNAL;
}
