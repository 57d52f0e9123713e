// Pages and files in pages, and which of many are there
#include "store_read.h"

#include <stdlib.h>
#include <string.h>

// A page of a list ends where its record might outgrow a message.
enum { ROWS_BYTES = LIMIT_BODY_BYTES / 4 * 3, ROW_BYTES = 128, FILES_ASKED = 1000 };

// ---- lists ------------------------------------------------------------------------------------------------------

typedef struct {
    store_t *store;
    const store_list_options_t *options;
    const store_catalog_t *catalog;
    store_list_t *list;
    size_t limit, bytes;
} listing_t;

static bool
is_listed(const listing_t *self, const store_file_t *file)
{
    const store_list_options_t *options = self->options;
    return file->page != options->files && (!options->visible || options->visible(options->context, file->path));
}

static code_t
add_entry(listing_t *self, const store_file_t *file)
{
    char page[PAGE_ID_SIZE];
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    store_listed_t *row = &self->list->rows[self->list->count++];
    if (!store_catalog_id(self->catalog, file, page))
        page[0] = 0;
    row->file = strdup(file->path);
    row->page = page[0]? strdup(page): NULL;
    if (!row->file || (page[0] && !row->page))
        return INTERNAL;
    git_oid_tostr(row->blob.hex, sizeof row->blob.hex, &file->blob);
    if (self->options->files && git_odb_read_header(&size, &type, self->store->odb, &file->blob) == 0)
        row->size = (int64_t)size;
    self->bytes += ROW_BYTES + strlen(row->file) + strlen(page);
    return OK;
}

static bool
is_full(const listing_t *self)
{
    return self->list->count == self->limit || self->bytes > ROWS_BYTES;
}

static code_t
list_rows(listing_t *self)
{
    const char *prefix = self->options->prefix? self->options->prefix: "";
    const char *cursor = self->options->cursor? self->options->cursor: "";
    size_t prefix_size = strlen(prefix);
    store_list_t *list = self->list;
    bool more = false;
    for (size_t i = store_catalog_seek(self->catalog, prefix, 0); i < store_catalog_count(self->catalog); i++) {
        const store_file_t *file = store_catalog_at(self->catalog, i);
        if (strncmp(file->path, prefix, prefix_size) != 0)
            break;
        if (!is_listed(self, file))
            continue;
        list->total++;
        if (strcmp(file->path, cursor) <= 0)
            continue;
        more = more || is_full(self);
        if (!more && add_entry(self, file) != OK)
            return store_fail(self->store, INTERNAL, "out of memory");
    }
    if (more)
        list->cursor = strdup(list->rows[list->count - 1].file);
    return more && !list->cursor? INTERNAL: OK;
}

// The catalog of the commit that is asked for.
static code_t
catalog_at(store_t *self, const char *revision, git_oid *commit_id, const store_catalog_t **catalog)
{
    git_commit *commit = NULL;
    git_tree *tree = NULL;
    code_t code = store_revision_lookup(self, revision, &commit);
    if (code != OK)
        return code;
    *commit_id = *git_commit_id(commit);
    int error = git_commit_tree(&tree, commit);
    code = error < 0? store_fail_git(self, error, "the commit cannot be read"): store_catalog_of(self, tree, catalog);
    git_tree_free(tree);
    git_commit_free(commit);
    return code;
}

code_t
store_list(store_t *self, const store_list_options_t *options, store_list_t *list)
{
    listing_t listing = { .store = self, .options = options, .list = list };
    git_oid commit;
    memset(list, 0, sizeof *list);
    code_t code = store_refresh(self);
    if (code == OK && !self->has_head && (!options->commit || !*options->commit))
        return OK;                              // a wiki without a commit has no pages
    if (code == OK)
        code = catalog_at(self, options->commit, &commit, &listing.catalog);
    if (code != OK)
        return code;
    git_oid_tostr(list->commit.hex, sizeof list->commit.hex, &commit);
    listing.limit = options->limit == 0 || options->limit > LIMIT_ROWS? LIMIT_ROWS: options->limit;
    list->rows = calloc(listing.limit, sizeof *list->rows);
    code = list->rows? list_rows(&listing): store_fail(self, INTERNAL, "out of memory");
    if (code != OK)
        store_list_clear(list);
    return code;
}

void
store_list_clear(store_list_t *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].file);
        free(list->rows[i].page);
    }
    free(list->rows);
    free(list->cursor);
    memset(list, 0, sizeof *list);
}

// ---- which of these are there -----------------------------------------------------------------------------------

// A page or a file; '0' if it is none, or none that may be seen.
static char
file_kind(const store_catalog_t *catalog, const store_paths_t *paths, const char *path)
{
    const store_file_t *file = store_catalog_page(catalog, path);
    char kind = file? '1': '2';
    if (!file)
        file = store_catalog_file(catalog, path);
    return file && (!paths->visible || paths->visible(paths->context, file->path))? kind: '0';
}

// Is there something below the folder that may be seen, among its first files?
static bool
is_seen_folder(const store_catalog_t *catalog, const store_paths_t *paths, const char *folder)
{
    char key[PAGE_ID_SIZE + 1];
    size_t size = (size_t)snprintf(key, sizeof key, "%s/", folder);
    size_t index = store_catalog_seek(catalog, key, 0);
    for (size_t end = index + FILES_ASKED; index < end && index < store_catalog_count(catalog); index++) {
        const store_file_t *file = store_catalog_at(catalog, index);
        if (strncmp(file->path, key, size) != 0)
            return false;
        if (!paths->visible || paths->visible(paths->context, file->path))
            return true;
    }
    return false;
}

static char
kind_of(const store_catalog_t *catalog, const store_paths_t *paths, const char *path)
{
    char folder[PAGE_ID_SIZE];
    path += strspn(path, "/");
    size_t size = strnlen(path, sizeof folder);
    if (size == 0 || size == sizeof folder)
        return '0';
    char kind = file_kind(catalog, paths, path);
    if (kind != '0')
        return kind;
    memcpy(folder, path, size + 1);
    while (size > 0 && folder[size - 1] == '/')
        folder[--size] = 0;
    return is_seen_folder(catalog, paths, folder)? '3': '0';
}

code_t
store_exists(store_t *self, const store_paths_t *paths, char *kinds)
{
    const store_catalog_t *catalog = NULL;
    code_t code = store_refresh(self);
    if (code == OK)
        code = store_catalog_get(self, &catalog);
    for (size_t i = 0; code == OK && i < paths->count; i++)
        kinds[i] = kind_of(catalog, paths, paths->paths[i]);
    kinds[code == OK? paths->count: 0] = 0;
    return code;
}

code_t
store_home(store_t *self, char id[PAGE_ID_SIZE])
{
    static const char *const usual[] = { "home", "README", "index" };
    const store_catalog_t *catalog = NULL;
    snprintf(id, PAGE_ID_SIZE, "%s", self->home[0]? self->home: "home");
    if (self->home[0])
        return OK;
    code_t code = store_refresh(self);
    if (code == OK)
        code = store_catalog_get(self, &catalog);
    for (size_t i = 0; code == OK && i < sizeof usual / sizeof *usual; i++) {
        const store_file_t *file = store_catalog_page(catalog, usual[i]);
        if (file)
            return page_id_of_file(&self->naming, file->path, id);
    }
    return code;
}
