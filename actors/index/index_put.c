// Pages and files, put into the index and taken out
#include "index_internal.h"

#include <stdio.h>
#include <string.h>

enum { TAG_SIZE = 1024 };

// ---- files --------------------------------------------------------------------------------------------------------

// The number of a file, which it keeps for ever; 0: it has none.
static code_t
file_number(index_t *self, const char *file, int64_t *id)
{
    return index_number(self, index_bind(self, "SELECT id FROM file WHERE path = ?", "t", file), 0, id);
}

code_t
index_file_id(index_t *self, const char *file, int64_t *id)
{
    char page[PAGE_ID_SIZE] = "";
    code_t code = file_number(self, file, id);
    if (code != OK || *id)
        return code;
    if (page_is_page_file(file) && page_id_of_file(&self->naming, file, page) != OK)
        page[0] = 0;
    code = index_run(self, index_bind(self, "INSERT INTO file(path, page) VALUES(?, ?)", "tt", file, page));
    *id = sqlite3_last_insert_rowid(self->db);
    return code;
}

static code_t
set_blob(index_t *self, int64_t id, const char *blob)
{
    if (!blob)
        return index_run(self, index_bind(self, "UPDATE file SET blob = NULL WHERE id = ?", "i", id));
    return index_run(self, index_bind(self, "UPDATE file SET blob = ? WHERE id = ?", "ti", blob, id));
}

code_t
index_blob_of(index_t *self, const char *file, char blob[65])
{
    code_t code = OK;
    blob[0] = 0;
    sqlite3_stmt *row = index_bind(self, "SELECT blob FROM file WHERE path = ?", "t", file);
    if (!index_row(self, row, &code))
        return code;
    snprintf(blob, 65, "%s", index_text(row, 0));
    sqlite3_reset(row);
    return OK;
}

code_t
index_each_file(index_t *self, index_file_fn each, void *context)
{
    code_t code = OK;
    sqlite3_stmt *row = index_prepare(self, "SELECT path, blob FROM file WHERE blob IS NOT NULL ORDER BY path");
    while (index_row(self, row, &code))
        if (!each(context, index_text(row, 0), index_text(row, 1)))
            break;
    sqlite3_reset(row);
    return code;
}

// ---- taking out ---------------------------------------------------------------------------------------------------

// `counted`: what the rows are among the kept counts; COUNT_KINDS: nothing.
static code_t
delete_rows(index_t *self, const char *literal, int64_t id, index_count_t counted)
{
    code_t code = index_run(self, index_bind(self, literal, "i", id));
    if (code == OK && counted < COUNT_KINDS)
        self->counts[counted] -= sqlite3_changes(self->db);
    return code;
}

static code_t
delete_folded(index_t *self, const char *target, int64_t id, const char *raw)
{
    char folded[PAGE_ID_SIZE];
    if (!index_is_file_name(target) || page_id(&self->naming, target, folded) != OK || strcmp(target, folded) == 0)
        return OK;
    return index_run(self, index_bind(self, "DELETE FROM backlink WHERE target = ? AND source = ? AND page = ?", "tti",
                                      folded, raw, id));
}

static code_t
delete_backlinks(index_t *self, int64_t id, const char *file)
{
    char raw[PAGE_ID_SIZE];
    index_raw_path(file, raw);
    code_t code = index_run(self, index_bind(self, "DELETE FROM backlink WHERE source = ?2 AND page = ?1"
        " AND target IN (SELECT target FROM link WHERE page = ?1)", "it", id, raw));
    sqlite3_stmt *row = index_bind(self, "SELECT DISTINCT target FROM link WHERE page = ?", "i", id);
    while (code == OK && index_row(self, row, &code))
        code = delete_folded(self, index_text(row, 0), id, raw);
    sqlite3_reset(row);
    return code;
}

