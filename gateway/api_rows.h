// api_rows - lists in answers of the API: whole, however long, or in parts by `limit` and `cursor`
//
// Rows are turned into text one by one, so that a list of all pages of a large wiki is never held as values.
#ifndef API_ROWS_H
#define API_ROWS_H
#include "api.h"

enum { API_CURSOR_SIZE = LIMIT_PATH_BYTES + 16, API_CURSOR_SHORT = 96, API_ROWS_MOST = LIMIT_ROWS };

typedef struct {
    const char *key;                            // of the list in the answer
    bool parts;                                 // the client wants it in parts: the answer has a cursor
    int64_t limit;                              // rows wanted; 0: all
    int64_t count;                              // rows so far
    char cursor[API_CURSOR_SIZE];               // where to go on; "" at first, and after the last row
    const char *commit;                         // of the index
    bool moved;                                 // it was not the same at all questions
    output_t text;
} api_rows_t;

// Reads `limit` (1 to API_ROWS_MOST) and `cursor` of the query; the cursors of lists of files are paths, others short.
// False: the request has been refused.
bool api_rows_begin(web_t *self, api_rows_t *rows, const char *key);
bool api_rows_cursor(web_t *self, api_rows_t *rows, size_t most);
// Takes the row.
void api_rows_add(api_rows_t *rows, json_t *row);
// Rows that are still wanted: of a question to the index, 0: as many as fit.
int64_t api_rows_wanted(const api_rows_t *rows);
// After an answer: keeps its cursor and commit, and lets go of what was answered since `kept`. True: ask again.
bool api_rows_next(web_t *self, api_rows_t *rows, const char *cursor, const char *commit, size_t kept);
// Answers with `rest` (taken) and the lists in it; clears them. Their cursor is that of the first.
code_t api_rows_answer(web_t *self, api_rows_t *rows, size_t count, json_t *rest);
void api_rows_clear(api_rows_t *rows);

// As api_index; where the index is away the client is told so.
code_t api_ask(web_t *self, const call_type_t *call, const void *request, void *reply);
// The commit that the client wants its answer to know of; "" if it does not care.
const char *api_seen(const web_t *self);
// A field of the query without blanks around it; "" if absent.
const char *api_query(web_t *self, const char *name);
#endif
