// store_blame - the lines of a text and the commits they are from; the last few answers are kept
#ifndef STORE_BLAME_H
#define STORE_BLAME_H
#include "store_read.h"

enum { STORE_SUMMARY_BYTES = 256, STORE_BLAME_ROW_BYTES = 128, STORE_BLAME_BYTES = LIMIT_BODY_BYTES / 4 * 3 };

// Fills in rows and partial for content that is there. TIMEOUT is never given: what is left when time is up belongs
// to the last commit that was looked at. After an error the rows so far are to be freed.
code_t store_blame_lines(store_t *self, const store_place_t *place, const store_blame_options_t *options,
                         store_blame_t *blame);
// A copy of rows. False: memory ran out.
bool store_blame_copy(const store_blame_t *from, store_blame_t *to);
#endif
