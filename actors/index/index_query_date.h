// index_query_date - the times that `changed:` means; pure
#ifndef INDEX_QUERY_DATE_H
#define INDEX_QUERY_DATE_H
#include "../../proto/code.h"

// from <= t < until in Unix seconds, as index_query_text.h says. False: it is no such text.
bool index_query_date(const char *text, size_t size, int64_t now, int64_t *from, int64_t *until);
#endif
