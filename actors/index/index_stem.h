// index_stem - the stem of an English word (M. F. Porter, 1980): "running", "runs" and "run" are one word; pure
#ifndef INDEX_STEM_H
#define INDEX_STEM_H
#include <stddef.h>

// Stems `word` of `size` small ASCII letters in its place; what is left is never longer. Others are left as they are.
size_t index_stem(char *word, size_t size);
#endif
