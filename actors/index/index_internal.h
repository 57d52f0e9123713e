// index_internal - what the files of the index share
#ifndef INDEX_INTERNAL_H
#define INDEX_INTERNAL_H
#include <sqlite3.h>
#include "index.h"

enum { INDEX_SCHEMA_VERSION = 1 };
extern const char index_schema[];
#endif
