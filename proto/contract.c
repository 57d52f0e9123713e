#include "contract.h"

#include <string.h>

#define REQUIRED true
#define OPTIONAL false
#define IDEMPOTENT true
#define ONCE false

#define RECORD(r) static const field_t r##_fields[] = {
#define FIELD(r, name, kind, need, limit, record, count, text)                                                        \
    { #name, sizeof #name - 1, kind, need, offsetof(r##_t, name), count, limit, record, text },
#define BOOL(r, name, need, text) FIELD(r, name, FIELD_BOOL, need, 0, NULL, 0, text)
#define INT(r, name, need, text) FIELD(r, name, FIELD_INT, need, 0, NULL, 0, text)
#define STRING(r, name, need, limit, text) FIELD(r, name, FIELD_STRING, need, limit, NULL, 0, text)
#define STRINGS(r, name, limit, text)                                                                                 \
    FIELD(r, name, FIELD_STRINGS, OPTIONAL, limit, NULL, offsetof(r##_t, name##_count), text)
#define ONE(r, name, type, text) FIELD(r, name, FIELD_ONE, OPTIONAL, 1, &type##_schema, 0, text)
#define LIST(r, name, type, limit, text)                                                                              \
    FIELD(r, name, FIELD_LIST, OPTIONAL, limit, &type##_schema, offsetof(r##_t, name##_count), text)
#define END(r)                                                                                                        \
    { NULL, 0, FIELD_BOOL, false, 0, 0, 0, NULL, NULL } };                                                            \
    const schema_t r##_schema = { #r, r##_fields, sizeof(r##_t) };
#define CALL(actor, verb, repeat, text)                                                                               \
    const call_type_t call_##actor##_##verb = { #actor "." #verb, &actor##_##verb##_req_schema,                       \
                                                &actor##_##verb##_rep_schema, repeat, text };
#define EVENT(actor, verb, text)                                                                                      \
    const call_type_t event_##actor##_##verb = { #actor "." #verb, &actor##_##verb##_evt_schema, NULL, false, text };
#include "contract.def"
#include "contract_undef.h"
#undef FIELD

#define BOOL(r, name, need, text)
#define INT(r, name, need, text)
#define STRING(r, name, need, limit, text)
#define STRINGS(r, name, limit, text)
#define ONE(r, name, type, text)
#define LIST(r, name, type, limit, text)
#define END(r)

#define RECORD(r) &r##_schema,
#define CALL(actor, verb, repeat, text)
#define EVENT(actor, verb, text)
static const schema_t *const schemas[] = {
#include "contract.def"
    NULL
};
#undef RECORD
#undef CALL
#undef EVENT

#define RECORD(r)
#define CALL(actor, verb, repeat, text) &call_##actor##_##verb,
#define EVENT(actor, verb, text) &event_##actor##_##verb,
static const call_type_t *const calls[] = {
#include "contract.def"
    NULL
};
#include "contract_undef.h"

const schema_t *const *
contract_schemas(void)
{
    return schemas;
}

const call_type_t *const *
contract_calls(void)
{
    return calls;
}

const call_type_t *
contract_find(const char *name)
{
    for (size_t i = 0; calls[i]; i++)
        if (strcmp(calls[i]->name, name) == 0)
            return calls[i];
    return NULL;
}
