// search_eval - how good a list of pages is that a search found; pure
#ifndef MAIN_SEARCH_EVAL_H
#define MAIN_SEARCH_EVAL_H
#include <stdbool.h>
#include <stddef.h>

enum { EVAL_NDCG = 10, EVAL_RECALL = 5 };
// right[i]: the i-th page that was found is one of the `wanted` right ones. Both are 0 to 1.
double eval_ndcg(const bool *right, size_t count, size_t wanted);       // of the first 10
double eval_recall(const bool *right, size_t count, size_t wanted);     // of the first 5
#endif
