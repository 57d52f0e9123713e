// rules - may this principal do that to this path? One pure function for every actor
//
// The rules are ordered; the first whose glob matches the path decides; if none does, nothing is allowed.
// Glob: '*' and '?' do not cross a slash, "**" does; everything else stands for itself. Matching takes linear space and
// at most (path x glob) steps. Paths are page ids or files as the store knows them; a rule about "a/b" is also
// about the file "a/b.md".
#ifndef RULES_H
#define RULES_H
#include "contract.h"

enum { RIGHT_READ = 1, RIGHT_WRITE = 2, RIGHT_UPLOAD = 4, RIGHT_ADMIN = 8, RIGHT_ALL = 15 };

bool rules_allow(const caller_t *caller, const char *path, int right);
bool rules_glob_match(const char *glob, const char *path);
// 64-bit hash of the rules alone: the class under which answers are cached.
uint64_t rules_class(const caller_t *caller);
#endif
