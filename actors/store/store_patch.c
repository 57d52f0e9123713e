// store_patch - new trees from old ones: some paths set or removed, everything else as it was
//
// git sorts the entries of a tree as if the names of trees ended in a slash.
#include <stdlib.h>
#include <string.h>
#include "store_patch.h"

typedef struct {
    store_t *store;
    store_objects_t *objects;
} patch_t;

// What becomes of one name in one tree.
typedef struct {
    const char *name;
    size_t name_size;
    unsigned mode;                              // 0: no entry of that name remains
    git_oid oid;
} piece_t;

typedef struct {
    piece_t *items;
    size_t count;
    bool top;                                   // they belong into the root
} pieces_t;

bool
store_tree_next(const uint8_t **at, const uint8_t *end, store_tree_entry_t *entry)
{
    const uint8_t *byte = *at;
    *entry = (store_tree_entry_t) { .start = byte };
    while (byte < end && *byte >= '0' && *byte <= '7' && byte - *at < 7)
        entry->mode = entry->mode << 3 | (unsigned)(*byte++ - '0');
    if (byte == end || *byte != ' ')
        return false;
    entry->name = (const char *)++byte;
    byte = memchr(byte, 0, (size_t)(end - byte));
    if (!byte || end - byte < 1 + GIT_OID_RAWSZ)
        return false;
    entry->name_size = (size_t)((const char *)byte - entry->name);
    entry->id = byte + 1;
    entry->end = *at = byte + 1 + GIT_OID_RAWSZ;
    return true;
}

static int
compare(const char *a, size_t a_size, bool a_tree, const char *b, size_t b_size, bool b_tree)
{
    size_t shorter = a_size < b_size? a_size: b_size;
    int order = memcmp(a, b, shorter);
    if (order)
        return order;
    int next_a = a_size > shorter? (unsigned char)a[shorter]: a_tree? '/': 0;
    int next_b = b_size > shorter? (unsigned char)b[shorter]: b_tree? '/': 0;
    return next_a - next_b;
}

static bool
is_name(const store_tree_entry_t *entry, const char *name, size_t size)
{
    return entry->name_size == size && memcmp(entry->name, name, size) == 0;
}

static bool
find_entry(const store_bytes_t *tree, const char *name, size_t size, store_tree_entry_t *entry)
{
    const uint8_t *at = tree->data, *end = tree->size? tree->data + tree->size: NULL;     // NULL + 0 is undefined
    while (tree->size && store_tree_next(&at, end, entry))
        if (is_name(entry, name, size))
            return true;
    return false;
}

// By components: "a", "a/b", "a.md". So the edits of one name stand together, the one of the name itself first.
static int
by_path(const void *a, const void *b)
{
    const char *x = ((const store_edit_t *)a)->path, *y = ((const store_edit_t *)b)->path;
    while (*x && *x == *y)
        x++, y++;
    int left = *x == '/'? 1: (unsigned char)*x + (*x != 0);
    int right = *y == '/'? 1: (unsigned char)*y + (*y != 0);
    return left - right;
}

static int
by_name(const void *a, const void *b)
{
    const piece_t *x = a, *y = b;
    return compare(x->name, x->name_size, x->mode == STORE_MODE_TREE, y->name, y->name_size,
                   y->mode == STORE_MODE_TREE);
}

static uint8_t *
put_piece(uint8_t *to, const piece_t *piece)
{
    to += snprintf((char *)to, 8, "%o ", piece->mode);       // at most six digits
    memcpy(to, piece->name, piece->name_size);
    to += piece->name_size;
    *to++ = 0;
    memcpy(to, piece->oid.id, GIT_OID_RAWSZ);
    return to + GIT_OID_RAWSZ;
}

static bool
is_replaced(const store_tree_entry_t *entry, const piece_t *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_name(entry, pieces[i].name, pieces[i].name_size))
            return true;
    return false;
}

static size_t
room_for(const store_bytes_t *old, const piece_t *pieces, size_t count)
{
    size_t room = old->size + 1;
    for (size_t i = 0; i < count; i++)
        room += pieces[i].name_size + 8 + 1 + GIT_OID_RAWSZ;
    return room;
}

// Merges what remains of the old tree with the pieces, both in the order of git.
static code_t
join(patch_t *self, const store_bytes_t *old, const pieces_t *news, git_oid *oid, bool *empty)
{
    piece_t *pieces = news->items;
    size_t count = news->count;
    const uint8_t *at = old->data, *end = old->size? old->data + old->size: at;
    store_tree_entry_t entry;
    size_t next = 0;
    uint8_t *data = malloc(room_for(old, pieces, count));
    uint8_t *to = data;
    if (!data)
        return INTERNAL;
    qsort(pieces, count, sizeof *pieces, by_name);
    while (at < end && store_tree_next(&at, end, &entry)) {
        if (is_replaced(&entry, pieces, count))
            continue;
        piece_t before = { entry.name, entry.name_size, entry.mode, { { 0 } } };
        for (; next < count && by_name(&pieces[next], &before) < 0; next++)
            if (pieces[next].mode)
                to = put_piece(to, &pieces[next]);
        memcpy(to, entry.start, (size_t)(entry.end - entry.start));
        to += entry.end - entry.start;
    }
    if (at != end) {
        free(data);
        return store_fail(self->store, INTERNAL, "the repository is damaged: a tree cannot be read");
    }
    for (; next < count; next++)
        if (pieces[next].mode)
            to = put_piece(to, &pieces[next]);
    *empty = to == data;
    if (*empty && !news->top) {
        free(data);                             // no entry will lead to it
        return OK;
    }
    return store_objects_add(self->objects, GIT_OBJECT_TREE, data, (size_t)(to - data), oid);
}

