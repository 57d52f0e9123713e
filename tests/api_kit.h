// api_kit - requests of the REST API to the gateway actor of pages_kit
#ifndef API_KIT_H
#define API_KIT_H
#include "pages_kit.h"

#include "../gateway/api.h"

#include "api_check.h"

#define API_KEY "the-key-of-the-tests"

// The most general: any headers, any body (NULL: none). The answer must be one that openapi.json describes.
static inline int
api_send(pages_kit_t *kit, const char *method, const char *target, http_header_t *headers, size_t count,
         const char *body)
{
    const char *question = strchr(target, '?');
    event_request_t request = { .method = method, .query = question? question + 1: "", .source = "test" };
    request.path = arena_copy(&kit->arena, target, question? (size_t)(question - target): strlen(target));
    request.headers = headers;
    request.headers_count = count;
    int status = kit_send(kit, &request, body, body? strlen(body): 0);
    api_check(method, request.path, status, kit->body);
    return status;
}

// With the key; body is JSON or NULL, header a further one or NULL.
static inline int
api_with(pages_kit_t *kit, const char *method, const char *target, const char *name, const char *value,
         const char *body)
{
    http_header_t headers[3] = { { "authorization", "Bearer " API_KEY } };
    size_t count = 1;
    if (body)
        headers[count++] = (http_header_t){ "content-type", "application/json" };
    if (name)
        headers[count++] = (http_header_t){ name, value };
    return api_send(kit, method, arena_printf(&kit->arena, "/api/v1%s", target), headers, count, body);
}

static inline int
api(pages_kit_t *kit, const char *method, const char *target, const char *body)
{
    return api_with(kit, method, target, NULL, NULL, body);
}

static inline int
api_set_up_with(void **state, const char *const *settings)
{
    pages_kit_t *kit = kit_new_with(settings);
    *state = kit;
    kit_settle(kit);
    return 0;
}

static inline int
api_set_up(void **state)
{
    static const char *const settings[] = { "api_key", API_KEY, NULL };
    return api_set_up_with(state, settings);
}

// The newest answer as JSON, checked for its form: sorted keys, compact, ASCII, a line end. The caller frees it.
static inline json_t *
api_json(const pages_kit_t *kit)
{
    assert_string_equal(kit_header(kit, "content-type"), "application/json");
    json_t *json = json_loadb(kit->body, kit->size, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    if (!json)
        fail_msg("no JSON: %s", kit->body);
    char *text = api_dump(json);
    assert_non_null(text);
    size_t size = strlen(text);
    assert_true(kit->size == size + 1 && kit->body[size] == '\n' && memcmp(kit->body, text, size) == 0);
    free(text);
    return json;
}

// A string of the newest answer, in the arena; fails the test if it is none.
static inline const char *
api_field(pages_kit_t *kit, const char *name)
{
    json_t *json = api_json(kit);
    const char *text = json_string_value(json_object_get(json, name));
    if (!text)
        fail_msg("%s: no string in %s", name, kit->body);
    text = arena_copy(&kit->arena, text, strlen(text));
    json_decref(json);
    return text;
}

static inline void
assert_body(const pages_kit_t *kit, const char *expected)
{
    json_t *json = api_json(kit);
    assert_int_equal(kit->body[kit->size - 1], '\n');
    assert_string_equal(kit->body, expected);
    json_decref(json);
}
#define assert_error(kit, text) assert_body(kit, "{\"error\":\"" text "\"}\n")

// Writes a page by the API and returns its revision, in the arena.
static inline const char *
api_put(pages_kit_t *kit, const char *path, const char *content, const char *revision)
{
    json_t *body = json_pack("{s:s}", "content", content);
    if (revision)
        json_object_set_new(body, "revision", json_string(revision));
    char *text = json_dumps(body, 0);
    int status = api(kit, "PUT", arena_printf(&kit->arena, "/pages/%s", path), text);
    free(text);
    json_decref(body);
    if (status != (revision? 200: 201))
        fail_msg("PUT %s: %d %s", path, status, kit->body);
    return api_field(kit, "revision");
}

static inline json_t *
api_page(pages_kit_t *kit, const char *target)
{
    if (api(kit, "GET", arena_printf(&kit->arena, "/pages/%s", target), NULL) != 200)
        fail_msg("GET %s: %s", target, kit->body);
    return api_json(kit);
}

// What git says of the wiki, without its last line end, in the arena.
static inline const char *
git(pages_kit_t *kit, const char *arguments)
{
    const char *path = arena_printf(&kit->arena, "%s/output", kit->folder);
    const char *command = arena_printf(&kit->arena, "git -C %s %s > %s", kit->wiki, arguments, path);
    char text[8192] = "";
    assert_int_equal(kit_shell(command), 0);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return arena_copy(&kit->arena, text, size > 0 && text[size - 1] == '\n'? size - 1: size);
}

static inline const char *
head(pages_kit_t *kit)
{
    return git(kit, "rev-parse HEAD");
}

static inline const char *
content(pages_kit_t *kit, const char *page)
{
    json_t *json = api_page(kit, page);
    const char *text = json_string_value(json_object_get(json, "content"));
    assert_non_null(text);
    text = arena_copy(&kit->arena, text, strlen(text));
    json_decref(json);
    return text;
}

#define BODY(kit, ...) arena_printf(&(kit)->arena, __VA_ARGS__)

static inline json_t *
api_get(pages_kit_t *kit, const char *target)
{
    int status = api(kit, "GET", target, NULL);
    if (status != 200)
        fail_msg("GET %s: %d %s", target, status, kit->body);
    return api_json(kit);
}

// The strings of a list, or those under `key` of its objects, with commas between.
static inline const char *
api_joined(pages_kit_t *kit, const char *target, const char *list, const char *key)
{
    json_t *json = api_get(kit, target), *row;
    const char *text = "";
    size_t i;
    json_array_foreach(json_object_get(json, list), i, row) {
        const char *word = json_string_value(key? json_object_get(row, key): row);
        assert_non_null(word);
        text = arena_printf(&kit->arena, "%s%s%s", text, i? ",": "", word);
    }
    json_decref(json);
    return text;
}

static inline int64_t
api_number(pages_kit_t *kit, const char *target, const char *key)
{
    json_t *json = api_get(kit, target);
    int64_t value = json_integer_value(json_object_get(json, key));
    json_decref(json);
    return value;
}

// A wiki begins with a home page, which would be in every list.
static inline int
api_set_up_bare(void **state)
{
    if (api_set_up(state) != 0)
        return -1;
    assert_int_equal(api(*state, "DELETE", "/pages/home", NULL), 200);
    return 0;
}
#endif
