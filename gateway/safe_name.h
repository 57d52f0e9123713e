// safe_name - the name under which the API stores an attachment, made of the one that a client gave; pure
#ifndef SAFE_NAME_H
#define SAFE_NAME_H
#include "../proto/page.h"

// As werkzeug's secure_filename: letters lose their accents, what is then not one of A-Z a-z 0-9 _ . - goes, a '_'
// stands for slashes and blanks, and none of "._" at either end.
// INVALID: nothing is left, it would be a page (.md), or it is over LIMIT_NAME_BYTES.
code_t safe_name(const char *typed, char name[PAGE_ID_SIZE]);
#endif
