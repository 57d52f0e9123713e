// contract - the records and calls of AM1 as C structs and tables: pure expansion of contract.def
//
// A record's strings are never NULL after decoding (absent is ""), and are valid as long as the message they were
// read from. When encoding, NULL is the same as "". A LIST or STRINGS has its length in <name>_count.
#ifndef CONTRACT_H
#define CONTRACT_H
#include "code.h"

#define RECORD(r) typedef struct r {
#define BOOL(r, name, need, text) bool name;
#define INT(r, name, need, text) int64_t name;
#define STRING(r, name, need, limit, text) const char *name;
#define STRINGS(r, name, limit, text) const char **name; size_t name##_count;
#define ONE(r, name, type, text) type##_t name;
#define LIST(r, name, type, limit, text) type##_t *name; size_t name##_count;
#define END(r) } r##_t;
#define CALL(actor, verb, repeat, text)
#define EVENT(actor, verb, text)
#include "contract.def"
#include "contract_undef.h"

typedef enum { FIELD_BOOL, FIELD_INT, FIELD_STRING, FIELD_STRINGS, FIELD_ONE, FIELD_LIST } field_kind_t;

typedef struct schema schema_t;
typedef struct {
    const char *name;                           // NULL ends the table
    size_t name_size;
    field_kind_t kind;
    bool required;
    size_t offset;                              // of the value in the struct
    size_t count_offset;                        // of <name>_count
    size_t limit;                               // bytes of a string, elements of a list
    const schema_t *record;                     // of FIELD_ONE and FIELD_LIST
    const char *text;
} field_t;

struct schema {
    const char *name;
    const field_t *fields;
    size_t size;                                // of the struct
};

typedef struct {
    const char *name;                           // "store.read"
    const schema_t *request;
    const schema_t *reply;                      // NULL: an event, whose record is `request`
    bool idempotent;
    const char *text;
} call_type_t;

#define RECORD(r) extern const schema_t r##_schema;
#define BOOL(r, name, need, text)
#define INT(r, name, need, text)
#define STRING(r, name, need, limit, text)
#define STRINGS(r, name, limit, text)
#define ONE(r, name, type, text)
#define LIST(r, name, type, limit, text)
#define END(r)
#define CALL(actor, verb, repeat, text) extern const call_type_t call_##actor##_##verb;
#define EVENT(actor, verb, text) extern const call_type_t event_##actor##_##verb;
#include "contract.def"
#include "contract_undef.h"

// All schemas, all calls and events, in the order of contract.def; each ends with NULL.
const schema_t *const *contract_schemas(void);
const call_type_t *const *contract_calls(void);
// NULL if this version does not know the type.
const call_type_t *contract_find(const char *name);
#endif
