// The API describes itself: openapi.json (3.1), made of api.def and api_schema.def
#include "api.h"

#include <stdio.h>
#include <string.h>

typedef struct { const char *name, *text; bool closed; } api_schema_t;
typedef struct { const char *schema, *name, *type; bool required; const char *text; } api_field_t;

#define REQUIRED true
#define OPTIONAL false
static const api_schema_t schemas[] = {
#define ANSWER(schema, text) { #schema, text, true },
#define INPUT(schema, text) { #schema, text, false },
#define FIELD(schema, name, type, need, text)
#include "api_schema.def"
    { 0 },
};
static const api_field_t fields[] = {
#define ANSWER(schema, text)
#define INPUT(schema, text)
#define FIELD(schema, name, type, need, text) { #schema, #name, type, need, text },
#include "api_schema.def"
    { 0 },
};

// Words for types that are no schema of their own: what JSON calls them, and what else is known.
typedef struct { const char *word, *type, *key, *value; } word_t;
static const word_t words[] = {
    { "string", "string", NULL, NULL },
    { "integer", "integer", NULL, NULL },
    { "number", "number", NULL, NULL },
    { "boolean", "boolean", NULL, NULL },
    { "object", "object", NULL, NULL },
    { "any", NULL, NULL, NULL },
    { "PagePath", "string", NULL, NULL },
    { "revision", "string", "pattern", "^([0-9a-f]{40}|[0-9a-f]{64}|)$" },
    { "date", "string", "format", "date" },
    { "time", "string", "format", "date-time" },
    { "base64", "string", "contentEncoding", "base64" },
};

// Errors that any route may give.
static const struct { const char *status, *text; } common[] = {
    { "400", "the request is malformed" },
    { "401", "the credential is missing or wrong" },
    { "403", "there is no right to do this" },
    { "412", "a condition of the request does not hold" },
    { "413", "the request or the answer is too large" },
    { "415", "this kind of content is not handled" },
    { "422", "a field or parameter is missing or wrong" },
    { "429", "too many requests" },
    { "500", "our fault, or no key is set" },
    { "503", "busy, or a part of the wiki is not running; Retry-After says when to try again" },
    { "504", "it took too long" },
    { "507", "the disk is full" },
};

// ---- types -------------------------------------------------------------------------------------------------------
static json_t *
word_type(const char *type, size_t size)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const word_t *word = &words[i];
        if (strlen(word->word) != size || memcmp(word->word, type, size) != 0)
            continue;
        json_t *json = json_object();
        if (word->type)
            json_object_set_new(json, "type", json_string(word->type));
        if (word->key)
            json_object_set_new(json, word->key, json_string(word->value));
        return json;
    }
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%.*s", (int)size, type));
}

static json_t *
choice_type(const char *choices, size_t size)
{
    json_t *list = json_array();
    for (size_t at = 0, step; at < size; at += step + 1) {
        const char *bar = memchr(choices + at, '|', size - at);
        step = bar? (size_t)(bar - choices) - at: size - at;
        json_array_append_new(list, json_stringn(choices + at, step));
    }
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static json_t *
schema_of_type(const char *type, size_t size)
{
    if (size > 1 && type[size - 1] == '?')
        return json_pack("{s:[o, {s:s}]}", "anyOf", schema_of_type(type, size - 1), "type", "null");
    if (size > 2 && type[0] == '[')
        return json_pack("{s:s, s:o}", "type", "array", "items", schema_of_type(type + 1, size - 2));
    const char *bar = type[0] == '='? NULL: memchr(type, '|', size);
    if (bar)
        return json_pack("{s:[o, o]}", "anyOf", schema_of_type(type, (size_t)(bar - type)),
                         schema_of_type(bar + 1, size - (size_t)(bar + 1 - type)));
    return type[0] == '='? choice_type(type + 1, size - 1): word_type(type, size);
}

static json_t *
object_schema(const api_schema_t *schema)
{
    json_t *properties = json_object(), *required = json_array();
    for (const api_field_t *field = fields; field->schema; field++) {
        if (strcmp(field->schema, schema->name) != 0)
            continue;
        json_t *type = schema_of_type(field->type, strlen(field->type));
        json_object_set_new(type, "description", json_string(field->text));
        json_object_set_new(properties, field->name, type);
        if (field->required)
            json_array_append_new(required, json_string(field->name));
    }
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "type", "object", "description", schema->text, "properties",
                             properties, "required", required);
    if (schema->closed)
        json_object_set_new(json, "additionalProperties", json_false());
    return json;
}

// ---- operations --------------------------------------------------------------------------------------------------
// A schema as JSON, or bytes of a media type.
static json_t *
content_of(const char *answer)
{
    bool bytes = strchr(answer, '/') != NULL;
    json_t *schema = bytes? json_object(): schema_of_type(answer, strlen(answer));
    return json_pack("{s:{s:o}}", bytes? answer: "application/json", "schema", schema);
}

static void
add_answer(json_t *answers, const api_route_t *route, int status, const char *text)
{
    char key[8];
    bool empty = status == 204 || status == 304;
    const char *answer = status < 300? route->answer: "Error";
    snprintf(key, sizeof key, "%d", status);
    json_t *json = json_pack("{s:s}", "description", text);
    if (answer && !empty)
        json_object_set_new(json, "content", content_of(answer));
    json_object_set_new(answers, key, json);
}

