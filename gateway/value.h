// value - the data of a template: maps of texts and lists, in an arena
//
// Texts are views: what they point at must live until the template has been rendered. A text is "true" if it is not
// empty, a list if it has an entry.
#ifndef VALUE_H
#define VALUE_H
#include "../proto/record.h"

typedef enum {
    KEY_none,
#define KEY(name) KEY_##name,
#include "keys.def"
#undef KEY
    KEY_COUNT
} value_key_t;

typedef struct value value_t;
struct value {
    value_t *next;                              // in the map or list that holds it
    arena_t *arena;
    uint8_t key;
    bool is_text;
    union {
        struct { const char *bytes; size_t size; };
        struct { value_t *first, *last; };      // of a map: newest first; of a list: in order
    };
};

// Name of a key, and back: KEY_none if no template may use it.
value_key_t value_key(const char *name, size_t size);

value_t *value_map(arena_t *arena);             // a root
value_t *value_list(value_t *map, value_key_t key);     // an empty list in the map
value_t *value_add(value_t *list);              // a new map at the end of the list
void value_text(value_t *map, value_key_t key, const char *text);   // NULL is ""
void value_bytes(value_t *map, value_key_t key, const char *bytes, size_t size);
void value_copy(value_t *map, value_key_t key, const char *text);   // keeps a copy
void value_int(value_t *map, value_key_t key, int64_t number);
void value_flag(value_t *map, value_key_t key, bool flag);
// The newest value of this key in the map; NULL if there is none.
const value_t *value_find(const value_t *map, value_key_t key);
bool value_true(const value_t *self);           // false for NULL
#endif
