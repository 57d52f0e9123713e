#include "page.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef enum { NOTHING, REVISION, REVISIONS, FILE_NAME } tail_t;
typedef struct { const char *word; size_t size; tail_t tail; } action_t;

static const page_root_t roots[] = {
#define ROOT(name, below, json, linked) { name, sizeof name - 1, below, json, linked },
#define ACTION(word, tail)
#include "addresses.def"
#undef ROOT
#undef ACTION
};

static const action_t actions[] = {
#define ROOT(name, below, json, linked)
#define ACTION(word, tail) { word, sizeof word - 1, tail },
#include "addresses.def"
#undef ROOT
#undef ACTION
};

const page_root_t *
page_root(const char *path)
{
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        const page_root_t *root = &roots[i];
        if (*path != *root->name || strncmp(path, root->name, root->size) != 0)
            continue;
        const char *rest = path + root->size;
        if (*rest == '\0' || (*rest == '/' && root->below))
            return root;
    }
    return NULL;
}

bool
page_is_revision(const char *text, size_t size)
{
    if (size == 4 && memcmp(text, "HEAD", 4) == 0)
        return true;
    if (size < 4 || size > 64)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

typedef struct { const char *text; size_t size; } part_t;

// The last parts of a path, the last one first; returns how many there are, at most `most`.
static size_t
last_parts(const char *path, part_t *parts, size_t most)
{
    const char *end = path + strlen(path);
    size_t count = 0;
    while (count < most && end > path) {
        const char *slash = memrchr(path, '/', (size_t)(end - path));
        const char *start = slash? slash + 1: path;
        parts[count++] = (part_t){ start, (size_t)(end - start) };
        end = slash? slash: path;
    }
    return count;
}

static const action_t *
action_of(const part_t *part)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (actions[i].size == part->size && memcmp(actions[i].word, part->text, part->size) == 0)
            return &actions[i];
    return NULL;
}

static bool
is_revision(const part_t *part)
{
    return page_is_revision(part->text, part->size);
}

static bool
is_size(const part_t *part)
{
    return part->size > 0 && part->size <= 4 && strspn(part->text, "0123456789") >= part->size;
}

// Does the word that stands before so many parts begin an action?
static page_action_t
judge(const action_t *action, const part_t *parts, size_t tail)
{
    if (!action)
        return PAGE_ACTION_NONE;
    if (action->tail == FILE_NAME)
        return tail == 1 || (tail == 2 && (is_revision(&parts[0]) || is_size(&parts[0])))? PAGE_ACTION_FILE
                                                                                         : PAGE_ACTION_NONE;
    bool fits = action->tail == REVISIONS? tail == 2 && is_revision(&parts[0]) && is_revision(&parts[1])
                                         : tail == 0 || (tail == 1 && action->tail == REVISION
                                                         && is_revision(&parts[0]));
    return fits? PAGE_ACTION_PAGE: PAGE_ACTION_NONE;
}

// `*tail`: parts behind the word.
static page_action_t
find_action(const char *path, part_t parts[4], size_t *tail)
{
    size_t count = last_parts(path, parts, 4);
    page_action_t found = PAGE_ACTION_NONE;
    for (*tail = 0; *tail < 3 && *tail + 1 < count; ++*tail)
        if ((found = judge(action_of(&parts[*tail]), parts, *tail)) != PAGE_ACTION_NONE)
            return found;
    return PAGE_ACTION_NONE;
}

page_action_t
page_action(const char *path)
{
    part_t parts[4];
    size_t tail;
    return find_action(path, parts, &tail);
}

page_action_t
page_action_about(const char *path, char about[PAGE_ID_SIZE])
{
    part_t parts[4];
    size_t tail;
    page_action_t action = find_action(path, parts, &tail);
    int size = action == PAGE_ACTION_NONE? 0: (int)(parts[tail].text - path) - 1;
    bool file = action == PAGE_ACTION_FILE;
    int written = snprintf(about, PAGE_ID_SIZE, "%.*s%s%.*s", size, path, file? "/": "",
                           file? (int)parts[tail - 1].size: 0, file? parts[tail - 1].text: "");
    if (written < PAGE_ID_SIZE)
        return action;
    *about = '\0';
    return PAGE_ACTION_NONE;
}

bool
page_is_moved(const char *path)
{
    return page_root(path) || page_action(path) != PAGE_ACTION_NONE;
}

void
page_url(const char *path, char url[PAGE_URL_SIZE])
{
    static const char view[] = "/view";
    page_base_url(path, url);
    size_t size = strlen(url);
    if (page_is_moved(path) && size + sizeof view <= PAGE_URL_SIZE)
        memcpy(url + size, view, sizeof view);
}
