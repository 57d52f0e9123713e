// Paths of the API: decoding, the page that is meant, and how it is shown
#include "api.h"

#include <string.h>

static int
hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = digit? strchr(digits, digit): NULL;
    return at? (int)((at - digits) % 16): -1;
}

const char *
api_decode(web_t *self, const char *text, size_t size)
{
    char *out = arena_alloc(self->arena, size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        int high = text[i] == '%' && i + 2 < size? hex_digit(text[i + 1]): -1;
        int low = high >= 0? hex_digit(text[i + 2]): -1;
        out[used++] = low >= 0? (char)(high * 16 + low): text[i];
        i += low >= 0? 2: 0;
    }
    return strlen(out) == used && page_utf8_valid(out, used)? out: NULL;
}

const char *
api_display(web_t *self, const char *file)
{
    char path[PAGE_ID_SIZE];
    page_display_path(&self->gateway->site.naming, file, path);
    return arena_copy(self->arena, path, strlen(path));
}

code_t
api_no_page(web_t *self)
{
    return api_refuse_of(self, 404, "Page not found: %s", self->api->path);
}

// What is wrong with a path that page_id takes for none.
static const char *
fault_of(const char *path)
{
    const char *why = "it is too long";
    char id[PAGE_ID_SIZE];
    size_t used = 0;
    for (; *path && used < sizeof id - 1; path++)
        if (*path != '/' || (used > 0 && id[used - 1] != '/'))
            id[used++] = *path;
    while (used > 0 && id[used - 1] == '/')
        used--;
    id[used] = 0;
    if (!*path)
        (void)page_path_check(id, &why);
    return why;
}

static code_t
ask_page(web_t *self, const store_read_req_t *read, api_page_t *page)
{
    char id[PAGE_ID_SIZE], file[PAGE_ID_SIZE];
    store_read_rep_t found = { 0 };
    const page_naming_t *naming = &self->gateway->site.naming;
    *page = (api_page_t){ .file = "", .display = "", .blob = "", .commit = "", .revision = "" };
    page->impossible = strlen(read->path) > LIMIT_PATH_BYTES || page_id(naming, read->path, id) != OK
                       || page_new_file(naming, read->path, file) != OK;
    if (page->impossible) {
        page->why = fault_of(read->path);
        return OK;
    }
    page->file = arena_copy(self->arena, file, strlen(file));
    page->display = api_display(self, file);
    code_t code = web_ask(self, &call_store_read, read, NULL, &found);
    if (code == NOT_FOUND || code == INVALID)
        return OK;
    if (code != OK)
        return code;
    page->found = true;
    page->file = found.file;
    page->display = api_display(self, found.file);
    page->blob = found.blob;
    page->commit = found.commit;
    page->binary = found.binary;
    self->api->commit = found.commit;
    return OK;
}

code_t
api_find(web_t *self, const char *path, api_page_t *page)
{
    store_read_req_t read = { .caller = self->caller, .path = path, .stat = true };
    return ask_page(self, &read, page);
}

code_t
api_read(web_t *self, const char *path, const char *revision, api_page_t *page)
{
    store_read_req_t read = { .caller = self->caller, .path = path, .commit = revision };
    return ask_page(self, &read, page);
}