// All that stands under the number of a page; its file and its history stay.
static code_t
delete_page(index_t *self, int64_t id, const char *file)
{
    static const struct { const char *literal; index_count_t counted; } rows[] = {
        { "DELETE FROM link WHERE page = ?", COUNT_LINKS },
        { "DELETE FROM passage WHERE page = ?", COUNT_PASSAGES },
        { "DELETE FROM heading WHERE page = ?", COUNT_KINDS },
        { "DELETE FROM tag WHERE page = ?", COUNT_KINDS },
        { "DELETE FROM body WHERE id = ?", COUNT_KINDS },
        { "DELETE FROM page WHERE id = ?", COUNT_PAGES } };
    int64_t there = 0;
    code_t code = index_number(self, index_bind(self, "SELECT 1 FROM page WHERE id = ?", "i", id), 0, &there);
    if (code != OK || !there)
        return code;
    code = index_words_remove(self, id);
    if (code == OK)
        code = delete_backlinks(self, id, file);
    for (size_t i = 0; code == OK && i < sizeof rows / sizeof *rows; i++)
        code = delete_rows(self, rows[i].literal, id, rows[i].counted);
    return code;
}

code_t
index_remove(index_t *self, const char *file)
{
    int64_t id = 0;
    code_t code = file_number(self, file, &id);
    if (code != OK || !id)
        return code;
    code = delete_page(self, id, file);
    return code == OK? set_blob(self, id, NULL): code;
}

code_t
index_put_file(index_t *self, const char *file, const char *blob)
{
    int64_t id = 0;
    code_t code = index_file_id(self, file, &id);
    if (code == OK)
        code = delete_page(self, id, file);
    return code == OK? set_blob(self, id, blob): code;
}

// ---- putting in ---------------------------------------------------------------------------------------------------

static code_t
put_tags(index_t *self, int64_t id, const index_page_t *page)
{
    char folded[TAG_SIZE];
    code_t code = OK;
    for (size_t i = 0; i < page->tag_count && code == OK; i++) {
        index_fold(page->tags[i], folded, sizeof folded);
        code = index_run(self, index_bind(self, "INSERT OR IGNORE INTO tag(page, folded, file, tag) VALUES(?, ?, ?, ?)",
                                          "ittt", id, folded, page->file, page->tags[i]));
    }
    return code;
}

static code_t
put_headings(index_t *self, int64_t id, const index_page_t *page)
{
    code_t code = OK;
    for (size_t i = 0; i < page->heading_count && code == OK; i++) {
        const index_heading_t *row = &page->headings[i];
        code = index_run(self, index_bind(self, "INSERT INTO heading(page, ord, level, anchor, text, line)"
                                                " VALUES(?, ?, ?, ?, ?, ?)", "iiitti", id, (int64_t)i,
                                          (int64_t)row->level, row->id, row->text, (int64_t)row->line));
    }
    return code;
}

// What looks like a file may be a page after all, whose id is without case.
static code_t
put_backlinks(index_t *self, const char *target, const char *kind, int64_t id, const char *raw)
{
    static const char insert[] = "INSERT OR IGNORE INTO backlink(target, source, kind, page) VALUES(?, ?, ?, ?)";
    char folded[PAGE_ID_SIZE];
    code_t code = index_run(self, index_bind(self, insert, "ttti", target, raw, kind, id));
    if (code != OK || !index_is_file_name(target) || page_id(&self->naming, target, folded) != OK)
        return code;
    return strcmp(target, folded) == 0? OK: index_run(self, index_bind(self, insert, "ttti", folded, raw, kind, id));
}

static code_t
put_link(index_t *self, const index_link_t *link, const char *own, const int64_t place[2], const char *raw)
{
    const char kind[2] = { link->kind, 0 }, *target = *link->target? link->target: own;
    code_t code = index_run(self, index_bind(self, "INSERT INTO link(page, ord, target, anchor, kind, line)"
                                                   " VALUES(?, ?, ?, ?, ?, ?)", "iittti", place[0], place[1], target,
                                             link->anchor, kind, (int64_t)link->line));
    return code == OK? put_backlinks(self, target, kind, place[0], raw): code;
}

