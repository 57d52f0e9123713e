// Whatever comes as a path: what is accepted stays inside the repository and outside ".git", ids are stable, a new file
// belongs to its page, and a URL leads back to what it was made from. The first byte chooses the naming.
#include "../../proto/page.h"

#include <stdlib.h>
#include <string.h>

static void
must(bool promise)
{
    if (!promise)
        abort();
}

static void
check_component(const char *name, size_t size)
{
    must(size > 0 && size <= LIMIT_NAME_BYTES);
    must(!(size == 1 && name[0] == '.') && !(size == 2 && name[0] == '.' && name[1] == '.'));
    must(!(size >= 4 && strncasecmp(name, ".git", 4) == 0 && (size == 4 || strchr(". :", name[4]))) ||
         strspn(name + 4, ". ") + 4 < size);
    for (size_t i = 0; i < size; i++)
        must((unsigned char)name[i] >= 0x20 && name[i] != '\\' && name[i] != 0x7F);
}

static void
check_path(const char *path)
{
    must(strlen(path) <= LIMIT_PATH_BYTES && page_utf8_valid(path, strlen(path)));
    for (const char *at = path; at;) {
        const char *slash = strchr(at, '/');
        check_component(at, slash? (size_t)(slash - at): strlen(at));
        at = slash? slash + 1: NULL;
    }
}

static void
check_identity(const page_naming_t *naming, const char *text)
{
    char id[PAGE_ID_SIZE], again[PAGE_ID_SIZE], file[PAGE_ID_SIZE], name[PAGE_ID_SIZE];
    if (page_id(naming, text, id) != OK) {
        must(page_new_file(naming, text, file) != OK);
        return;
    }
    check_path(id);
    must(page_id(naming, id, again) == OK && strcmp(id, again) == 0);
    must(page_new_file(naming, text, file) == OK);
    check_path(file);
    must(page_is_page_file(file));
    must(page_id_of_file(naming, file, again) == OK && strcmp(id, again) == 0);
    page_display_name(naming, id, name);
    must(page_utf8_valid(name, strlen(name)));
    page_display_path(naming, file, name);
    must(page_utf8_valid(name, strlen(name)));
    page_folder(file, name);
    must(strcmp(name, id) == 0);
}

static void
check_url(const char *text)
{
    static char url[PAGE_URL_SIZE];
    char back[PAGE_ID_SIZE];
    if (page_path_check(text, NULL) != OK)
        return;
    check_path(text);
    page_url(text, url);
    must(url[0] == '/' && page_url_decode(url + 1, strlen(url) - 1, back) == OK && strcmp(back, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    page_naming_t naming = { .retain_case = data[0] & 1, .underscores = data[0] & 2 };
    char *text = calloc(1, size);               // exactly sized: the rest of the input and a NUL
    must(text);
    memcpy(text, data + 1, size - 1);
    check_identity(&naming, text);
    check_url(text);
    char spelling[PAGE_ID_SIZE], slug[64];
    if (page_url_decode(text, size - 1, spelling) == OK)
        check_identity(&naming, spelling);
    if (page_sanitise(text, spelling) == OK)
        check_path(spelling);
    page_slug(text, size - 1, slug, sizeof slug);
    must(strlen(slug) < sizeof slug);
    free(text);
    return 0;
}
