// render_internal - one page on its way to HTML: what the files of the renderer share
//
//   render.c          the whole: front matter, text, note; what comes out
//   render_blocks.c   md4c's blocks to HTML        render_spans.c    md4c's spans and texts to HTML
//   render_stack.c    what is open, so that it is closed in order, whatever the page says
//   render_raw.c      HTML in the page, by an allow-list (render_tags.c)
//   render_link.c     where a link leads           render_wiki.c     [[wiki links]]
//   render_inline.c   bare URLs, ==marks==         render_alert.c    quotes that are alerts
//   render_scan.c     what a page has none of        render_names.c    strings of what is reported
//   render_extend.c   footnotes, abbreviations, spoilers, folds and blocks, taken out of the text before md4c reads it
//   render_notes.c    footnotes                    render_abbr.c     abbreviations
//   render_fancy.c    spoilers, folds, blocks      render_meta.c     front matter
//   render_outline.c  headings and their anchors
//   render_links.c    where links stand            render_rewrite.c  other targets for them (render_respell.c)
//   render_digest.c   what an index keeps of it      render_front.c    front matter as JSON (render_scalar.c)
#ifndef RENDER_INTERNAL_H
#define RENDER_INTERNAL_H
#include "render.h"
#include "render_buffer.h"
#include "render_chars.h"
#include "render_ids.h"
#include "render_map.h"
#include "render_scan.h"
#include <string.h>

enum {
    LINK_SUFFIX_SIZE = 1024,                    // query and fragment
    LINK_URL_SIZE = PAGE_URL_SIZE + LINK_SUFFIX_SIZE,
    HEADING_TEXT_SIZE = 1024,                   // as the contract has it
    HEADING_ID_SIZE = 256,
    ALT_SIZE = 1024,
    REPORT_BYTES = 192 << 10,                   // what links and headings may take of the reply's BODY_BYTES
};

typedef struct { const char *text; size_t size; } markup_t;
#define MARKUP(text) { text, sizeof text - 1 }

typedef struct {
    markup_t close;                             // closing tags, static; "" for none
    const char *tag;                            // name of a tag that the page wrote; NULL: Markdown's own
    bool link;
} element_t;

typedef struct {
    bool active;
    size_t at;                                  // in the HTML, behind "<hN"
    size_t first_link;                          // links from here move when the anchor is put in
    int level;
    size_t text_size;
    const char *first;                          // first text in the source; NULL: none yet
    char text[HEADING_TEXT_SIZE];
} heading_t;

typedef struct {
    const render_options_t *options;
    const char *page;                           // the whole page, front matter too
    size_t page_size;
    const char *source;                         // what md4c reads: the page, or what render_extend.c made of it
    size_t source_size;
    const map_t *map;                           // NULL: it is the page
    struct extend *extend;                      // NULL: the page has nothing of the kind
    buffer_t out;
    buffer_t text;                              // plain, if it is wanted
    element_t open[LIMIT_MARKDOWN_NESTING];
    size_t open_count;
    size_t skipped;                             // Markdown elements beyond the nesting limit, not in `open`
    size_t in_link;                             // open elements that are links: there is no link in a link
    size_t copied;                              // bytes of link targets and titles that md4c has expanded
    bool cut;                                   // a limit was reached; the page says so
    bool headings_cut;                          // not all headings are reported

    const char *seen;                           // end of the last text in the source that md4c has named
    unsigned scanned;                           // render_scan.h
    bool has_cr;                                // the source has carriage returns
    const char *line_at;                        // `line` is the number of the line that begins here
    size_t line;
    bool lost;                                  // an empty heading was not found in the source
    heading_t heading;
    size_t open_headings[6];                    // index + 1 of the reported heading whose section is open, by level
    bool has_h1;
    ids_t ids;

    bool in_html;                               // raw HTML block: its text is gathered in `scratch`
    buffer_t scratch;                           // raw HTML that is not complete
    char quote;                                 // it is inside an attribute's value
    size_t quote_at, alert_at;                  // in the HTML: behind the last "<blockquote>", and its first "<p>"
    size_t title_at;                            // in the HTML: where a heading is the title of a spoiler or block
    const char *title_open, *title_close;       // its tags; NULL: none is expected
    bool in_notes;                              // the footnotes are being written
    size_t notes_next, notes_end, notes_depth;
    bool lines, line_start;                     // a code block with numbers; the next text begins a line
    size_t code_at;                             // text of the open code span, in the HTML
    size_t image_depth;                         // inside an image only its alternative text counts
    size_t alt_size;
    char alt[ALT_SIZE];
    bool in_wiki;                               // the text of a wiki link is read from the source when it ends
    size_t wiki_depth;
    const char *wiki_first;

    names_t strings;                             // of what is reported, and ids
    rendered_link_t *links;
    size_t link_count, link_room;
    rendered_heading_t *headings;
    size_t heading_count, heading_room;
    struct link_log *log;                       // who collects links; NULL: nobody
    struct digest *digest;                      // what an index keeps; NULL: nobody asked
    size_t reported;                            // bytes that links and headings will take in the reply
} job_t;

