// textdiff - two texts of which at least one is in no commit, as hunks in unified form
//
// For the page of a conflict; what lies in commits is compared by the store. At most SEQUENCE_EDITS changed lines
// are told apart; of texts that differ more, the whole differing part is shown as replaced.
#ifndef TEXTDIFF_H
#define TEXTDIFF_H
#include "output.h"
#include "sequence.h"

enum { TEXTDIFF_CONTEXT = 3 };

void textdiff(const side_t *from, const side_t *to, output_t *out);
#endif
