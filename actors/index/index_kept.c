// The last literal search of a connection
#include "index_words_internal.h"

#include <stdlib.h>
#include <string.h>

struct index_kept {
    char text[LIMIT_QUERY_BYTES + 1];
    int64_t others, own;                        // what had been written, by others and by us
    matched_t *rows;
    size_t count;
};

static bool
read_versions(index_t *self, int64_t *others, int64_t *own)
{
    *own = sqlite3_total_changes64(self->db);
    return index_number(self, index_prepare(self, "PRAGMA data_version"), 0, others) == OK;
}

const matched_t *
index_kept_find(index_t *self, const char *text, size_t *count)
{
    int64_t others = 0, own = 0;
    const struct index_kept *kept = self->kept;
    if (!kept || strcmp(kept->text, text) != 0 || !read_versions(self, &others, &own))
        return NULL;
    *count = kept->count;
    return kept->others == others && kept->own == own? kept->rows: NULL;
}

void
index_kept_put(index_t *self, const char *text, matched_t **rows, size_t count)
{
    index_kept_clear(self);
    struct index_kept *kept = calloc(1, sizeof *kept);
    if (!kept || strlen(text) > LIMIT_QUERY_BYTES || !read_versions(self, &kept->others, &kept->own)) {
        free(kept);
        free(*rows);
    } else {
        memcpy(kept->text, text, strlen(text));
        kept->rows = *rows;
        kept->count = count;
        self->kept = kept;
    }
    *rows = NULL;
}

void
index_kept_clear(index_t *self)
{
    if (self->kept)
        free(self->kept->rows);
    free(self->kept);
    self->kept = NULL;
}
