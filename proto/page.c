#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SUFFIX_SIZE = 3 };                       // ".md"

// ---- paths ------------------------------------------------------------------------------------------------------

static bool
continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

// Length of the UTF-8 sequence at `text`, or 0 if it is overlong, a surrogate, beyond Unicode or cut off.
static size_t
utf8_length(const unsigned char *text, size_t size)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size_t length = lead < 0xE0? 2: lead < 0xF0? 3: 4;
    if (size < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!continuation(text[i]))
            return 0;
    bool overlong = (lead == 0xE0 && text[1] < 0xA0) || (lead == 0xF0 && text[1] < 0x90);
    bool beyond = (lead == 0xED && text[1] > 0x9F) || (lead == 0xF4 && text[1] > 0x8F);
    return overlong || beyond? 0: length;
}

bool
page_utf8_valid(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + size;
    while (at < end) {
        uint64_t eight = 0x8080808080808080u;
        if (end - at >= 8)
            memcpy(&eight, at, 8);
        size_t length = (eight & 0x8080808080808080u) == 0? 8: utf8_length(at, (size_t)(end - at));
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

// Is this ASCII component ".git" to a file system that ignores case, trailing dots and blanks, and what follows a
// colon (NTFS streams), or its short name "git~1"?
static bool
folds_to_git(const char *name, size_t size)
{
    const char *colon = memchr(name, ':', size);
    if (colon)
        size = (size_t)(colon - name);
    while (size > 0 && (name[size - 1] == '.' || name[size - 1] == ' '))
        size--;
    if (size == 4 && strncasecmp(name, ".git", 4) == 0)
        return true;
    return size >= 5 && strncasecmp(name, "git~", 4) == 0 && strspn(name + 4, "0123456789") >= size - 4;
}

// The same for a component with letters beyond ASCII: some file systems drop ignorable code points or fold wide forms.
static bool
unicode_folds_to_git(const char *name, size_t size)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_IGNORE |
                            UTF8PROC_CASEFOLD;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)name, (utf8proc_ssize_t)size, &folded, how);
    bool is_git = length < 0 || folds_to_git((const char *)folded, (size_t)length);
    free(folded);
    return is_git;
}

// What is wrong with one component; NULL if nothing is.
static const char *
component_fault(const char *name, size_t size)
{
    if (size == 0)
        return "the path has an empty component";
    if (size > LIMIT_NAME_BYTES)
        return "a name in the path is too long";
    if (name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.')))
        return "the path has a component \".\" or \"..\"";
    bool ascii = true;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)name[i];
        if (byte < 0x20 || byte == 0x7F || byte == '\\')
            return "the path has a control character or a backslash";
        if (byte == 0xC2 && i + 1 < size && (unsigned char)name[i + 1] < 0xA0)
            return "the path has a control character";
        ascii = ascii && byte < 0x80;
    }
    if (ascii? folds_to_git(name, size): unicode_folds_to_git(name, size))
        return "the path has a component \".git\"";
    return NULL;
}

static const char *
path_fault(const char *path)
{
    size_t size = path? strnlen(path, LIMIT_PATH_BYTES + 1): 0;
    if (size == 0)
        return "the path is empty";
    if (size > LIMIT_PATH_BYTES)
        return "the path is too long";
    if (!page_utf8_valid(path, size))
        return "the path is not valid UTF-8";
    const char *fault = NULL;
    for (const char *at = path; at && !fault;) {
        const char *slash = strchr(at, '/');
        fault = component_fault(at, slash? (size_t)(slash - at): strlen(at));
        at = slash? slash + 1: NULL;
    }
    return fault;
}

code_t
page_path_check(const char *path, const char **why)
{
    const char *fault = path_fault(path);
    if (fault && why)
        *why = fault;
    return fault? INVALID: OK;
}

// ---- id and file ------------------------------------------------------------------------------------------------

