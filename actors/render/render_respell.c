// render_respell - the path of a link, written anew in the manner of the old one
#include "render_respell.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

// ---- paths by components ----------------------------------------------------------------------------------------

static size_t
count_parts(const char *path)
{
    size_t count = *path != '\0';
    for (; *path; path++)
        count += *path == '/';
    return count;
}

// Length of the first `count` components.
static size_t
first_parts(const char *path, size_t count)
{
    const char *at = path;
    while (count-- > 0) {
        at += *at == '/';
        at += strcspn(at, "/");
    }
    return (size_t)(at - path);
}

// Where the last `count` components of `size` bytes begin; NULL: there are fewer slashes.
static const char *
last_parts(const char *path, size_t size, size_t count)
{
    const char *at = path + size;
    for (; count > 0; count--) {
        const char *slash = memrchr(path, '/', (size_t)(at - path));
        if (!slash)
            return NULL;
        at = slash;
    }
    return at;
}

static bool
fold_part(const respell_t *self, const char *path, size_t size, char id[PAGE_ID_SIZE])
{
    char part[PAGE_ID_SIZE];
    if (size >= sizeof part)
        return false;
    memcpy(part, path, size);
    part[size] = '\0';
    return page_id(self->naming, part, id) == OK;
}

// Two spellings of the folder, and one name to the byte.
static bool
same_file(const respell_t *self, const char *a, size_t a_size, const char *b, size_t b_size)
{
    char id_a[PAGE_ID_SIZE], id_b[PAGE_ID_SIZE];
    const char *name_a = last_parts(a, a_size, 1), *name_b = last_parts(b, b_size, 1);
    if (!name_a || !name_b)
        return a_size == b_size && memcmp(a, b, a_size) == 0;
    size_t size = a_size - (size_t)(name_a - a);
    return size == b_size - (size_t)(name_b - b) && memcmp(name_a, name_b, size) == 0
           && fold_part(self, a, (size_t)(name_a - a), id_a) && fold_part(self, b, (size_t)(name_b - b), id_b)
           && strcmp(id_a, id_b) == 0;
}

bool
respell_same(const respell_t *self, const char *a, const char *b)
{
    char id_a[PAGE_ID_SIZE], id_b[PAGE_ID_SIZE];
    if (strcmp(a, b) == 0)
        return true;
    if (self->moves->count > 0 && self->moves->rows->exact)
        return same_file(self, a, strlen(a), b, strlen(b));
    return page_id(self->naming, a, id_a) == OK && page_id(self->naming, b, id_b) == OK && strcmp(id_a, id_b) == 0;
}

// ---- where it leads now -----------------------------------------------------------------------------------------

static bool
has_upper(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            return true;
    return false;
}

// The new name, in lower case where the old one was, with '_' for blanks where the old one had them.
static void
imitate(const respell_t *self, const char *to, const char *old, size_t old_size, char name[PAGE_ID_SIZE])
{
    bool lower = !self->naming->retain_case && !has_upper(old, old_size);
    bool lined = self->naming->underscores && memchr(old, '_', old_size) && !memchr(old, ' ', old_size);
    snprintf(name, PAGE_ID_SIZE, "%s", to);
    if (lower && page_id(self->naming, to, name) != OK)
        snprintf(name, PAGE_ID_SIZE, "%s", to);
    if (!self->naming->underscores)
        return;
    bool blank = strchr(to, ' ') != NULL;       // folding has put '_' for them
    for (char *at = name; *at; at++)
        if (lined? *at == ' ': blank && *at == '_')
            *at = lined? '_': ' ';
}

// Is `path`, or a folder that it lies in, what moves? Then `size` of its bytes are that.
static bool
is_moved(const respell_t *self, const render_move_t *move, const char *path, size_t *size)
{
    char id[PAGE_ID_SIZE];
    size_t parts = count_parts(move->from);
    if (count_parts(path) < parts)
        return false;
    *size = first_parts(path, parts);
    if (move->exact)
        return !path[*size] && same_file(self, path, *size, move->from, strlen(move->from));
    bool suffixed = *size > 3 && strncasecmp(path + *size - 3, ".md", 3) == 0;
    if ((suffixed || move->alone) && path[*size])
        return false;                           // a folder of that name is another one
    return fold_part(self, path, *size, id) && strcmp(id, move->from) == 0;
}

bool
respell_move(const respell_t *self, const char *path, bool *as_is, char moved[PAGE_ID_SIZE])
{
    char name[PAGE_ID_SIZE];
    size_t size = 0;
    if (as_is)
        *as_is = false;
    for (size_t i = 0; i < self->moves->count; i++) {
        const render_move_t *move = &self->moves->rows[i];
        if (!is_moved(self, move, path, &size))
            continue;
        bool suffixed = size > 3 && strncasecmp(path + size - 3, ".md", 3) == 0 && !move->exact;
        if (as_is)
            *as_is = move->as_is;
        if (as_is && move->as_is)
            suffixed = false;
        if (move->exact || (as_is && move->as_is))
            snprintf(name, sizeof name, "%s", move->to);
        else
            imitate(self, move->to, path, size, name);
        int written = snprintf(moved, PAGE_ID_SIZE, "%s%s%s", name, suffixed? ".md": "", path + size);
        return written > 0 && written <= LIMIT_PATH_BYTES;
    }
    return snprintf(moved, PAGE_ID_SIZE, "%s", path) <= LIMIT_PATH_BYTES;
}

// ---- relative paths ---------------------------------------------------------------------------------------------

