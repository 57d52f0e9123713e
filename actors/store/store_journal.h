// store_journal - does the file system keep the order of renames over a crash?
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H
#include <stdbool.h>

// True for file systems that journal names: after a crash a rename is there only if all earlier ones are. False if that
// is not known; an ext4 without a journal, for one, gives no such promise.
bool store_journal_keeps_order(const char *folder);
#endif
