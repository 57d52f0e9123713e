// render_link - where a link leads, and its attributes
//
// A page `a/b` is shown at /a/b and has the folder a/b/. "./x" is in that folder, as Otterwiki has it;
// every other relative link is read as a browser would read it at /a/b: "x" is a/x, "../x" is x. What comes
// out always begins at the root. Otterwiki's own routes (/-/..., /a/b/source) are links, but to no page:
// nobody asks whether they exist.
#include "render_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXTENSION_MOST = 8, LINK_RECORD = 40 };

static const char *const schemes[] = { "http", "https", "mailto", "tel", "ftp", NULL };

static bool
among(const char *const *words, const char *word, size_t size)
{
    for (; *words; words++)
        if (strlen(*words) == size && strncasecmp(*words, word, size) == 0)
            return true;
    return false;
}

static bool
is_letter(char c)
{
    return chars_is(c, CHAR_NAME) && (c | 32) >= 'a' && (c | 32) <= 'z';
}

// Length of the scheme before the colon, as browsers have it; 0: the URL is relative.
static size_t
scheme_size(const char *url, size_t size)
{
    size_t at = 0;
    while (at < size && ((chars_is(url[at], CHAR_NAME) && url[at] != '_') || url[at] == '+' || url[at] == '.'))
        at++;
    return at < size && url[at] == ':' && is_letter(*url)? at: 0;
}

// What a browser does before it looks for a scheme: control characters go, blanks at both ends too.
static size_t
clean(const char *url, size_t size, char *out, size_t room)
{
    size_t count = 0;
    while (size > 0 && (unsigned char)*url <= ' ')
        url++, size--;
    for (size_t i = 0; i < size && count < room; i++)
        if ((unsigned char)url[i] >= ' ' && url[i] != 0x7f)
            out[count++] = url[i];
    while (count > 0 && out[count - 1] == ' ')
        count--;
    return count;
}

static void
set_url(link_t *link, link_kind_t kind, const char *url, size_t size)
{
    link->kind = size < LINK_URL_SIZE? kind: LINK_REFUSED;
    if (link->kind == LINK_REFUSED)
        return;
    memcpy(link->url, url, size);
    link->url[size] = '\0';
    link->url_size = size;
}

static void
add_suffix(link_t *link, const char *suffix, size_t size)
{
    if (size > LINK_SUFFIX_SIZE || size >= LINK_URL_SIZE - link->url_size)
        size = 0;
    memcpy(link->url + link->url_size, suffix, size);
    link->url_size += size;
    link->url[link->url_size] = '\0';
}

// Appends the components of `path` to `out`, which holds `size` bytes, resolving "." and "..".
// SIZE_MAX: too long.
static size_t
join(char *out, size_t size, const char *path)
{
    while (*path) {
        size_t part = (size_t)(strchrnul(path, '/') - path);
        if (part == 2 && path[0] == '.' && path[1] == '.') {
            while (size > 0 && out[--size] != '/') { }
        } else if (part > 0 && !(part == 1 && *path == '.')) {
            if (size + part + 1 > LIMIT_PATH_BYTES)
                return SIZE_MAX;
            if (size > 0)
                out[size++] = '/';
            memcpy(out + size, path, part);
            size += part;
        }
        path += part + (path[part] == '/');
    }
    out[size] = '\0';
    return size;
}

// A relative or absolute path as seen from the page to one from the root.
static bool
resolve_path(const render_options_t *options, const char *path, char out[PAGE_ID_SIZE])
{
    const char *page = options->page? options->page: "";
    size_t size = 0;
    if (path[0] != '/') {
        size = strlen(page);
        if (size > LIMIT_PATH_BYTES)
            return false;
        memcpy(out, page, size);
        if (strncmp(path, "./", 2) != 0)
            while (size > 0 && out[--size] != '/') { }
    }
    return join(out, size, path) != SIZE_MAX;
}

// Has it an extension other than ".md"? "v1.2" has none: an extension has a letter.
static bool
is_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash? slash: path, '.');
    if (!dot || strcasecmp(dot, ".md") == 0)
        return false;
    size_t size = strlen(++dot);
    bool letter = false;
    for (size_t i = 0; i < size; i++) {
        if (!chars_is(dot[i], CHAR_NAME))
            return false;
        letter |= is_letter(dot[i]);
    }
    return letter && size <= EXTENSION_MOST;
}