static code_t
put_links(index_t *self, int64_t id, const index_page_t *page)
{
    char raw[PAGE_ID_SIZE];
    code_t code = OK;
    index_raw_path(page->file, raw);
    for (size_t i = 0; i < page->link_count && code == OK; i++)
        code = put_link(self, &page->links[i], page->page, (const int64_t[2]){ id, (int64_t)i }, raw);
    self->counts[COUNT_LINKS] += (int64_t)page->link_count;
    return code;
}

// A page's tags, one a line: as they are shown.
static void
join_tags(const index_page_t *page, char *text, size_t room)
{
    size_t size = 0;
    text[0] = 0;
    for (size_t i = 0; i < page->tag_count; i++) {
        size_t more = strlen(page->tags[i]);
        if (strchr(page->tags[i], '\n') || size + more + 2 > room)
            continue;
        size += (size_t)snprintf(text + size, room - size, "%s%s", size > 0? "\n": "", page->tags[i]);
    }
}

static code_t
put_row(index_t *self, int64_t id, const index_page_t *page)
{
    char key[TAG_SIZE], tags[LIMIT_TAGS * 256];
    index_fold_json(page->category, key, sizeof key);
    join_tags(page, tags, sizeof tags);
    return index_run(self, index_bind(self,
        "INSERT INTO page(id, file, page, title, heading, category, category_key, tags, size, words, blob, front)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "ittttttt" "iitt", id, page->file, page->page, page->title,
        page->heading, page->category, key, tags, (int64_t)page->size, (int64_t)page->words, page->blob,
        page->front));
}

// From the commits that are there already; those that come later set it themselves.
static code_t
put_newest(index_t *self, int64_t id)
{
    return index_run(self, index_bind(self,
        "UPDATE page SET (newest, revision, at, zone, person) = (SELECT c.seq, c.id, c.at, c.zone, c.person"
        " FROM change AS h JOIN commits AS c ON c.seq = h.seq WHERE h.file = ?1 ORDER BY h.seq DESC LIMIT 1)"
        " WHERE id = ?1 AND EXISTS (SELECT 1 FROM change WHERE file = ?1)", "i", id));
}

static code_t
put_body(index_t *self, int64_t id, const index_page_t *page)
{
    size_t from = page->body < page->size? page->body: page->size;
    int64_t line = 1;
    for (size_t i = 0; i < from; i++)
        line += page->text[i] == '\n';
    sqlite3_stmt *insert = index_bind(self, "INSERT INTO body(id, line, text) VALUES(?, ?, ?)", "ii", id, line);
    if (insert && sqlite3_bind_text(insert, 3, page->text + from, (int)(page->size - from), SQLITE_STATIC) != SQLITE_OK)
        return index_refuse(self, TOO_LARGE, "the text is too long");
    return index_run(self, insert);
}

code_t
index_put_page(index_t *self, const index_page_t *page)
{
    int64_t id = 0;
    if (page->size > LIMIT_PAGE_BYTES)
        return index_put_file(self, page->file, page->blob);
    code_t code = index_file_id(self, page->file, &id);
    if (code == OK)
        code = delete_page(self, id, page->file);
    if (code == OK)
        code = set_blob(self, id, page->blob);
    if (code == OK)
        code = put_row(self, id, page);
    if (code == OK)
        code = put_newest(self, id);
    if (code == OK)
        code = put_body(self, id, page);
    if (code == OK)
        code = put_tags(self, id, page);
    if (code == OK)
        code = put_headings(self, id, page);
    if (code == OK)
        code = put_links(self, id, page);
    if (code == OK)
        code = index_put_passages(self, id, page);
    self->counts[COUNT_PAGES]++;
    return code == OK? index_words_put(self, id): code;
}