// Length of the path without its ".md", however often it stands there: so that the id of an id is the id itself.
static size_t
stem_size(const char *path, size_t size)
{
    while (size >= SUFFIX_SIZE && strncasecmp(path + size - SUFFIX_SIZE, ".md", SUFFIX_SIZE) == 0)
        size -= SUFFIX_SIZE;
    return size;
}

bool
page_is_page_file(const char *file)
{
    size_t size = strlen(file);
    size_t stem = stem_size(file, size);
    return stem < size && stem > 0 && file[stem - 1] != '/';
}

// Copies without leading, trailing and doubled slashes; false if there is no room.
static bool
tidy_slashes(const char *text, char tidy[PAGE_ID_SIZE])
{
    size_t size = 0;
    for (; *text; text++) {
        if (*text == '/' && (size == 0 || tidy[size - 1] == '/'))
            continue;
        if (size + 1 == PAGE_ID_SIZE)
            return false;
        tidy[size++] = *text;
    }
    while (size > 0 && tidy[size - 1] == '/')
        size--;
    tidy[size] = 0;
    return true;
}

static utf8proc_int32_t
lower(utf8proc_int32_t letter, void *context)
{
    (void)context;
    return utf8proc_tolower(letter);
}

static utf8proc_int32_t
same(utf8proc_int32_t letter, void *context)
{
    (void)context;
    return letter;
}

// Composed form, so that both spellings of an accent are one page; lower case unless it is to be kept.
static code_t
fold_unicode(char text[PAGE_ID_SIZE], bool keep_case)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map_custom((const utf8proc_uint8_t *)text, 0, &folded,
                                                UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE,
                                                keep_case? same: lower, NULL);
    bool fits = size > 0 && size <= LIMIT_PATH_BYTES;
    if (fits)
        memcpy(text, folded, (size_t)size + 1);
    free(folded);
    return fits? OK: INVALID;
}

static code_t
fold(const page_naming_t *naming, char text[PAGE_ID_SIZE])
{
    bool ascii = true;
    for (char *at = text; *at; at++) {
        ascii = ascii && (unsigned char)*at < 0x80;
        if (!naming->retain_case && *at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 'a' - 'A');
        if (naming->underscores && *at == ' ')
            *at = '_';
    }
    return ascii? OK: fold_unicode(text, naming->retain_case);
}

// An id is well formed if the file of its page is.
static code_t
id_check(const char id[PAGE_ID_SIZE])
{
    char file[PAGE_ID_SIZE];
    size_t size = strlen(id);
    if (size + SUFFIX_SIZE > LIMIT_PATH_BYTES || page_path_check(id, NULL) != OK)
        return INVALID;
    memcpy(file, id, size);
    memcpy(file + size, ".md", SUFFIX_SIZE + 1);
    return page_path_check(file, NULL);
}

static bool
is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

// Is there room for ".md" behind a path that was checked?
static code_t
suffix_fits(const char *id)
{
    const char *slash = strrchr(id, '/');
    bool fits = strlen(id) + SUFFIX_SIZE <= LIMIT_PATH_BYTES &&
                strlen(slash? slash + 1: id) + SUFFIX_SIZE <= LIMIT_NAME_BYTES;
    return fits? OK: INVALID;
}

static bool
is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == ' ';
}

// Most names are of plain letters, and need one look. False: what follows must decide.
static bool
plain_id(const page_naming_t *naming, const char *spelling, char id[PAGE_ID_SIZE])
{
    size_t size = 0, name = 0;
    for (; spelling[size] && size + SUFFIX_SIZE < LIMIT_PATH_BYTES; size++) {
        char byte = spelling[size];
        bool upper = byte >= 'A' && byte <= 'Z';
        bool slash = byte == '/' && size > name;
        if (!is_name_byte(byte) && !upper && !slash)
            return false;
        if (size - name + SUFFIX_SIZE >= LIMIT_NAME_BYTES || (byte == ' ' && naming->underscores))
            return false;
        id[size] = upper && !naming->retain_case? (char)(byte | 32): byte;
        name = slash? size + 1: name;
    }
    id[size] = 0;
    return !spelling[size] && size > name;
}