static json_t *
answers_of(const api_route_t *route)
{
    json_t *answers = json_object();
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        json_object_set_new(answers, common[i].status,
                            json_pack("{s:o}", "$ref", json_sprintf("#/components/responses/%s", common[i].status)));
    add_answer(answers, route, route->status, "all went well");
    if (strcmp(route->method, "GET") == 0)
        add_answer(answers, route, 304, "nothing has changed since the entity tag of If-None-Match");
    for (const api_fault_t *fault = api_faults; fault->route; fault++)
        if (strcmp(fault->route, route->id) == 0)
            add_answer(answers, route, fault->status, fault->text);
    return answers;
}

static json_t *
params_of(const api_route_t *route)
{
    json_t *list = json_array();
    for (const api_param_t *param = api_params; param->route; param++)
        if (strcmp(param->route, route->id) == 0)
            json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:s, s:o}", "in", param->where, "name", param->name,
                                                  "required", param->required, "description", param->text, "schema",
                                                  schema_of_type(param->schema, strlen(param->schema))));
    if (!(route->flags & API_OPEN))
        json_array_append_new(list, json_pack("{s:s}", "$ref", "#/components/parameters/WikiAtLeast"));
    return list;
}

static json_t *
operation_of(const api_route_t *route)
{
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "operationId", route->id, "summary", route->summary, "parameters",
                             params_of(route), "responses", answers_of(route));
    for (const api_body_t *body = api_bodies; body->route; body++)
        if (strcmp(body->route, route->id) == 0)
            json_object_set_new(json, "requestBody", json_pack("{s:b, s:s, s:o}", "required", body->required,
                                                               "description", body->text, "content",
                                                               content_of(body->schema)));
    if (route->flags & API_OPEN)
        json_object_set_new(json, "security", json_array());
    return json;
}

// "/pages/*path/attachments/:name" as a template: "/pages/{path}/attachments/{name}".
static void
print_template(const char *pattern, char *out, size_t size)
{
    size_t used = 0;
    for (; *pattern && used + 3 < size; pattern++) {
        if (*pattern != '*' && *pattern != ':') {
            out[used++] = *pattern;
            continue;
        }
        size_t word = strcspn(pattern + 1, "/");
        used += (size_t)snprintf(out + used, size - used, "{%.*s}", (int)word, pattern + 1);
        pattern += word;
    }
    out[used] = 0;
}

static json_t *
paths(void)
{
    json_t *all = json_object();
    for (const api_route_t *route = api_routes; route->id; route++) {
        char template[128], method[16];
        size_t size = strlen(route->method);
        print_template(*route->pattern? route->pattern: "/", template, sizeof template);
        for (size_t i = 0; i <= size && i < sizeof method; i++)
            method[i] = (char)(route->method[i] | (route->method[i]? 0x20: 0));
        json_t *path = json_object_get(all, template);
        if (!path) {
            path = json_object();
            json_object_set_new(all, template, path);
        }
        json_object_set_new(path, method, operation_of(route));
    }
    return all;
}

// ---- the document ------------------------------------------------------------------------------------------------
static const char about[] =
    "Pages of a wiki that lies in git. Every answer is JSON, also each error; nothing redirects. A path may have "
    "slashes, which stay as they are in an address; it is percent-decoded twice. Lists that are asked for with limit "
    "or cursor come in parts: ask again with the cursor of the answer until that is null. Every answer names the "
    "commit that it was made from in the header Wiki-Commit; sent back as Wiki-At-Least, the next answer knows of it.";

static json_t *
components(void)
{
    json_t *all = json_object(), *answers = json_object();
    for (const api_schema_t *schema = schemas; schema->name; schema++)
        json_object_set_new(all, schema->name, object_schema(schema));
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        json_object_set_new(answers, common[i].status, json_pack("{s:s, s:o}", "description", common[i].text,
                                                                 "content", content_of("Error")));
    json_t *at_least = json_pack("{s:s, s:s, s:s, s:o}", "in", "header", "name", "Wiki-At-Least", "description",
                                 "a commit, from Wiki-Commit, that the answer must know of", "schema",
                                 schema_of_type("string", 6));
    return json_pack("{s:o, s:o, s:{s:o}, s:{s:{s:s, s:s, s:s}}}", "schemas", all, "responses", answers, "parameters",
                     "WikiAtLeast", at_least, "securitySchemes", "key", "type", "http", "scheme", "bearer",
                     "description", "the key of the wiki");
}

json_t *
api_openapi_document(void)
{
    return json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}], s:o, s:o}", "openapi", "3.1.0", "info", "title",
                     "wikibot", "version", WIKIBOT_VERSION, "description", about, "servers", "url", "/api/v1",
                     "security", "key", "paths", paths(), "components", components());
}

code_t
api_openapi(web_t *self)
{
    return api_answer(self, 200, api_openapi_document());
}

code_t
api_root(web_t *self)
{
    json_t *json = json_pack("{s:o, s:s, s:s}", "name", api_text(self->gateway->site.name), "version", WIKIBOT_VERSION,
                             "openapi", "/api/v1/openapi.json");
    return api_answer(self, 200, json);
}
