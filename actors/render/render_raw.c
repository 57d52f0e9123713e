// render_raw - HTML in the page
//
// What comes out is written anew from the tables of render_tags.c: nothing is passed through. A chunk (one
// inline tag, or one block of HTML) in which any tag or attribute is not on the list, or any URL has a
// scheme that is not, becomes text as a whole, as in Otterwiki. A tag over several lines arrives in pieces,
// gathered in `scratch`. Tags are closed where their block ends; a closing tag that closes nothing becomes
// text.
#include "render_internal.h"
#include "render_tags.h"
#include <string.h>

static bool
is_url_allowed(const job_t *self, const attribute_t *attribute, link_t *link)
{
    char url[LINK_URL_SIZE];
    size_t size = 0;
    link->kind = LINK_REFUSED;
    if (chars_decode_text(attribute->value, attribute->value_size, url, sizeof url, &size))
        link_resolve(self->options, url, size, link);
    return link->kind != LINK_REFUSED;
}

static bool
is_tag_allowed(const job_t *self, const token_t *token)
{
    const tag_rule_t *tag = tags_find(token->name, token->name_size);
    const char *at = token->attributes;
    attribute_t attribute;
    link_t link;
    while (tag && tags_next_attribute(&at, token->end, &attribute)) {
        const attribute_rule_t *rule = tags_find_attribute(tag, attribute.name, attribute.name_size);
        if (!rule)
            return false;
        if ((rule->value == VALUE_LINK || rule->value == VALUE_IMAGE) && !is_url_allowed(self, &attribute, &link))
            return false;
    }
    return tag;
}

static bool
is_chunk_allowed(const job_t *self, const char *html, const char *end)
{
    for (const char *at = html; (at = memchr(at, '<', (size_t)(end - at))); ) {
        token_t token = tags_read(at, end);
        if (token.kind == TOKEN_OTHER)
            return false;
        if ((token.kind == TOKEN_OPEN || token.kind == TOKEN_CLOSE) && !is_tag_allowed(self, &token))
            return false;
        at = token.end;
    }
    return true;
}

static bool
consists_of(const attribute_t *attribute, const char *others)
{
    for (size_t i = 0; i < attribute->value_size; i++)
        if (!chars_is(attribute->value[i], CHAR_NAME) && !memchr(others, attribute->value[i], strlen(others)))
            return false;
    return attribute->value_size > 0;
}

static bool
is_fresh_id(job_t *self, const attribute_t *attribute)
{
    char id[HEADING_ID_SIZE];
    if (!consists_of(attribute, "") || attribute->value_size >= 64 || self->ids.count >= LIMIT_HEADINGS)
        return false;
    memcpy(id, attribute->value, attribute->value_size);
    id[attribute->value_size] = '\0';
    return ids_claim(&self->ids, id);
}

static void
write_attribute(job_t *self, const attribute_rule_t *rule, const attribute_t *attribute)
{
    bool good = rule->value == VALUE_FLAG || rule->value == VALUE_TEXT
                || (rule->value == VALUE_CLASSES && consists_of(attribute, " \t\n"))
                || (rule->value == VALUE_WORD && consists_of(attribute, "%"))
                || (rule->value == VALUE_ID && is_fresh_id(self, attribute));
    if (!good)
        return;
    buffer_put(&self->out, " ", 1);
    buffer_puts(&self->out, rule->written);
    if (rule->value == VALUE_FLAG)
        return;
    buffer_put(&self->out, "=\"", 2);
    buffer_escape_keep(&self->out, attribute->value, attribute->value_size);
    buffer_put(&self->out, "\"", 1);
}

// The URL comes first, so that the place for ` class="missing"` is behind the tag's name.
static void
write_url(job_t *self, const tag_rule_t *tag, const token_t *token)
{
    const char *at = token->attributes;
    attribute_t attribute;
    link_t link;
    while (tags_next_attribute(&at, token->end, &attribute)) {
        const attribute_rule_t *rule = tags_find_attribute(tag, attribute.name, attribute.name_size);
        if (rule->value != VALUE_LINK && rule->value != VALUE_IMAGE)
            continue;
        if (is_url_allowed(self, &attribute, &link)) {
            links_meet_html(self, attribute.value, attribute.value_size);
            link.html = true;
            link.written = attribute.value;
            link_write(self, &link, rule->value == VALUE_IMAGE);
        }
        return;
    }
}