enum { MD4C_OWN_TEXT = 16 };                    // line ends and indentation: no part of the source

static inline bool
job_in_source(const job_t *self, const char *text)
{
    return text >= self->source && text < self->source + self->source_size;
}

// Where in the page a text stands that is in the source.
static inline size_t
job_origin(const job_t *self, const char *text)
{
    size_t at = (size_t)(text - self->source);
    return self->map? map_origin(self->map, at): at;
}

// Does anybody want to know the text that is written?
static inline bool
job_tells(const job_t *self)
{
    return self->heading.active || self->options->text;
}

// ---- render.c
// render_page, with the links that it meets put into `log`, if there is one.
code_t render_collect(const render_options_t *options, const char *text, size_t size, struct link_log *log,
                      render_t *result);

// ---- render_stack.c
// Markdown opens an element: `open` is written. Beyond the nesting limit nothing is written, and
// stack_leave knows it.
void stack_enter_sized(job_t *self, markup_t open, markup_t close);
static inline void
stack_enter(job_t *self, const char *open, const char *close)
{
    stack_enter_sized(self, (markup_t) { open, strlen(open) }, (markup_t) { close, strlen(close) });
}
// The same in two steps, where the tag has attributes. False: nothing may be written. `mark` is the size
// before the tag.
bool stack_may_enter(job_t *self);
void stack_entered(job_t *self, size_t mark, const char *close, bool link);
void stack_leave(job_t *self);
// The page opens a tag. False: too deep.
bool stack_may_open_tag(job_t *self);
void stack_opened_tag(job_t *self, const char *tag, const char *close, bool link);
// The page closes a tag: what it opened inside is closed too. False: it has not opened it in this block.
bool stack_close_tag(job_t *self, const char *tag);
void stack_close_tags(job_t *self);             // all that the page left open inside the innermost Markdown element
void stack_close_all(job_t *self);

// ---- render_link.c
typedef enum { LINK_REFUSED, LINK_OTHER, LINK_EXTERNAL, LINK_PAGE } link_kind_t;
typedef struct {
    link_kind_t kind;
    size_t url_size;
    char url[LINK_URL_SIZE];                    // not escaped; with a final NUL
    char target[PAGE_ID_SIZE];                  // LINK_PAGE: page id or file; LINK_OTHER: what it is about, perhaps
    bool wiki, html;                            // written as [[...]], as an attribute
    const char *written;                        // the bytes that say so, where they are known; NULL: nowhere
} link_t;
// Where a Markdown or HTML link leads; the URL has its references decoded.
void link_resolve(const render_options_t *options, const char *url, size_t size, link_t *link);
typedef struct {
    size_t suffix;                              // in the target: where its query or anchor begins
    char spelled[PAGE_ID_SIZE];                 // what is before it, decoded
    char path[PAGE_ID_SIZE];                    // from the root, as spelled: neither folded nor without ".md"
} link_path_t;
// The path of a link inside the wiki, to whatever it leads. False: it leads out of the wiki, or to this very page.
bool link_path(const render_options_t *options, bool wiki, const char *target, size_t size, link_path_t *path);
// Where the target of a wiki link leads.
void link_resolve_wiki(const render_options_t *options, const char *target, size_t size, link_t *link);
// Writes ` href="..."` (or src) with what belongs to it, and reports a LINK_PAGE. Called right behind "<a".
void link_write(job_t *self, const link_t *link, bool image);

