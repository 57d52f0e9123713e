// index_token - the words of a text as they are indexed and searched for; pure
//
// A word is letters, digits and marks, without case and accents (NFKC), and English endings taken off (index_stem.h).
// At the place of a word further tokens may stand:
//   =running            the word as it was written, if that is not its stem: what prefixes and exact forms look for
//   =snake_case =c++    the whole of words that are joined by _ - . or end in ++ or #
//   child item          the parts of getChildItem
// Writing without blanks (Han, Kana, Hangul, Thai, Lao, Khmer, Burmese) becomes pairs of characters; the last of a run
// stands alone, so that every character begins a token. No token has a blank, a control character or a quote.
#ifndef INDEX_TOKEN_H
#define INDEX_TOKEN_H
#include <stdbool.h>
#include <stddef.h>

enum { TOKEN_SIZE = 72 };                       // of one token; what is longer is cut, and joined words are left out
typedef enum { TOKEN_WORD, TOKEN_PAIR, TOKEN_EXACT, TOKEN_JOINED, TOKEN_PART } token_kind_t;
typedef struct {
    token_kind_t kind;
    const char *text;                           // until the next token
    size_t size;
    size_t start, end;                          // bytes of the text; those of a part are its word's
    bool same;                                  // at the place of the token before
} token_t;

// Calls `take` for each until it returns something else than 0, which is then returned. Linear; bad UTF-8 ends a word.
typedef int (*token_fn)(void *context, const token_t *token);
int index_tokens(const char *text, size_t size, void *context, token_fn take);
// A word that says so little that it is not searched for unless there is nothing else: folded, not stemmed.
bool index_stop_word(const char *word, size_t size);
#endif
