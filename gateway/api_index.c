// What the API asks the index
#include "api.h"

#include <string.h>

static const void *
member(const schema_t *schema, const void *record, const char *name)
{
    const field_t *field = schema->fields;
    while (field->name && strcmp(field->name, name) != 0)
        field++;
    return field->name? (const char *)record + field->offset: NULL;
}

code_t
api_index(web_t *self, const call_type_t *call, const void *request, void *reply)
{
    const char *const *at_least = member(call->request, request, "at_least");
    const bool *behind = member(call->reply, reply, "behind");
    code_t code = web_ask_index(self, call, request, reply);
    // What is not found may be known only then; of a small wiki the index is built in a moment.
    bool late = code == OK? behind && *behind: code == NOT_FOUND || code == UNAVAILABLE;
    if (!late || !at_least || !*at_least || !**at_least || web_catch_up(self, *at_least) != OK)
        return code;
    return web_ask_index(self, call, request, reply);
}