// Writes the whole link around `text`, or the text alone where there may be no link; tells the outline.
void link_write_whole(job_t *self, const link_t *link, const char *text, size_t size);

// ---- render_links.c
// A link as it was met: its target with references decoded, and the bytes of the source that say so, or what was
// copied from them. Nothing happens unless somebody collects links.
typedef struct { const char *target; size_t size; const char *written; size_t written_size; bool wiki, sole; } met_t;
void links_meet(job_t *self, const met_t *met);
void links_meet_html(job_t *self, const char *value, size_t size);    // an attribute's value, as it was written

// ---- render_digest.c; but for the first and the last, only if there is a digest
struct digest *digest_new(void);                // NULL: no memory
void digest_text(job_t *self, const char *text);        // a text of the source was met
void digest_meet(job_t *self, const link_t *link, bool image);
void digest_settle(job_t *self);                // a link ends
void digest_finish(job_t *self, const char *title, size_t body);

// ---- render_inline.c
// Writes text, with its bare URLs as links, and ==marks==.
void inline_text(job_t *self, const char *text, size_t size);

// ---- render_wiki.c
void wiki_enter(job_t *self, const MD_ATTRIBUTE *target);
void wiki_leave(job_t *self, const MD_ATTRIBUTE *target);
// Writes text, with the wiki links in it that are too long for md4c, and what inline_text finds.
void wiki_text(job_t *self, const char *text, size_t size);

// ---- render_alert.c
void alert_enter_quote(job_t *self);
void alert_enter_paragraph(job_t *self);
// False: this text is not the mark of an alert.
bool alert_text(job_t *self, const char *text, size_t size);

// ---- render_fancy.c
#define FANCY_QUOTE "<blockquote>\n"
// Is there a mark of render_extend.c in front of the HTML block in `scratch`? Then the quote around it becomes what
// it says.
void fancy_mark(job_t *self);
// A heading begins: true if it is a title, whose tag has been opened.
bool fancy_title(job_t *self);

// ---- render_notes.c
// A reference at `at`, which is a '[', is written, after the text `before` it; what is returned is behind
// it. NULL: there is none, and nothing is written.
const char *notes_reference(job_t *self, const char *before, const char *at, const char *end);
// While notes are being written. True: the block is a note, and has been opened or closed; or all notes have `ended`.
bool notes_enter(job_t *self, MD_BLOCKTYPE type, bool *ended);
bool notes_leave(job_t *self, MD_BLOCKTYPE type);
// All notes, behind the text.
void notes_write(job_t *self, const MD_PARSER *markdown);

// ---- render_abbr.c
void abbr_text(job_t *self, const char *text, size_t size);

// ---- render_outline.c
void outline_enter(job_t *self, int level);
// Text as a person reads it: for the heading that is open, and for search.
void outline_text(job_t *self, const char *text, size_t size);
void outline_break(job_t *self, char gap);      // in the text for search: a block or a cell begins or ends
void outline_leave(job_t *self);
void outline_finish(job_t *self);
// The line that holds this byte of the page; not in front of the last that was asked for.
size_t outline_line(job_t *self, const char *at);

// ---- render_raw.c
void raw_block(job_t *self);                    // what `scratch` has gathered
void raw_inline(job_t *self, const char *html, size_t size);    // an inline tag, or a piece of it

// ---- render_blocks.c, render_spans.c: callbacks of md4c
int block_enter(MD_BLOCKTYPE type, void *detail, void *job);
int block_leave(MD_BLOCKTYPE type, void *detail, void *job);
int span_enter(MD_SPANTYPE type, void *detail, void *job);
int span_leave(MD_SPANTYPE type, void *detail, void *job);
int span_text(MD_TEXTTYPE type, const char *text, MD_SIZE size, void *job);
#endif
