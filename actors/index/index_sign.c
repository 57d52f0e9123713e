// Signatures of pages: which texts a literal search need not look at
#include "index_words_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_literal.h"

// The title, else the name as it is shown.
void
index_name_of(const index_t *index, const char *title, const char *file, char name[PAGE_ID_SIZE])
{
    if (*title)
        snprintf(name, PAGE_ID_SIZE, "%s", title);
    else
        page_display_name(&index->naming, file, name);
}

static void
open_with(opening_t *self, const char *folded, size_t size)
{
    size_t fits = size < OPENING? size: OPENING;
    while (fits < size && fits > 0 && ((unsigned char)folded[fits] & 0xC0) == 0x80)
        fits--;
    self->size = (uint16_t)fits;
    self->whole = fits == size;
    memcpy(self->text, folded, fits);
}

static code_t
sign_page(index_t *self, int64_t page, const char *body, size_t size, uint8_t sign[SIGN_BYTES], opening_t *opening)
{
    char name[PAGE_ID_SIZE], folded_name[2 * PAGE_ID_SIZE];
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self, "SELECT title, file FROM page WHERE id = ?", "i", page);
    if (!index_row(self, row, &code))
        return code == OK? INTERNAL: code;
    index_name_of(self, index_text(row, 0), index_text(row, 1), name);
    sqlite3_reset(row);
    char *folded = malloc(literal_room(size));
    if (!folded)
        return INTERNAL;
    literal_sign(sign, folded_name, literal_fold(name, strlen(name), false, folded_name));
    size_t folded_size = literal_fold(body, size, true, folded);
    literal_sign(sign, folded, folded_size);
    sign[0] |= 1;                               // there is a page
    open_with(opening, folded, folded_size);
    free(folded);
    return OK;
}

// A place of `size` bytes in a row of SIGNS of them.
static code_t
write_place(index_t *self, const char *table, const char *column, int64_t page, const void *bytes, size_t size)
{
    sqlite3_blob *blob = NULL;
    int error = sqlite3_blob_open(self->db, "main", table, column, page / SIGNS, 1, &blob);
    if (error == SQLITE_OK)
        error = sqlite3_blob_write(blob, bytes, (int)size, (int)((size_t)(page % SIGNS) * size));
    sqlite3_blob_close(blob);
    return error == SQLITE_OK? OK: index_failed(self, error);
}

code_t
index_sign_put(index_t *self, int64_t page, const char *body, size_t size)
{
    uint8_t sign[SIGN_BYTES] = { 0 };
    opening_t opening = { .size = 0 };
    code_t code = body? sign_page(self, page, body, size, sign, &opening): OK;
    if (code == OK)
        code = index_run(self, index_bind(self, "INSERT OR IGNORE INTO sign(block, bits) VALUES(?, zeroblob(?))", "ii",
                                          page / SIGNS, (int64_t)SIGNS * SIGN_BYTES));
    if (code == OK)
        code = index_run(self, index_bind(self, "INSERT OR IGNORE INTO opening(block, texts) VALUES(?, zeroblob(?))",
                                          "ii", page / SIGNS, (int64_t)(SIGNS * sizeof opening)));
    if (code == OK)
        code = write_place(self, "sign", "bits", page, sign, sizeof sign);
    return code == OK? write_place(self, "opening", "texts", page, &opening, sizeof opening): code;
}
