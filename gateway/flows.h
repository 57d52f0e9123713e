// flows - every flow of the web interface; route.h says what a flow is, routes.c which URL it answers
#ifndef FLOWS_H
#define FLOWS_H
#include "sequence.h"
#include "web.h"

// flow_view.c, flow_source.c
code_t flow_home(web_t *self);
code_t flow_view(web_t *self);
code_t flow_source(web_t *self);
// flow_file.c, flow_attachments.c, flow_attachment.c: files beside a page
code_t flow_file(web_t *self);
code_t flow_attachments(web_t *self);
code_t flow_attachments_post(web_t *self);
code_t flow_inline_attachment(web_t *self);
code_t flow_attachment(web_t *self);
code_t flow_attachment_post(web_t *self);
// flow_thumbnail.c
code_t flow_thumbnail(web_t *self);
// flow_index.c
code_t flow_index(web_t *self);
// flow_search.c
code_t flow_search(web_t *self);
code_t flow_search_post(web_t *self);
// flow_find.c
code_t flow_find(web_t *self);
// flow_backlinks.c
code_t flow_backlinks(web_t *self);
// flow_upkeep.c
code_t flow_upkeep(web_t *self);
code_t flow_upkeep_post(web_t *self);
// flow_sitemap.c
code_t flow_sitemap(web_t *self);
// flow_edit.c, flow_save.c
code_t flow_edit(web_t *self);
code_t flow_preview(web_t *self);
code_t flow_save(web_t *self);
// flow_create.c: create and delete
code_t flow_create(web_t *self);
code_t flow_create_post(web_t *self);
code_t flow_delete(web_t *self);
code_t flow_delete_post(web_t *self);
// flow_rename.c
code_t flow_rename(web_t *self);
code_t flow_rename_post(web_t *self);
// flow_history.c
code_t flow_history(web_t *self);
code_t flow_history_post(web_t *self);
code_t flow_changelog(web_t *self);
// flow_feed.c
code_t flow_feed_rss(web_t *self);
code_t flow_feed_atom(web_t *self);
// flow_diff.c, flow_commit.c, flow_blame.c
code_t flow_diff(web_t *self);
code_t flow_commit(web_t *self);
code_t flow_revert(web_t *self);
code_t flow_revert_post(web_t *self);
code_t flow_blame(web_t *self);
// flow_metrics.c
code_t flow_metrics(web_t *self);
// flow_site.c
code_t flow_about(web_t *self);
code_t flow_robots(web_t *self);
code_t flow_healthz(web_t *self);
code_t flow_readyz(web_t *self);
code_t flow_static(web_t *self);
code_t flow_favicon(web_t *self);
code_t flow_health(web_t *self);
code_t flow_git(web_t *self);
code_t flow_reserved(web_t *self);

// ---- shared by flows ---------------------------------------------------------------------------------------------
// flow_view.c: Markdown to HTML with missing links marked (KEY_html), its outline (KEY_toc) and the frame of the page.
// `page` is its id, `blob` the git object id of the text or "". Takes the text. *head gets the head, a view.
typedef struct { const char *page, *blob; zframe_t *text; } shown_t;
code_t show_page(web_t *self, shown_t *shown, const char **head);
// flow_file.c: answers with the attachment that the path means, if there is one; NOT_FOUND: there is none.
code_t serve_file(web_t *self, const char *path, const char *revision);
// flow_thumbnail.c: a file as a picture within a box. UNSUPPORTED, TOO_LARGE: there can be none.
code_t serve_thumbnail(web_t *self, const store_read_rep_t *file, int64_t width, int64_t height);
// Does the query of an attachment ask for one ("thumbnail", "size", "width", "height")?
bool thumbnail_wanted(const web_t *self, int64_t *width, int64_t *height);
// flow_index.c: a folder's pages and files; NOT_FOUND: it has none.
code_t serve_folder(web_t *self, const char *folder);
// flow_history.c: what the index knows of changes; its codes as those of web_index. A row of a table of them.
code_t history_ask(web_t *self, const index_history_req_t *history, index_history_rep_t *found);
// The full id of the commit that the address names; nothing if it names none. The store looks at that one and no other.
code_t history_until(web_t *self, const char **commit);
value_t *history_row(value_t *rows, const index_commit_row_t *from);
// flow_search.c: words cut to a number of bytes, between two letters; the name of a page with its folders.
const char *search_cut(const web_t *self, const char *words, size_t limit);
const char *search_path_name(const web_t *self, const char *page);
// The next piece of a snippet, and whether it is what was found; NULL: there are no more.
const char *search_part(const char **at, bool *marked, size_t *size);
// The path of a section without the title of the page, which it begins with: a view.
const char *search_section(const char *path);
// Pages by words of their names alone, from the store.
code_t search_names(web_t *self, const char *words, int64_t limit, store_find_rep_t *found);
// flow_upkeep.c: links from the list of all pages to the lists of some of them.
void upkeep_links(web_t *self);
// flow_edit.c: the form, with everything that was typed.
typedef struct {
    const char *page;                           // id
    const char *content;
    size_t size;
    const char *message, *revision, *request_id;
    const char *alert_title, *alert;            // NULL: nothing went wrong
    int status;
    bool only_lf;                               // the base has no CR: so what a browser made CRLF goes back to LF
    const char *section;                        // anchor of the section that the content is; NULL or "": the whole page
} edit_form_t;
code_t edit_page(web_t *self, const edit_form_t *form);
// What the form of this request holds: content with LF line ends, in the arena. INVALID: no content.
code_t edit_typed(web_t *self, const char *page, edit_form_t *form);
// flow_save.c: gives what was typed the line ends of the text in whose place it comes.
void edit_match_line_ends(web_t *self, edit_form_t *form, const char *text, size_t size);
// flow_section.c: a section of a page by its anchor. NOT_FOUND: there is none.
typedef struct {
    const char *page, *id, *blob;
    const char *text;                           // of the whole page
    size_t size;
} section_t;
code_t section_bounds(web_t *self, const section_t *section, size_t *start, size_t *end);
// Makes the content of form->section that of the whole page, at the base of the form.
code_t section_restore(web_t *self, edit_form_t *form);
// Puts a link to the editor behind each heading of KEY_html.
void section_pencils(web_t *self, const char *page);
// diff_rows.c: the differences that a page shows; together at most DIFF_LINES.
typedef struct {
    bool split;                                 // old and new beside each other; the query asks for it
    size_t lines, bytes;                        // that are shown so far
    sequence_t sequence;
    value_t *files;                             // of a commit
} diff_view_t;
void diff_begin(web_t *self, diff_view_t *view);
// Hunks in unified form, which the rows refer to, as KEY_lines of the map. False: something was left out.
bool diff_rows(value_t *map, const char *text, size_t size, diff_view_t *view);
void diff_end(diff_view_t *view);
#endif
