// index_literal - literal pieces of text in any case, as Python's `re` compares them with IGNORECASE; pure
//
// Characters are compared one by one, so a piece has as many characters as the place where it was found. A signature of
// 512 bytes has a bit for every two and three bytes that adjoin in a text: a text that lacks one of a term's cannot
// hold the term, and most texts that do not hold it lack one.
#ifndef INDEX_LITERAL_H
#define INDEX_LITERAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Into `folded`, which has room for literal_room(size) bytes, and gets no NUL; returns its size. Each character (and
// each byte that is no UTF-8) becomes one. `lines`: CR LF and CR are LF.
size_t literal_fold(const char *text, size_t size, bool lines, char *folded);
static inline size_t
literal_room(size_t size)
{
    return size + size / 2 + 8;                 // two bytes may become three
}
// Characters between two places of UTF-8.
size_t literal_characters(const char *text, size_t size);
// So many characters behind `at`, at most the end.
size_t literal_skip(const char *text, size_t size, size_t at, size_t characters);
// CR LF and CR become LF, in the text's place; its new size.
size_t literal_lines(char *text, size_t size);

enum { SIGN_BYTES = 512 };
// Adds a folded text to a signature, which was all zero.
void literal_sign(uint8_t sign[SIGN_BYTES], const char *folded, size_t size);
bool literal_may_hold(const uint8_t sign[SIGN_BYTES], const uint8_t wanted[SIGN_BYTES]);
// White space as Python's str.split and str.strip have it: bytes of the one at `text`; 0: there is none.
size_t literal_blank(const char *text, size_t size);
#endif
