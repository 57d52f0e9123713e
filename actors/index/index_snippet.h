// index_snippet - a piece of a text that shows what was found; pure
#ifndef INDEX_SNIPPET_H
#define INDEX_SNIPPET_H
#include "index_terms.h"

enum { SNIPPET_SIZE = 1024 };
#define SNIPPET_ON '\x02'
#define SNIPPET_OFF '\x03'

// Picks about 200 characters of `text` that hold as many different terms as can be, marks what fits one, and leaves out
// signs of Markdown. Returns the byte of the text where it begins; nothing is marked if nothing fits. `snippet` is
// always whole UTF-8 if the text is.
size_t index_snippet(const terms_t *terms, const char *text, size_t size, char snippet[SNIPPET_SIZE]);
#endif
