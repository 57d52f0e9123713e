// store_merge - three-way merge of text by lines
#include <stdlib.h>
#include <string.h>
#include "store_internal.h"

static git_merge_file_input
side(const store_text_t *text)
{
    return (git_merge_file_input) { .version = GIT_MERGE_FILE_INPUT_VERSION, .ptr = text->text? text->text: "",
                                    .size = text->size };
}

code_t
store_merge_text(store_t *self, const store_sides_t *sides, char **text, size_t *size, bool *clean)
{
    git_merge_file_input base = side(&sides->base), ours = side(&sides->ours), theirs = side(&sides->theirs);
    git_merge_file_options options = { .version = GIT_MERGE_FILE_OPTIONS_VERSION, .our_label = sides->ours_label,
                                       .their_label = sides->theirs_label };
    git_merge_file_result result = { 0 };
    int error = git_merge_file(&result, &base, &ours, &theirs, &options);
    if (error < 0)
        return store_fail_git(self, error, "cannot merge");
    code_t code = INTERNAL;
    *text = malloc(result.len + 1);
    if (*text) {
        if (result.len)
            memcpy(*text, result.ptr, result.len);
        (*text)[result.len] = 0;
        *size = result.len;
        *clean = result.automergeable;
        code = OK;
    }
    git_merge_file_result_free(&result);
    return code;
}

bool
store_is_binary(const char *text, size_t size)
{
    return size && (memchr(text, 0, size) || !page_utf8_valid(text, size));
}
