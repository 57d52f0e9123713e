// Several objects at once
#include "store_file.h"
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

// How large is it, and is it a text to be read at all? The letter if it is not, else 0.
static char
judge(store_t *self, const char *id, git_oid *oid, size_t *size)
{
    git_object_t type = GIT_OBJECT_INVALID;
    if (strlen(id) != GIT_OID_HEXSZ || git_oid_fromstr(oid, id) < 0)
        return 'm';
    if (git_odb_read_header(size, &type, self->odb, oid) < 0 || type != GIT_OBJECT_BLOB)
        return 'm';
    return *size > LIMIT_PAGE_BYTES? 'l': 0;
}

static code_t
read_text(store_t *self, const git_oid *oid, store_text_of_t *text)
{
    git_odb_object *object = NULL;
    int error = git_odb_read(&object, self->odb, oid);
    if (error < 0)
        return store_fail_git(self, error, "an object cannot be read") == NO_SPACE? NO_SPACE: INTERNAL;
    const char *data = git_odb_object_data(object);
    size_t size = git_odb_object_size(object);
    text->kind = store_is_binary(data, size)? 'b': 't';
    text->text = text->kind == 't'? malloc(size + 1): NULL;
    if (text->text) {
        memcpy(text->text, data, size);
        text->text[size] = 0;
        text->size = size;
    }
    git_odb_object_free(object);
    return text->kind == 'b' || text->text? OK: store_fail(self, INTERNAL, "out of memory");
}

code_t
store_texts(store_t *self, const char *const *ids, size_t count, int64_t deadline, store_text_of_t *texts)
{
    git_oid oid;
    size_t total = 0;
    code_t code = OK;
    int64_t now = store_steady();
    int64_t end = now + (store_steady_deadline(deadline > 0? deadline: INT64_MAX) - now) / 2;
    memset(texts, 0, count * sizeof *texts);
    for (size_t i = 0; i < count && code == OK; i++) {
        size_t size = 0;
        bool full = i > 0 && store_steady() >= end;
        texts[i].kind = full? 's': judge(self, ids[i], &oid, &size);
        if (!texts[i].kind && total > 0 && total + size > LIMIT_PAGE_BYTES)
            texts[i].kind = 's';
        if (texts[i].kind)
            continue;
        code = read_text(self, &oid, &texts[i]);
        total += texts[i].size;
    }
    if (code != OK)
        store_texts_clear(texts, count);
    return code;
}

void
store_texts_clear(store_text_of_t *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i].text);
    memset(texts, 0, count * sizeof *texts);
}
