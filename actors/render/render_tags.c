#include "render_tags.h"
#include "render_chars.h"
#include <string.h>
#include <strings.h>

enum { BLOCK = 1, LINK = 2, IMAGE = 4, CELL = 8, TABLE = 16, COLUMN = 32, TIME = 64, QUOTE = 128,
       DETAILS = 256, LIST = 512, ITEM = 1024 };

#define TAG(name, kinds) { name, "</" name ">", kinds }
static const tag_rule_t tag_rules[] = {
    TAG("a", LINK), TAG("abbr", 0), TAG("address", 0), TAG("b", 0),
    TAG("blockquote", BLOCK | QUOTE), TAG("caption", BLOCK), TAG("cite", 0), TAG("code", 0),
    TAG("colgroup", COLUMN), TAG("dd", 0), TAG("del", TIME | QUOTE), TAG("details", DETAILS),
    TAG("div", BLOCK), TAG("dl", 0), TAG("dt", 0), TAG("em", 0), TAG("h1", BLOCK), TAG("h2", BLOCK),
    TAG("h3", BLOCK), TAG("h4", BLOCK), TAG("h5", BLOCK), TAG("h6", BLOCK), TAG("i", 0),
    TAG("ins", TIME | QUOTE), TAG("kbd", 0), TAG("li", ITEM), TAG("mark", 0), TAG("ol", LIST),
    TAG("p", BLOCK), TAG("pre", 0), TAG("q", QUOTE), TAG("s", 0), TAG("samp", 0), TAG("small", 0),
    TAG("span", 0), TAG("strike", 0), TAG("strong", 0), TAG("sub", 0), TAG("summary", 0),
    TAG("sup", 0), TAG("table", BLOCK | TABLE), TAG("tbody", BLOCK), TAG("td", BLOCK | CELL),
    TAG("tfoot", BLOCK), TAG("th", BLOCK | CELL), TAG("thead", BLOCK), TAG("time", TIME),
    TAG("tr", BLOCK), TAG("u", 0), TAG("ul", 0), TAG("var", 0),
    { "br", NULL, 0 }, { "col", NULL, COLUMN }, { "hr", NULL, 0 }, { "img", NULL, BLOCK | IMAGE },
};
#undef TAG

static const attribute_rule_t attribute_rules[] = {
    { "id", "id", 0, VALUE_ID },
    { "class", "class", 0, VALUE_CLASSES },
    { "title", "title", 0, VALUE_TEXT },
    { "lang", "lang", 0, VALUE_WORD },
    { "dir", "dir", 0, VALUE_WORD },
    { "style", "style", 0, VALUE_DROPPED },     // the pages' content security policy knows no inline style
    { "href", "href", LINK, VALUE_LINK },
    { "name", "id", LINK, VALUE_ID },
    { "rel", "rel", LINK, VALUE_DROPPED },      // ours is written instead
    { "target", "target", LINK, VALUE_DROPPED },
    { "src", "src", IMAGE, VALUE_IMAGE },
    { "alt", "alt", IMAGE, VALUE_TEXT },
    { "width", "width", IMAGE | CELL | TABLE | COLUMN, VALUE_WORD },
    { "height", "height", IMAGE | CELL | TABLE, VALUE_WORD },
    { "align", "align", BLOCK, VALUE_WORD },
    { "valign", "valign", CELL, VALUE_WORD },
    { "border", "border", TABLE | IMAGE, VALUE_DROPPED },
    { "colspan", "colspan", CELL, VALUE_WORD },
    { "rowspan", "rowspan", CELL, VALUE_WORD },
    { "span", "span", COLUMN, VALUE_WORD },
    { "datetime", "datetime", TIME, VALUE_TEXT },
    { "cite", "cite", QUOTE, VALUE_DROPPED },
    { "open", "open", DETAILS, VALUE_FLAG },
    { "start", "start", LIST, VALUE_WORD },
    { "type", "type", LIST, VALUE_WORD },
    { "reversed", "reversed", LIST, VALUE_FLAG },
    { "value", "value", ITEM, VALUE_WORD },
};

// The first letters decide nearly always.
static bool
is_name(const char *rule, const char *name, size_t size)
{
    return rule[0] == (name[0] | 32) && strncasecmp(rule, name, size) == 0 && rule[size] == '\0';
}

const tag_rule_t *
tags_find(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof tag_rules / sizeof *tag_rules; i++)
        if (is_name(tag_rules[i].name, name, size))
            return &tag_rules[i];
    return NULL;
}

const attribute_rule_t *
tags_find_attribute(const tag_rule_t *tag, const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof attribute_rules / sizeof *attribute_rules; i++) {
        const attribute_rule_t *rule = &attribute_rules[i];
        if (is_name(rule->name, name, size))
            return rule->tags == 0 || (rule->tags & tag->kinds)? rule: NULL;
    }
    return NULL;
}

size_t
tags_attribute_index(const attribute_rule_t *rule)
{
    const attribute_rule_t *first = attribute_rules;
    while (strcmp(first->written, rule->written) != 0)
        first++;
    return (size_t)(first - attribute_rules);
}

static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && chars_is(*at, CHAR_BLANK))
        at++;
    return at;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *
read_value(const char *at, const char *end, attribute_t *attribute)
{
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at) - 1);
        if (!close)
            return NULL;
        attribute->value = at + 1;
        attribute->value_size = (size_t)(close - at) - 1;
        return close + 1;
    }
    attribute->value = at;
    while (at < end && !chars_is(*at, CHAR_BLANK) && !memchr("\"'=<>`", *at, 6))
        at++;
    attribute->value_size = (size_t)(at - attribute->value);
    return attribute->value_size > 0? at: NULL;
}

bool
tags_next_attribute(const char **at, const char *end, attribute_t *attribute)
{
    const char *from = *at;
    while (from < end && (chars_is(*from, CHAR_BLANK) || *from == '/'))
        from++;
    *at = from;
    *attribute = (attribute_t) { .name = from, .value = from };
    while (from < end && !chars_is(*from, CHAR_BLANK) && !memchr("\"'=<>/`", *from, 7))
        from++;
    attribute->name_size = (size_t)(from - attribute->name);
    if (attribute->name_size == 0)
        return false;
    const char *sign = skip_blanks(from, end);
    if (sign < end && *sign == '=')
        from = read_value(skip_blanks(sign + 1, end), end, attribute);
    if (!from)
        return false;
    *at = from;
    return true;
}

static const char *
find(const char *at, const char *end, const char *word)
{
    const char *found = memmem(at, (size_t)(end - at), word, strlen(word));
    return found? found + strlen(word): end;
}

token_t
tags_read(const char *at, const char *end)
{
    token_t token = { .kind = TOKEN_TEXT, .end = at + 1 };
    const char *next = at + 1;
    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0)
        return (token_t) { .kind = TOKEN_COMMENT, .end = find(at + 2, end, "-->") };
    if (next < end && (*next == '!' || *next == '?'))
        return (token_t) { .kind = TOKEN_OTHER, .end = find(next, end, ">") };
    bool close = next < end && *next == '/';
    token.name = next += close;
    if (next == end || !is_letter(*next))
        return token;
    while (next < end && (chars_is(*next, CHAR_NAME) || *next == ':'))
        next++;
    token.name_size = (size_t)(next - token.name);
    token.attributes = next;
    attribute_t attribute;
    while (tags_next_attribute(&next, end, &attribute)) { }
    if (next == end || *next != '>')
        return token;
    token.kind = close? TOKEN_CLOSE: TOKEN_OPEN;
    token.end = next + 1;
    return token;
}
