// api_batch - several changes of pages as one commit, all or nothing
//
// Each operation is checked as the single change would be. What several of them do to one file is put together before
// anything is written: a page that is written and links to one that is renamed gets both.
#ifndef API_BATCH_H
#define API_BATCH_H
#include "api.h"
#include "rename.h"

enum { BATCH_MOST = 100 };

typedef struct {
    const json_t *input;
    const char *action, *path;                  // as the client gave them
    api_page_t page, target;                    // target: of a rename
    int status;                                 // as the single change would have it; 0: not judged yet
    const char *error;                          // NULL: nothing is wrong
    bool mismatch;                              // the error comes with the current revision
    side_t text;                                // of put and edit
    rename_t *plan;                             // of rename
} batch_item_t;

typedef struct {
    batch_item_t items[BATCH_MOST];
    size_t count;
    store_change_t changes[LIMIT_CHANGES];
    side_t texts[LIMIT_CHANGES];                // of each that is a "put"
    const char *origins[LIMIT_CHANGES];         // the file of each, as it was called before
    size_t change_count;
} batch_t;

// Judges one operation: fills in its page, its text, its status and what is wrong with it. A code but OK: it could not
// be judged.
code_t batch_judge(web_t *self, batch_item_t *item);
// Makes the changes of all operations. False: one of them is wrong after all, and says so.
bool batch_combine(web_t *self, batch_t *batch, code_t *code);
// Marks what is wrong. Returns OK.
code_t batch_fault(batch_item_t *item, int status, const char *error);
#endif
