// render - Markdown to safe HTML; pure, knows nothing of messages
//
// CommonMark with GFM tables, task lists, strikethrough, autolinks, marks, wiki links in both orders, alerts,
// formulas, front matter. The output holds only tags, attributes (render_tags.c) and URL schemes
// (render_link.c) of an allow-list; nothing a page says can run a script. Links inside the wiki begin at
// the root, whatever they were written like (render_link.c says how). Linear in the input: HTML is capped
// at HTML_BYTES and at 64 KiB + 50 x the input, nesting at MARKDOWN_NESTING, links and headings at LINKS
// and HEADINGS; what is cut says so on the page.
//
// Classes for a style sheet: a.anchor (in headings, empty), li.task, details.properties, div.alert (with
// note, tip, important, warning or caution) and p.alert-title, pre.mermaid, span.math and pre.math (TeX
// between \( \) or \[ \]), code.language-x, p.cut. Ids are chosen by the page: scripts and styles of the
// frame must not rely on ids of their own being first.
#ifndef RENDER_H
#define RENDER_H
#include "../../proto/code.h"
#include "../../proto/page.h"
#include "render_names.h"

typedef struct {
    page_naming_t naming;
    bool target_first;                          // [[Target|Text]] instead of [[Text|Target]]
    bool new_tab;                               // external links open in a new tab
    const char *page;                           // id that relative links start from; "" for none
    bool text;                                  // also the plain text, for search
    bool digest;                                // also what an index keeps of it
} render_options_t;

enum { SECTION_PATH_BYTES = 4096 };             // as the contract has it

typedef struct {
    const char *target;                         // page id or file, without anchor
    size_t offset;                              // in the HTML: where ` class="missing"` may be inserted
    bool image;
} rendered_link_t;

typedef struct {
    int level;
    const char *id;
    const char *text;
    size_t line, last_line, start, end;         // in the source: lines from 1, byte range of the whole section
} rendered_heading_t;

typedef struct {
    char *html;
    size_t html_size;
    char *title;                                // never NULL
    rendered_heading_t *headings;
    size_t heading_count;
    rendered_link_t *links;
    size_t link_count;
    bool cut;
    // the HTML has a heading of level 1: the text's, or the front matter's title
    bool titled;
    char *text;                                 // NULL unless asked for: a line for each block, without the title
    size_t text_size;
    names_t strings;                             // of headings and links
    struct digest *digest;                       // NULL unless asked for (render_digest.h)
} render_t;

// TOO_LARGE: over PAGE_BYTES. UNSUPPORTED: not UTF-8.
code_t render_page(const render_options_t *options, const char *text, size_t size, render_t *result);
void render_clear(render_t *self);
#endif