code_t
page_id(const page_naming_t *naming, const char *spelling, char id[PAGE_ID_SIZE])
{
    if (plain_id(naming, spelling, id))
        return OK;
    if (!tidy_slashes(spelling, id))
        return INVALID;
    id[stem_size(id, strlen(id))] = 0;
    if (page_path_check(id, NULL) != OK)        // before folding, which trusts it to be UTF-8
        return INVALID;
    bool plain = is_ascii(id);                  // then folding changes nothing that was checked
    if (fold(naming, id) != OK)
        return INVALID;
    if (plain)
        return suffix_fits(id);
    id[stem_size(id, strlen(id))] = 0;          // folding can bring one to light
    return id_check(id);
}

code_t
page_id_of_file(const page_naming_t *naming, const char *file, char id[PAGE_ID_SIZE])
{
    if (!page_is_page_file(file) || page_path_check(file, NULL) != OK)
        return INVALID;
    return page_id(naming, file, id);
}

code_t
page_new_file(const page_naming_t *naming, const char *spelling, char file[PAGE_ID_SIZE])
{
    code_t code = page_id(naming, spelling, file);
    if (code == OK)
        memcpy(file + strlen(file), ".md", SUFFIX_SIZE + 1);
    return code;
}

code_t
page_spelled_file(const char *spelling, char file[PAGE_ID_SIZE])
{
    if (!tidy_slashes(spelling, file))
        return INVALID;
    file[stem_size(file, strlen(file))] = 0;
    code_t code = id_check(file);
    if (code == OK)
        memcpy(file + strlen(file), ".md", SUFFIX_SIZE + 1);
    return code;
}

void
page_folder(const char *file, char folder[PAGE_ID_SIZE])
{
    size_t size = strnlen(file, PAGE_ID_SIZE - 1);
    if (page_is_page_file(file))
        size -= SUFFIX_SIZE;
    memmove(folder, file, size);
    folder[size] = 0;
}

// ---- URLs -------------------------------------------------------------------------------------------------------

// The unreserved characters of RFC 3986, and the slash.
static bool
stands_for_itself(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '-' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_' || byte == '~';
}

// Does the address of this page lie where all addresses are the API's?
static bool
is_api(const char *path)
{
    static const char root[] = "api/v1";
    const size_t size = sizeof root - 1;
    return strncmp(path, root, size) == 0 && (!path[size] || path[size] == '/');
}

void
page_base_url(const char *path, char url[PAGE_URL_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    size_t size = 0;
    url[size++] = '/';
    if (is_api(path)) {                         // the same letter, and yet not the address that programs use
        memcpy(url + size, "%61", 3);
        size += 3;
        path++;
    }
    for (; *path && size + 4 <= PAGE_URL_SIZE; path++) {
        unsigned char byte = (unsigned char)*path;
        if (stands_for_itself(byte)) {
            url[size++] = (char)byte;
            continue;
        }
        url[size++] = '%';
        url[size++] = digits[byte >> 4];
        url[size++] = digits[byte & 15];
    }
    url[size] = 0;
}

static int
hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F'? digit - 'A' + 10: -1;
}

// The byte of the escape at `text`, or -1.
static int
escaped_byte(const char *text, size_t size)
{
    if (size < 3)
        return -1;
    int high = hex_digit(text[1]);
    int low = hex_digit(text[2]);
    return high < 0 || low < 0? -1: high * 16 + low;
}

code_t
page_url_decode(const char *url, size_t size, char text[PAGE_ID_SIZE])
{
    size_t out = 0;
    for (size_t i = 0; i < size; i++) {
        int byte = (unsigned char)url[i];
        if (byte == '%') {
            byte = escaped_byte(url + i, size - i);
            i += 2;
        }
        if (byte <= 0 || out == LIMIT_PATH_BYTES)
            return INVALID;
        text[out++] = (char)byte;
    }
    text[out] = 0;
    return OK;
}
