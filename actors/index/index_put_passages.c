// The passages of a page, put into the index
#include "index_internal.h"
#include "index_chunk.h"

static code_t
put_one(index_t *self, int64_t page, int64_t ord, const passage_t *passage)
{
    return index_run(self, index_bind(self, "INSERT INTO passage(page, ord, section, path, anchor, line, size)"
                                            " VALUES(?, ?, ?, ?, ?, ?, ?)", "iitttii", page, ord, passage->section,
                                      passage->path, passage->anchor, (int64_t)passage->line,
                                      (int64_t)(passage->size - passage->own)));
}

code_t
index_put_passages(index_t *self, int64_t id, const index_page_t *page)
{
    char path[PAGE_ID_SIZE];
    passages_t passages;
    page_display_path(&self->naming, page->file, path);
    const chunk_source_t source = { .text = page->text, .size = page->size, .body = page->body,
                                    .title = *page->title? page->title: path, .headings = page->headings,
                                    .heading_count = page->heading_count };
    code_t code = index_chunk(&source, &passages);
    if (code != OK)
        return index_refuse(self, code, "the page cannot be cut into passages");
    for (size_t i = 0; i < passages.count && code == OK; i++)
        code = put_one(self, id, (int64_t)i, &passages.rows[i]);
    self->counts[COUNT_PASSAGES] += (int64_t)passages.count;
    passages_clear(&passages);
    return code;
}