static void
write_others(job_t *self, const tag_rule_t *tag, const token_t *token)
{
    unsigned written = 0;
    const char *at = token->attributes;
    attribute_t attribute;
    while (tags_next_attribute(&at, token->end, &attribute)) {
        const attribute_rule_t *rule = tags_find_attribute(tag, attribute.name, attribute.name_size);
        unsigned bit = 1u << tags_attribute_index(rule);
        if (!(written & bit))
            write_attribute(self, rule, &attribute);
        written |= bit;
    }
}

static void
write_text(job_t *self, const char *text, size_t size)
{
    size_t mark = self->out.size;
    buffer_escape_keep(&self->out, text, size);
    if (self->out.full)
        self->out.size = mark;
}

static void
open_tag(job_t *self, const token_t *token)
{
    const tag_rule_t *tag = tags_find(token->name, token->name_size);
    bool link = strcmp(tag->name, "a") == 0;
    if ((tag->close && !stack_may_open_tag(self)) || (link && self->in_link > 0)) {
        write_text(self, token->name - 1, (size_t)(token->end - token->name) + 1);
        return;
    }
    size_t mark = self->out.size;
    buffer_put(&self->out, "<", 1);
    buffer_puts(&self->out, tag->name);
    write_url(self, tag, token);
    write_others(self, tag, token);
    buffer_put(&self->out, ">", 1);
    if (self->out.full)
        self->out.size = mark;
    else if (tag->close)
        stack_opened_tag(self, tag->name, tag->close, link);
}

static void
write_token(job_t *self, const token_t *token, const char *at)
{
    const tag_rule_t *tag = NULL;
    switch (token->kind) {
    case TOKEN_OPEN:
        open_tag(self, token);
        break;
    case TOKEN_CLOSE:
        tag = tags_find(token->name, token->name_size);
        if (!stack_close_tag(self, tag->name))
            write_text(self, at, (size_t)(token->end - at));
        break;
    case TOKEN_TEXT:
        write_text(self, at, 1);
        break;
    default:                                    // a comment is left out
        break;
    }
}

static void
write_refused(job_t *self, const char *html, size_t size, bool block)
{
    if (block)
        stack_enter(self, "<p>", "</p>\n");
    if (block && html[size - 1] == '\n')
        size--;
    buffer_escape_long(&self->out, html, size);
    if (block)
        stack_leave(self);
}

static void
write_chunk(job_t *self, const char *html, size_t size, bool block)
{
    if (size == 0)
        return;
    const char *end = html + size;
    if (!is_chunk_allowed(self, html, end)) {
        write_refused(self, html, size, block);
        return;
    }
    for (const char *at = html; at < end && !self->out.full; ) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        size_t part = (size_t)((tag? tag: end) - at);
        outline_text(self, at, part);
        write_text(self, at, part);
        if (!tag)
            break;
        token_t token = tags_read(tag, end);
        write_token(self, &token, tag);
        at = token.end;
    }
}

void
raw_block(job_t *self)
{
    fancy_mark(self);
    write_chunk(self, self->scratch.data, self->scratch.size, true);
    self->scratch.size = 0;
}

// Is the tag in `scratch`, to which `size` bytes were just added, complete?
static bool
is_complete(job_t *self, size_t size)
{
    const buffer_t *tag = &self->scratch;
    const char *end = tag->data + tag->size;
    if (tag->size >= 4 && memcmp(tag->data, "<!--", 4) == 0)
        return memcmp(end - 3, "-->", 3) == 0;
    for (const char *at = end - size; at < end; at++) {
        if (self->quote == *at)
            self->quote = '\0';
        else if (!self->quote && (*at == '"' || *at == '\''))
            self->quote = *at;
    }
    return !self->quote && end[-1] == '>';
}

void
raw_inline(job_t *self, const char *html, size_t size)
{
    buffer_put(&self->scratch, html, size);
    if (size == 0 || self->scratch.size == 0 || !is_complete(self, size))
        return;
    write_chunk(self, self->scratch.data, self->scratch.size, false);
    self->scratch.size = 0;
}
