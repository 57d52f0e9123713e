// render_wiki - [[wiki links]]
//
// md4c reads [[Target|Text]], parses Text as Markdown, and knows targets of at most 100 bytes. The usual
// order here is [[Text|Target]]: then md4c's idea of the two sides is of no use, both are read from the
// source, and the text is plain. Longer ones arrive as text, and are found there.
#include "render_internal.h"
#include "render_extend.h"
#include <string.h>

enum { MD4C_TARGET_MOST = 100, PLAIN_MOST = 4096 };

typedef struct {
    const char *text;
    size_t size;
} side_t;

static side_t
trim(const char *text, size_t size)
{
    while (size > 0 && chars_is(*text, CHAR_BLANK))
        text++, size--;
    while (size > 0 && chars_is(text[size - 1], CHAR_BLANK))
        size--;
    return (side_t) { text, size };
}

// Splits at the first '|', which a table may have needed to escape. False: there is only one side.
static bool
split(const char *inner, size_t size, side_t *left, side_t *right)
{
    const char *bar = memchr(inner, '|', size);
    if (!bar) {
        *left = *right = trim(inner, size);
        return false;
    }
    size_t left_size = (size_t)(bar - inner);
    *right = trim(bar + 1, size - left_size - 1);
    if (left_size > 0 && bar[-1] == '\\')
        left_size--;
    *left = trim(inner, left_size);
    if (right->size == 0)
        *right = *left;
    return true;
}

// What the source says, as plain text: references decoded, escaped punctuation without its backslash,
// control characters as blanks.
static size_t
plain(side_t side, char *out, size_t room)
{
    static const char punctuation[] = "\\`*_{}[]()#+-.!|<>~\"$&";
    size_t size = 0;
    if (!chars_decode_text(side.text, side.size, out, room, &size) && size == 0)
        return 0;
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        if (out[i] == '\\' && i + 1 < size && memchr(punctuation, out[i + 1], sizeof punctuation - 1))
            i++;
        out[count++] = (unsigned char)out[i] < ' '? ' ': out[i];
    }
    return count;
}

static void
write_sides(job_t *self, side_t text, side_t target)
{
    bool sole = text.text == target.text;
    char shown[LIMIT_PATH_BYTES + LINK_SUFFIX_SIZE];
    char goal[LIMIT_PATH_BYTES + LINK_SUFFIX_SIZE];
    link_t link;
    size_t shown_size = plain(text, shown, sizeof shown);
    size_t goal_size = plain(target, goal, sizeof goal);
    link.kind = LINK_REFUSED;
    if (goal_size > 0) {
        link_resolve_wiki(self->options, goal, goal_size, &link);
        link.written = target.text;
        links_meet(self, &(met_t) { goal, goal_size, target.text, target.size, true, sole });
    }
    link_write_whole(self, &link, shown, shown_size);
}

static void
write_inner(job_t *self, const char *inner, size_t size)
{
    side_t left, right;
    split(inner, size, &left, &right);
    if (self->options->target_first)
        write_sides(self, right, left);
    else
        write_sides(self, left, right);
}

// Does Markdown's own reading do: target first, and no bar hidden in the target?
static bool
by_markdown(const job_t *self, const MD_ATTRIBUTE *target)
{
    return self->options->target_first && !memchr(target->text, '|', target->size);
}

void
wiki_enter(job_t *self, const MD_ATTRIBUTE *target)
{
    if (!by_markdown(self, target)) {
        self->in_wiki = true;
        self->wiki_depth = 0;
        self->wiki_first = NULL;
        return;
    }
    char goal[LIMIT_PATH_BYTES];
    size_t size = 0;
    link_t link;
    link.kind = LINK_REFUSED;
    if (!stack_may_enter(self))
        return;
    if (chars_decode_attribute(target, goal, sizeof goal, &size)) {
        side_t side = trim(goal, size);
        side_t written = trim(target->text, target->size);
        met_t met = { side.text, side.size, written.text, written.size, .wiki = true };
        met.sole = !job_in_source(self, target->text) || target->text[target->size] != '|';
        if (side.size > 0) {
            link_resolve_wiki(self->options, side.text, side.size, &link);
            link.written = target->text;
            links_meet(self, &met);
        }
    }
    bool linked = link.kind != LINK_REFUSED && self->in_link == 0;
    size_t mark = self->out.size;
    if (linked) {
        buffer_put(&self->out, "<a", 2);
        link_write(self, &link, false);
        buffer_put(&self->out, ">", 1);
    }
    stack_entered(self, mark, linked? "</a>": "", linked);
}

// Where the inside of the brackets begins in the source; NULL if it cannot be told.
static const char *
inner_start(const job_t *self, const MD_ATTRIBUTE *target)
{
    if (job_in_source(self, target->text))
        return target->text;                    // md4c copies it only if it has escapes or references
    const char *at = self->wiki_first;
    const char *least = at && at - self->source > 3 * MD4C_TARGET_MOST? at - 3 * MD4C_TARGET_MOST: self->source;
    if (!at)
        return NULL;
    while (at - least >= 2 && !(at[-1] == '[' && at[-2] == '['))
        at--;
    return at - least >= 2? at: NULL;
}

void
wiki_leave(job_t *self, const MD_ATTRIBUTE *target)
{
    if (!self->in_wiki) {
        stack_leave(self);
        return;
    }
    self->in_wiki = false;
    const char *inner = inner_start(self, target);
    const char *end = self->source + self->source_size;
    const char *close = inner;
    while (close && close + 1 < end && !(close[0] == ']' && close[1] == ']'))
        close++;
    if (close && close + 1 < end)
        write_inner(self, inner, (size_t)(close - inner));
    else
        write_inner(self, target->text, target->size);
}

// Length of the inside of a wiki link that md4c refused because its target is too long;
// 0: it is something else.
static size_t
long_link(const char *inner, const char *end)
{
    const char *at = inner;
    while (at < end && *at != ']' && *at != '[')
        at++;
    size_t size = (size_t)(at - inner);
    if (end - at < 2 || at[0] != ']' || at[1] != ']' || size > 2 * LIMIT_PATH_BYTES)
        return 0;
    const char *bar = memchr(inner, '|', size);
    return (bar? (size_t)(bar - inner): size) > MD4C_TARGET_MOST? size: 0;
}

// Most texts are: then they are looked at once, and copied.
static bool
is_plain(const job_t *self, const char *text, size_t size)
{
    return size <= PLAIN_MOST && !(self->extend && self->extend->abbr_count)
           && scan_is_plain(text, size, self->scanned & SCAN_WWW);
}

void
wiki_text(job_t *self, const char *text, size_t size)
{
    const char *end = text + size;
    if (is_plain(self, text, size)) {
        if (job_tells(self))
            outline_text(self, text, size);
        buffer_put(&self->out, text, size);
        return;
    }
    const char *at = text;
    while ((at = memchr(at, '[', (size_t)(end - at)))) {
        const char *behind = notes_reference(self, text, at, end);
        if (behind) {
            text = at = behind;
            continue;
        }
        size_t inner = at + 1 < end && at[1] == '['? long_link(at + 2, end): 0;
        if (inner == 0 || self->in_link > 0) {
            at++;
            continue;
        }
        inline_text(self, text, (size_t)(at - text));
        write_inner(self, at + 2, inner);
        at += inner + 4;
        text = at;
    }
    inline_text(self, text, (size_t)(end - text));
}