// "a/x.png", or "a/x.png/0a1b2c": the file of a page, at a revision.
static bool
names_file(const char *path)
{
    char folder[PAGE_ID_SIZE];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash? (int)(slash - path): 0, path);
    return is_file(path) || is_file(folder);
}

// Does who spells this path mean a route: the wiki's own (/-/about) or something about a page (/a/b/source)?
static bool
is_route(const char *path)
{
    const page_root_t *root = page_root(path);
    page_action_t action = page_action(path);
    if (root && root->linked)
        return true;
    return action == PAGE_ACTION_PAGE || (action == PAGE_ACTION_FILE && names_file(path));
}

// A file lies in the folder of a page, whose id is folded as any other; its own name is not.
static code_t
file_target(const render_options_t *options, const char *path, char target[PAGE_ID_SIZE])
{
    char folder[PAGE_ID_SIZE];
    const char *name = strrchr(path, '/');
    code_t code = page_path_check(path, NULL);
    target[0] = '\0';
    if (code == OK && name) {
        snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
        code = page_id(&options->naming, folder, target);
    }
    if (code != OK)
        return code;
    size_t size = strlen(target);
    int printed = snprintf(target + size, PAGE_ID_SIZE - size, "%s", name? name: path);
    return printed > 0 && (size_t)printed < PAGE_ID_SIZE - size? OK: INVALID;
}

static void
set_page(const render_options_t *options, link_t *link, const char *path)
{
    code_t code = is_file(path)? file_target(options, path, link->target)
                               : page_id(&options->naming, path, link->target);
    link->kind = LINK_REFUSED;
    if (code != OK || strlen(link->target) > LIMIT_PATH_BYTES)
        return;
    link->kind = LINK_PAGE;
    page_url(link->target, link->url);
    link->url_size = strlen(link->url);
}

// The page or file that a route is about: "/a/b/source" is a link to the page a/b as well.
static void
set_about(const render_options_t *options, link_t *link, const char *path)
{
    char about[PAGE_ID_SIZE];
    page_action_t action = page_action_about(path, about);
    code_t code = action == PAGE_ACTION_NONE || page_root(path)? INVALID
                  : action == PAGE_ACTION_FILE? file_target(options, about, link->target)
                                              : page_id(&options->naming, about, link->target);
    if (code != OK || strlen(link->target) > LIMIT_PATH_BYTES)
        link->target[0] = '\0';
}

// "100%" is a name, too. False: too long.
static bool
decode_path(const char *url, size_t size, char path[PAGE_ID_SIZE])
{
    if (page_url_decode(url, size, path) == OK)
        return true;
    if (size >= PAGE_ID_SIZE)
        return false;
    memcpy(path, url, size);
    path[size] = '\0';
    return true;
}

static void
resolve_inside(const render_options_t *options, const char *url, size_t size, link_t *link)
{
    char spelled[PAGE_ID_SIZE];
    char path[PAGE_ID_SIZE];
    size_t path_size = 0;
    while (path_size < size && url[path_size] != '?' && url[path_size] != '#')
        path_size++;
    link->kind = LINK_REFUSED;
    if (!decode_path(url, path_size, spelled) || !resolve_path(options, spelled, path))
        return;
    if (*path == '\0') {
        set_url(link, LINK_OTHER, "/", 1);
    } else if (!is_route(path)) {
        set_page(options, link, path);
    }
    if (link->kind == LINK_REFUSED)
        set_about(options, link, path);
    if (link->kind == LINK_REFUSED) {           // a route; or no page can have this name: the link leads to nothing
        page_base_url(path, link->url);
        link->url_size = strlen(link->url);
        link->kind = LINK_OTHER;
    }
    add_suffix(link, url + path_size, size - path_size);
}

void
link_resolve(const render_options_t *options, const char *url, size_t size, link_t *link)
{
    char text[LINK_URL_SIZE];
    link->kind = LINK_REFUSED;
    link->target[0] = '\0';
    link->wiki = link->html = false;
    link->written = NULL;
    if (size > sizeof text)
        return;
    size = clean(url, size, text, sizeof text);
    size_t scheme = scheme_size(text, size);
    if (scheme > 0) {
        if (among(schemes, text, scheme))
            set_url(link, LINK_EXTERNAL, text, size);
    } else if (size >= 2 && text[0] == '/' && (text[1] == '/' || text[1] == '\\')) {
        set_url(link, LINK_EXTERNAL, text, size);
    } else if (size == 0 || *text == '#' || *text == '?') {
        set_url(link, LINK_OTHER, text, size);
    } else {
        resolve_inside(options, text, size, link);
    }
}

