// api_check - is this answer one that openapi.json describes? Every answer that a unit test of the API gets is asked
//
// Knows as much of JSON Schema as gateway/api_openapi.c writes, and fails on any keyword that it does not know.
#ifndef API_CHECK_H
#define API_CHECK_H
#include "unit.h"

#include <jansson.h>
#include <strings.h>

#include "../gateway/api.h"

static json_t *
check_find(json_t *document, const char *reference)
{
    char name[128];
    json_t *at = document;
    for (reference += 2; at && *reference;) {           // behind "#/"
        size_t size = strcspn(reference, "/");
        snprintf(name, sizeof name, "%.*s", (int)size, reference);
        at = json_object_get(at, name);
        reference += size + (reference[size] == '/');
    }
    return at;
}

static bool
check_type(const char *type, const json_t *value)
{
    static const char *const names[] = { "object", "array", "string", "integer", "number", "boolean", "boolean",
                                         "null" };
    json_type is = json_typeof(value);
    return strcmp(names[is], type) == 0 || (is == JSON_INTEGER && strcmp(type, "number") == 0);
}

// "^([0-9a-f]{40}|[0-9a-f]{64}|)$" is the one pattern that there is.
static bool
check_revision(const char *text)
{
    size_t size = strlen(text);
    return strspn(text, "0123456789abcdef") == size && (size == 0 || size == 40 || size == 64);
}

static bool check_value(json_t *document, json_t *schema, json_t *value);

static bool
check_object(json_t *document, json_t *schema, json_t *value)
{
    json_t *properties = json_object_get(schema, "properties"), *required = json_object_get(schema, "required"), *inner;
    bool closed = json_is_false(json_object_get(schema, "additionalProperties"));
    const char *key;
    size_t i;
    json_array_foreach(required, i, inner)
        if (!json_object_get(value, json_string_value(inner)))
            return false;
    json_object_foreach(value, key, inner) {
        json_t *property = json_object_get(properties, key);
        if (property? !check_value(document, property, inner): closed)
            return false;
    }
    return true;
}

static bool
check_keyword(json_t *document, json_t *schema, const char *key, json_t *value)
{
    json_t *rule = json_object_get(schema, key), *inner;
    size_t i;
    bool any = false;
    if (strcmp(key, "$ref") == 0)
        return check_value(document, check_find(document, json_string_value(rule)), value);
    if (strcmp(key, "type") == 0)
        return check_type(json_string_value(rule), value);
    if (strcmp(key, "properties") == 0)
        return !json_is_object(value) || check_object(document, schema, value);
    if (strcmp(key, "pattern") == 0)
        return !json_is_string(value) || check_revision(json_string_value(value));
    if (strcmp(key, "items") == 0) {
        json_array_foreach(value, i, inner)
            if (!check_value(document, rule, inner))
                return false;
        return true;
    }
    if (strcmp(key, "anyOf") == 0 || strcmp(key, "enum") == 0) {
        json_array_foreach(rule, i, inner)
            any = any || (*key == 'a'? check_value(document, inner, value): json_equal(inner, value));
        return any;
    }
    static const char *const notes[] = { "description", "required", "additionalProperties", "format",
                                         "contentEncoding" };
    for (i = 0; i < sizeof notes / sizeof *notes; i++)
        any = any || strcmp(key, notes[i]) == 0;
    if (!any)
        fail_msg("api_check.h does not know the keyword %s", key);
    return any;
}

static bool
check_value(json_t *document, json_t *schema, json_t *value)
{
    const char *key;
    json_t *rule;
    assert_non_null(schema);
    json_object_foreach(schema, key, rule)
        if (!check_keyword(document, schema, key, value))
            return false;
    return true;
}

// Does a template fit this path? {path} is one segment or more, {name} one. The more of it is fixed, the better.
static int
check_template(const char *template, const char *path)
{
    int best = -1;
    if (!*template || !*path)
        return *template || *path? -1: 0;
    if (*template != '{') {
        int rest = *template == *path? check_template(template + 1, path + 1): -1;
        return rest < 0? -1: rest + 1;
    }
    const char *behind = strchr(template, '}') + 1;
    bool one = strncmp(template, "{name}", 6) == 0;
    for (const char *end = path + 1; ; end++) {
        int rest = *end && *end != '/'? -1: check_template(behind, end);
        best = rest > best? rest: best;
        if (!*end || (one && *end == '/'))
            return best;
    }
}

// The operation of a method and a path below /api/v1, as it came; NULL: there is none.
static json_t *
check_operation(json_t *document, const char *method, const char *path)
{
    const char *template, *verb;
    json_t *item, *operation, *found = NULL;
    int best = strcmp(path, "/") == 0? 1: -1;           // which is not the root, as "" is
    json_object_foreach(json_object_get(document, "paths"), template, item) {
        int fits = check_template(template, *path? path: "/");
        json_object_foreach(item, verb, operation)
            if (fits > best && strcasecmp(verb, method) == 0) {
                best = fits;
                found = operation;
            }
    }
    return found;
}

// What is wrong with the answer, or NULL.
static const char *
check_answer(json_t *document, json_t *operation, int status, const char *body)
{
    char key[8];
    snprintf(key, sizeof key, "%d", status);
    json_t *answer = json_object_get(json_object_get(operation, "responses"), key);
    const char *reference = json_string_value(json_object_get(answer, "$ref"));
    answer = reference? check_find(document, reference): answer;
    if (!answer)
        return "a status that openapi.json does not have";
    json_t *schema = json_object_get(json_object_get(json_object_get(answer, "content"), "application/json"), "schema");
    json_t *value = schema? json_loads(body, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL): NULL;
    bool fits = !schema || (value && check_value(document, schema, value));
    json_decref(value);
    return fits? NULL: "another shape than openapi.json has";
}

static inline void
api_check(const char *method, const char *path, int status, const char *body)
{
    bool looked = strncmp(path, "/api/v1", 7) == 0 && !strchr(path, '%') && strcmp(method, "HEAD") != 0;
    if (!looked)                                // what has no body, or would have to be decoded first
        return;
    json_t *document = api_openapi_document(), *operation = check_operation(document, method, path + 7);
    const char *why = operation? check_answer(document, operation, status, body): NULL;
    json_decref(document);
    if (why)
        fail_msg("%s %s: %d: %s: %s", method, path, status, why, body);
}
#endif