// Components that both begin with.
static size_t
shared_parts(const respell_t *self, const char *goal, const char *folder)
{
    size_t shared = 0, most = count_parts(goal);
    size_t deep = count_parts(folder);
    char id[PAGE_ID_SIZE];
    while (shared < deep && shared < most) {
        size_t size = first_parts(folder, shared + 1);
        if (!fold_part(self, goal, first_parts(goal, shared + 1), id) || strlen(id) != size
            || memcmp(id, folder, size) != 0)
            break;
        shared++;
    }
    return shared;
}

static const char *
behind(const char *goal, size_t parts)
{
    const char *rest = goal + first_parts(goal, parts);
    return rest + (*rest == '/');
}

// "./x" is in the page's own folder, "x" and "../x" are beside the page.
static bool
relative(const respell_t *self, const respelled_t *old, const char *goal, char path[PAGE_ID_SIZE])
{
    char folder[PAGE_ID_SIZE];
    size_t parts = count_parts(self->page), goal_parts = count_parts(goal);
    bool own = strncmp(old->path->spelled, "./", 2) == 0;
    if (own && goal_parts > parts && shared_parts(self, goal, self->page) == parts)
        return snprintf(path, PAGE_ID_SIZE, "./%s", behind(goal, parts)) < PAGE_ID_SIZE;
    size_t depth = parts > 0? parts - 1: 0;
    snprintf(folder, sizeof folder, "%.*s", (int)first_parts(self->page, depth), self->page);
    size_t shared = shared_parts(self, goal, folder);
    if (shared == goal_parts)
        shared = goal_parts - 1;                // to the folder itself: by its name
    size_t ups = depth - shared, size = 3 * ups;
    const char *rest = behind(goal, shared);
    if ((old->wiki && ups == 0) || size + strlen(rest) >= PAGE_ID_SIZE)
        return false;
    for (size_t i = 0; i < ups; i++)
        memcpy(path + 3 * i, "../", 3);
    memcpy(path + size, rest, strlen(rest) + 1);
    return true;
}

// The path as it is to stand there, not yet escaped.
static bool
shape(const respell_t *self, const respelled_t *old, const char *goal, char path[PAGE_ID_SIZE])
{
    const char *spelled = old->path->spelled;
    bool rooted = *spelled == '/';
    bool dotted = strncmp(spelled, "./", 2) == 0 || strncmp(spelled, "../", 3) == 0;
    if (!*goal && old->wiki)
        return false;                           // no wiki link leads to the root
    if (old->as_is)
        return snprintf(path, PAGE_ID_SIZE, "%s", goal) < PAGE_ID_SIZE;
    if (*goal && !rooted && (dotted || !old->wiki) && relative(self, old, goal, path))
        return true;
    bool slash = rooted || !old->wiki;
    return snprintf(path, PAGE_ID_SIZE, "%s%s", slash? "/": "", goal) < PAGE_ID_SIZE;
}

// ---- escaping ---------------------------------------------------------------------------------------------------

typedef struct { bool wiki, blanks, letters; } manner_t;

// May the byte at the beginning of this text stand as it is?
static bool
stands(const manner_t *manner, const char *text, size_t size)
{
    unsigned char byte = (unsigned char)*text;
    if (byte >= 0x80)
        return manner->letters;
    if (byte == ' ')
        return manner->blanks;
    if (chars_is((char)byte, CHAR_NAME) || strchr("./", byte))
        return byte != '\0';
    if (manner->wiki && byte == '&')
        return chars_reference(text, size) == 0;
    return manner->wiki && byte > ' ' && byte != 0x7f && strchr("(),+;'=!~@", byte);
}

static void
put_escaped(const manner_t *manner, const char *text, size_t size, buffer_t *out)
{
    char escape[4];
    for (size_t i = 0; i < size; i++) {
        if (stands(manner, text + i, size - i)) {
            buffer_put(out, text + i, 1);
            continue;
        }
        snprintf(escape, sizeof escape, "%%%02X", (unsigned char)text[i]);
        buffer_put(out, escape, 3);
    }
}

static bool
has_high(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80)
            return true;
    return false;
}

// The most last components of the new path that stand at the end of the old text already: these bytes stay.
static size_t
kept_bytes(const respelled_t *old, const char *path, const char **kept)
{
    char decoded[PAGE_ID_SIZE];
    size_t size = strlen(path), best = 0;
    for (size_t parts = 1; ; parts++) {
        const char *raw = last_parts(old->written, old->size, parts);
        const char *tail = last_parts(path, size, parts);
        if (!raw || !tail)
            return best;
        size_t raw_size = (size_t)(old->written + old->size - raw);
        if (page_url_decode(raw, raw_size, decoded) != OK || strcmp(decoded, tail) != 0)
            return best;
        best = size - (size_t)(tail - path);
        *kept = raw;
    }
}

bool
respell_write(const respell_t *self, const respelled_t *old, const char *goal, buffer_t *out)
{
    char path[PAGE_ID_SIZE];
    const char *kept = NULL;
    const char *spelled = old->path->spelled;
    if (!shape(self, old, goal, path))
        return false;
    size_t tail = old->as_is? 0: kept_bytes(old, path, &kept);
    bool high = has_high(old->written, old->size), blank = memchr(old->written, ' ', old->size);
    manner_t manner = { .wiki = old->wiki };
    manner.letters = high || (old->wiki && !has_high(spelled, strlen(spelled))) || old->as_is;
    manner.blanks = old->as_is || (old->wiki? blank || !strchr(spelled, ' '): blank && old->angle);
    put_escaped(&manner, path, strlen(path) - tail, out);
    if (tail > 0)
        buffer_put(out, kept, (size_t)(old->written + old->size - kept));
    return !out->full;
}
