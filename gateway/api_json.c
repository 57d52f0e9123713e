// JSON of the API: bodies that come in, within limits, and values that go out
#include "api.h"

#include <string.h>
#include <strings.h>
#include <time.h>

// ---- in ----------------------------------------------------------------------------------------------------------
static bool
is_json(const char *type)
{
    size_t size = type? strcspn(type, "; \t"): 0;
    if (size == strlen("application/json") && strncasecmp(type, "application/json", size) == 0)
        return true;
    return size > 17 && strncasecmp(type, "application/", 12) == 0 && strncasecmp(type + size - 5, "+json", 5) == 0;
}

// Is it shallow, and of few values? What is parsed takes many times its size in memory.
static bool
is_modest(const char *text, size_t size)
{
    size_t depth = 0, values = 0;
    bool inside = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (inside && c == '\\')
            i++;
        else if (c == '"')
            inside = !inside;
        else if (!inside && (c == '{' || c == '['))
            depth++, values++;
        else if (!inside && (c == '}' || c == ']') && depth > 0)
            depth--;
        else if (!inside && c == ',')
            values++;
        if (depth > LIMIT_JSON_NESTING || values > LIMIT_JSON_VALUES)
            return false;
    }
    return true;
}

json_t *
api_body(web_t *self)
{
    api_t *api = self->api;
    zframe_t *blob = self->call->blob;
    if (api->body_read)
        return api->body;
    api->body_read = true;
    if (!blob || !is_json(event_header(self->request, "content-type")))
        return NULL;
    const char *text = (const char *)zframe_data(blob);
    if (is_modest(text, zframe_size(blob)))
        api->body = json_loadb(text, zframe_size(blob), JSON_REJECT_DUPLICATES, NULL);
    if (api->body && json_object_size(api->body) > 0)
        return api->body;
    json_decref(api->body);
    api->body = NULL;
    return NULL;
}

bool
api_string(web_t *self, const char *name, const char **text, size_t *size)
{
    const json_t *value = json_object_get(api_body(self), name);
    *text = json_string_value(value);
    if (size)
        *size = json_string_length(value);
    if (!value || *text || json_is_null(value))
        return true;
    api_refuse_of(self, 422, "Field '%s' must be a string", name);
    return false;
}

bool
api_flag(web_t *self, const char *name, bool *flag)
{
    const json_t *value = json_object_get(api_body(self), name);
    *flag = json_is_true(value);
    if (!value || json_is_boolean(value) || json_is_null(value))
        return true;
    api_refuse_of(self, 422, "Field '%s' must be true or false", name);
    return false;
}

// ---- out ---------------------------------------------------------------------------------------------------------
json_t *
api_text(const char *text)
{
    size_t size = strlen(text);
    if (page_utf8_valid(text, size))
        return json_stringn_nocheck(text, size);
    char *clean = malloc(3 * size + 1);
    size_t used = 0;
    if (!clean)
        abort();
    for (size_t i = 0, step; i < size; i += step) {
        step = 1;
        while (step <= 4 && step <= size - i && !page_utf8_valid(text + i, step))
            step++;
        bool good = step <= 4 && step <= size - i;
        step = good? step: 1;
        memcpy(clean + used, good? text + i: "\xEF\xBF\xBD", good? step: 3);
        used += good? step: 3;
    }
    json_t *json = json_stringn_nocheck(clean, used);
    free(clean);
    return json;
}

json_t *
api_parsed(const char *text, size_t size)
{
    json_t *json = size > 0? json_loadb(text, size, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL): NULL;
    return json? json: json_null();
}

json_t *
api_when(int64_t when, int64_t zone)
{
    char text[32] = "";
    struct tm tm;
    time_t local = (time_t)(when + zone * 60);
    int64_t off = zone < 0? -zone: zone;
    if (gmtime_r(&local, &tm))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    return json_sprintf("%s%c%02d:%02d", text, zone < 0? '-': '+', (int)(off / 60 % 100), (int)(off % 60));
}
