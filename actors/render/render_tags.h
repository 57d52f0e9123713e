// render_tags - the HTML that a page may contain, as tables; and a reader of single tags
#ifndef RENDER_TAGS_H
#define RENDER_TAGS_H
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name;
    const char *close;                          // "</name>"; NULL: a tag without content
    unsigned kinds;                             // which attributes it may have besides those that all may have
} tag_rule_t;

typedef enum {
    VALUE_DROPPED,                              // may be written, and is left out
    VALUE_TEXT,
    VALUE_CLASSES,                              // letters, digits, '-', '_', blanks
    VALUE_ID,                                   // letters, digits, '-', '_'; only once on a page
    VALUE_WORD,                                 // letters, digits, '-', '%'
    VALUE_FLAG,                                 // no value
    VALUE_LINK,
    VALUE_IMAGE,
} value_kind_t;

typedef struct {
    const char *name;
    const char *written;                        // name in the output
    unsigned tags;                              // kinds of tags that may have it; 0: all
    value_kind_t value;
} attribute_rule_t;

// NULL: not allowed. Names in any case.
const tag_rule_t *tags_find(const char *name, size_t size);
// NULL: not allowed on this tag.
const attribute_rule_t *tags_find_attribute(const tag_rule_t *tag, const char *name, size_t size);
// below 32, for a set of bits; same for same `written`
size_t tags_attribute_index(const attribute_rule_t *rule);

typedef enum { TOKEN_TEXT, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMENT, TOKEN_OTHER } token_kind_t;
typedef struct {
    token_kind_t kind;
    const char *name;
    size_t name_size;
    const char *attributes, *end;               // where the attributes are; `end` is behind the whole tag
} token_t;
// What stands at `at`, which is a '<'. TOKEN_TEXT: no tag, the '<' is a character like any other.
token_t tags_read(const char *at, const char *end);

typedef struct {
    const char *name, *value;
    size_t name_size, value_size;
} attribute_t;
// The next attribute; false: no more, or what is there is no attribute. *at moves on.
bool tags_next_attribute(const char **at, const char *end, attribute_t *attribute);
#endif
