// textdiff - two texts of which at least one is in no commit, as hunks in unified form
//
// For the page of a conflict; what lies in commits is compared by the store. At most TEXTDIFF_EDITS changed lines are
// told apart; of texts that differ more, the whole differing part is shown as replaced.
#ifndef TEXTDIFF_H
#define TEXTDIFF_H
#include "output.h"

enum { TEXTDIFF_EDITS = 400, TEXTDIFF_CONTEXT = 3 };

typedef struct { const char *text; size_t size; } side_t;
void textdiff(const side_t *from, const side_t *to, output_t *out);
#endif