// The edits that lie in one tree; the first `skip` bytes of their paths are the folder's.
typedef struct {
    const store_edit_t *items;
    size_t count, skip;
} edits_t;

static code_t patch_tree(patch_t *self, const git_oid *old, const edits_t *edits, git_oid *oid, bool *empty);

// All edits of one name: at most one is of the name itself, and comes first; the others lie below it.
static code_t
patch_name(patch_t *self, const store_bytes_t *tree, const edits_t *edits, piece_t *piece)
{
    store_tree_entry_t entry;
    git_oid below = { { 0 } };
    const store_edit_t *first = edits->items;
    const char *name = first->path + edits->skip;
    size_t size = strcspn(name, "/");
    bool here = name[size] == 0, empty = true;
    bool known = find_entry(tree, name, size, &entry);
    bool folder = known && entry.mode == STORE_MODE_TREE;
    edits_t deeper = { first + here, edits->count - here, edits->skip + size + 1 };
    *piece = (piece_t) { .name = name, .name_size = size };
    if (folder)
        git_oid_fromraw(&below, entry.id);
    if (folder || deeper.count) {
        code_t code = patch_tree(self, folder? &below: NULL, &deeper, &piece->oid, &empty);
        if (code != OK)
            return code;
        piece->mode = empty? 0: STORE_MODE_TREE;
    }
    // A file would go where a folder stays, a folder would come where a file stays, or a file would be removed by
    // the name of a folder.
    bool file_stays = known && !folder && !here;
    if ((here && !empty && (first->mode || folder)) || file_stays)
        return store_fail(self->store, CONFLICT, "%s: \"%.*s\" cannot be a file and a folder at once", first->path,
                          (int)size, name);
    if (here && first->mode) {
        piece->mode = first->mode;
        piece->oid = first->oid;
    }
    return OK;
}

static size_t
edits_of_name(const edits_t *edits, size_t from)
{
    const char *name = edits->items[from].path + edits->skip;
    size_t size = strcspn(name, "/"), to = from + 1;
    for (; to < edits->count; to++) {
        const char *other = edits->items[to].path + edits->skip;
        if (strcspn(other, "/") != size || memcmp(other, name, size) != 0)
            break;
    }
    return to - from;
}

static code_t
patch_tree(patch_t *self, const git_oid *old, const edits_t *edits, git_oid *oid, bool *empty)
{
    store_bytes_t tree = { 0 };
    pieces_t pieces = { .items = calloc(edits->count + 1, sizeof(piece_t)), .top = edits->skip == 0 };
    code_t code = pieces.items? OK: INTERNAL;
    if (code == OK && old)
        code = store_bytes_read(self->store, self->objects, old, GIT_OBJECT_TREE, &tree);
    for (size_t i = 0; code == OK && i < edits->count;) {
        edits_t same = { edits->items + i, edits_of_name(edits, i), edits->skip };
        code = patch_name(self, &tree, &same, &pieces.items[pieces.count++]);
        i += same.count;
    }
    if (code == OK)
        code = join(self, &tree, &pieces, oid, empty);
    if (code == OK && old)
        store_objects_alike(self->objects, oid, old);
    store_bytes_clear(&tree);
    free(pieces.items);
    return code;
}

code_t
store_patch(store_t *store, store_objects_t *objects, const git_oid *root, store_edit_t *edits, size_t count,
            git_oid *result)
{
    patch_t self = { store, objects };
    bool empty = false;
    qsort(edits, count, sizeof *edits, by_path);
    return patch_tree(&self, root, &(edits_t) { edits, count, 0 }, result, &empty);
}

code_t
store_patch_find(store_t *store, const store_objects_t *objects, const git_oid *root, const char *path,
                 unsigned *mode, git_oid *oid)
{
    *mode = STORE_MODE_TREE;
    *oid = root? *root: (git_oid) { { 0 } };
    for (bool more = root != NULL; more;) {
        store_bytes_t tree;
        store_tree_entry_t entry;
        size_t size = strcspn(path, "/");
        if (*mode != STORE_MODE_TREE)
            return NOT_FOUND;
        code_t code = store_bytes_read(store, objects, oid, GIT_OBJECT_TREE, &tree);
        if (code != OK)
            return code != NOT_FOUND? code: store_fail(store, INTERNAL, "the repository is damaged: a tree is missing");
        bool found = find_entry(&tree, path, size, &entry);
        if (found) {
            *mode = entry.mode;
            git_oid_fromraw(oid, entry.id);
        }
        store_bytes_clear(&tree);
        if (!found)
            return NOT_FOUND;
        more = path[size] == '/';
        path += size + more;
    }
    return root? OK: NOT_FOUND;
}