static size_t
slug_fragment(const char *heading, size_t size, char fragment[HEADING_ID_SIZE])
{
    fragment[0] = '#';
    page_slug(heading, size, fragment + 1, HEADING_ID_SIZE - 1);
    return strlen(fragment);
}

static bool
resolve_wiki_path(const render_options_t *options, const char *spelled, char path[PAGE_ID_SIZE])
{
    bool relative = strncmp(spelled, "./", 2) == 0 || strncmp(spelled, "../", 3) == 0;
    return relative? resolve_path(options, spelled, path): join(path, 0, spelled) != SIZE_MAX;
}

void
link_resolve_wiki(const render_options_t *options, const char *target, size_t size, link_t *link)
{
    char spelled[PAGE_ID_SIZE];
    char path[PAGE_ID_SIZE];
    char fragment[HEADING_ID_SIZE] = "";
    size_t scheme = scheme_size(target, size);
    if (among(schemes, target, scheme) && scheme > 0) {
        link_resolve(options, target, size, link);
        return;
    }
    link->target[0] = '\0';
    link->wiki = true;
    link->html = false;
    link->written = NULL;
    const char *hash = memchr(target, '#', size);
    size_t name_size = hash? (size_t)(hash - target): size;
    size_t fragment_size = hash? slug_fragment(hash + 1, size - name_size - 1, fragment): 0;
    if (hash && name_size == 0) {
        set_url(link, LINK_OTHER, fragment, fragment_size);
        return;
    }
    link->kind = LINK_REFUSED;
    if (!decode_path(target, name_size, spelled) || !resolve_wiki_path(options, spelled, path))
        return;
    set_page(options, link, path);
    if (link->kind == LINK_PAGE)
        add_suffix(link, fragment, fragment_size);
}

bool
link_path(const render_options_t *options, bool wiki, const char *target, size_t size, link_path_t *path)
{
    size_t kept = 0;
    while (kept < size && target[kept] != '#' && (wiki || target[kept] != '?'))
        kept++;
    path->suffix = kept;
    if (kept == 0 || scheme_size(target, size) > 0 || (!wiki && size > 1 && target[0] == '/' && target[1] == '/'))
        return false;
    if (!decode_path(target, kept, path->spelled))
        return false;
    return wiki? resolve_wiki_path(options, path->spelled, path->path)
               : resolve_path(options, path->spelled, path->path);
}

static void
report(job_t *self, const link_t *link, bool image)
{
    size_t bytes = LINK_RECORD + strlen(link->target);
    if (self->link_count == LIMIT_LINKS || self->reported + bytes > REPORT_BYTES) {
        self->cut = true;
        return;
    }
    if (self->link_count == self->link_room) {
        size_t room = self->link_room? self->link_room * 2: 16;
        rendered_link_t *links = realloc(self->links, room * sizeof *links);
        if (!links)
            return;
        self->links = links;
        self->link_room = room;
    }
    const char *target = names_copy(&self->strings, link->target, strlen(link->target));
    if (!target)
        return;
    self->links[self->link_count++] = (rendered_link_t) {
        .target = target, .offset = self->out.size, .image = image };
    self->reported += bytes;
}

void
link_write(job_t *self, const link_t *link, bool image)
{
    if (link->kind == LINK_PAGE && !self->out.full)
        report(self, link, image);
    if (self->digest)
        digest_meet(self, link, image);
    buffer_puts(&self->out, image? " src=\"": " href=\"");
    buffer_escape_url(&self->out, link->url, link->url_size);
    buffer_put(&self->out, "\"", 1);
    bool web = link->kind == LINK_EXTERNAL && strncasecmp(link->url, "mailto:", 7) != 0
               && strncasecmp(link->url, "tel:", 4) != 0;
    if (!web || image)
        return;
    buffer_puts(&self->out, " rel=\"noopener noreferrer\"");
    if (self->options->new_tab)
        buffer_puts(&self->out, " target=\"_blank\"");
}

void
link_write_whole(job_t *self, const link_t *link, const char *text, size_t size)
{
    outline_text(self, text, size);
    bool linked = link->kind != LINK_REFUSED && self->in_link == 0;
    size_t mark = self->out.size;
    if (linked) {
        buffer_put(&self->out, "<a", 2);
        link_write(self, link, false);
        buffer_put(&self->out, ">", 1);
    }
    buffer_escape(&self->out, text, size);
    if (linked)
        buffer_put(&self->out, "</a>", 4);
    if (self->out.full)
        self->out.size = mark;
}
