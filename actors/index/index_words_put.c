// Words of a page, put into the index and taken out
#include "index_internal.h"

code_t
index_words_put(index_t *self, int64_t page)
{
    (void)self;
    (void)page;
    return OK;
}

code_t
index_words_remove(index_t *self, int64_t page)
{
    (void)self;
    (void)page;
    return OK;
}
