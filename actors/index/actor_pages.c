#include "actor_pages.h"

#include "../core/log.h"
#include "actor_sources.h"
#include "../core/banned.h"

enum { ROOM = 64 };

// ---- the files that changed -------------------------------------------------------------------------------------

void
changed_put(changed_t *self, const char *file, const char *blob)
{
    if (!self->places)
        self->places = zhashx_new();
    size_t place = (size_t)(uintptr_t)zhashx_lookup(self->places, file);
    if (place == 0) {
        if (self->count == self->room) {
            self->room = self->room? 2 * self->room: ROOM;
            self->rows = realloc(self->rows, self->room * sizeof *self->rows);
            if (!self->rows)
                abort();
        }
        place = ++self->count;
        self->rows[place - 1].file = strdup(file);
        zhashx_insert(self->places, file, (void *)(uintptr_t)place);
    }
    (void)snprintf(self->rows[place - 1].blob, sizeof self->rows->blob, "%s", blob);
}

void
changed_clear(changed_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->rows[i].file);
    free(self->rows);
    zhashx_destroy(&self->places);
    *self = (changed_t){ .count = 0 };
}

// ---- one page ---------------------------------------------------------------------------------------------------

static code_t
fail(pages_t *self, code_t code, const char *why)
{
    (void)snprintf(self->why, sizeof self->why, "%s", why);
    return code;
}

static code_t
judge(pages_t *self, code_t code)
{
    return code == OK? OK: fail(self, code, index_error(self->index));
}

// A page that cannot be one is a file, and the others go on.
static code_t
put_as_file(pages_t *self, const changed_row_t *row, const char *why)
{
    char file[256], text[256];
    log_info("index.no_page", "file=%s why=%s", log_value(row->file, file, sizeof file),
             log_value(why, text, sizeof text));
    return judge(self, index_put_file(self->index, row->file, row->blob));
}

static void
take_headings(const render_digest_rep_t *digest, index_heading_t *headings)
{
    for (size_t i = 0; i < digest->headings_count; i++) {
        const render_heading_t *from = &digest->headings[i];
        headings[i] = (index_heading_t){ .text = from->text, .id = from->id, .level = (int)from->level,
                                         .line = (size_t)from->line, .last_line = (size_t)from->last_line,
                                         .start = (size_t)from->start, .end = (size_t)from->end };
    }
}

static void
take_links(const render_digest_rep_t *digest, char *others, index_link_t *links)
{
    index_link_t *link = links + digest->links_count;
    for (char *at = others; *at; link++) {      // w TAB line TAB target TAB anchor LF
        link->kind = *strsep(&at, "\t");
        link->line = strtoul(strsep(&at, "\t"), NULL, 10);
        link->target = strsep(&at, "\t");
        link->anchor = strsep(&at, "\n");
    }
    for (size_t i = 0; i < digest->links_count; i++) {
        const render_reference_t *from = &digest->links[i];
        links[i] = (index_link_t){ .target = from->target, .anchor = from->anchor, .line = (size_t)from->line,
                                   .kind = *from->kind == 'w'? 'w': *from->kind == 'i'? 'i': 'm' };
    }
}

// Links that did not fit into the record; *count is their number. Lines that are none end them.
static char *
other_links(const msg_t *answer, size_t *count)
{
    zframe_t *blob = msg_blob((msg_t *)answer, 1);
    char *text = blob? zframe_strdup(blob): strdup("");
    *count = 0;
    if (!text)
        abort();
    char *end = text;
    for (size_t tabs = 0, size; *end && *count < LIMIT_REFERENCES; end += size + 1, ++*count, tabs = 0) {
        size = strcspn(end, "\n");
        for (size_t i = 0; i < size; i++)
            tabs += end[i] == '\t';
        if (tabs != 3 || !end[size])
            break;
    }
    *end = 0;
    return text;
}

static code_t
put_digest(pages_t *self, const index_page_t *page, msg_t *answer, const render_digest_rep_t *digest)
{
    index_page_t row = *page;
    index_heading_t *headings = calloc(digest->headings_count + 1, sizeof *headings);
    char *others = other_links(answer, &row.link_count);
    row.link_count += digest->links_count;
    index_link_t *links = calloc(row.link_count + 1, sizeof *links);
    zframe_t *blob = msg_blob(answer, 0);
    char *front = blob? zframe_strdup(blob): strdup("");
    if (!headings || !links || !front)
        abort();
    take_headings(digest, headings);
    take_links(digest, others, links);
    row.title = digest->title;
    row.heading = digest->heading;
    row.category = digest->category;
    row.front = front;
    row.tags = digest->tags;
    row.tag_count = digest->tags_count;
    row.body = (size_t)digest->body <= row.size? (size_t)digest->body: row.size;
    row.words = (size_t)digest->words;
    row.headings = headings;
    row.heading_count = digest->headings_count;
    row.links = links;
    code_t code = index_put_page(self->index, &row);
    free(front);
    free(others);
    free(links);
    free(headings);
    return code;
}

static code_t
put_page(pages_t *self, const changed_row_t *row, const char *page, zframe_t *text)
{
    render_digest_req_t which = { .page = page, .style = self->style, .blob = self->passing? "": row->blob };
    render_digest_rep_t digest;
    index_page_t made = { .file = row->file, .page = page, .blob = row->blob,
                          .text = (const char *)zframe_data(text), .size = zframe_size(text) };
    if (!page_utf8_valid(made.text, made.size))
        return put_as_file(self, row, "it is not UTF-8");
    msg_t *answer = source_digest(self->flow, &which, text, &digest);
    code_t code = msg_code(answer);
    if (code_retryable(code))
        fail(self, code, msg_error_text(answer));
    else if (code != OK)
        code = put_as_file(self, row, msg_error_text(answer));
    else {
        code = put_digest(self, &made, answer, &digest);
        if (code == INVALID || code == TOO_LARGE)
            code = put_as_file(self, row, index_error(self->index));
        self->pages += code == OK;
        judge(self, code);
    }
    msg_destroy(&answer);
    return code;
}

// ---- some of them -----------------------------------------------------------------------------------------------

// Pages whose texts are asked for together.
typedef struct {
    const changed_row_t *rows[LIMIT_BLOB_FRAMES];
    size_t places[LIMIT_BLOB_FRAMES];           // among all that changed
    const char *blobs[LIMIT_BLOB_FRAMES];
    char pages[LIMIT_BLOB_FRAMES][PAGE_ID_SIZE];
    size_t count;
} batch_t;

// What needs no text is done at once. *kept: the row is in the batch.
static code_t
take_row(pages_t *self, batch_t *batch, const changed_t *changed, size_t place)
{
    const changed_row_t *row = &changed->rows[place];
    char blob[65] = "";
    if (!*row->blob)
        return judge(self, index_remove(self->index, row->file));
    code_t code = judge(self, index_blob_of(self->index, row->file, blob));
    if (code != OK || strcmp(blob, row->blob) == 0)
        return code;
    if (page_id_of_file(&self->naming, row->file, batch->pages[batch->count]) != OK)
        return judge(self, index_put_file(self->index, row->file, row->blob));
    batch->rows[batch->count] = row;
    batch->places[batch->count] = place;
    batch->blobs[batch->count++] = row->blob;
    return OK;
}

static code_t
put_text(pages_t *self, const batch_t *batch, size_t index, char kind, zframe_t *text)
{
    if (kind == 't' && text)
        return put_page(self, batch->rows[index], batch->pages[index], text);
    return put_as_file(self, batch->rows[index], kind == 'b'? "it is no text": kind == 'l'? "it is too large":
                       kind == 'm'? "its text is missing in the repository": "its text does not come");
}

// Those that the store left out are asked for once more, unless there is nothing else: then *next is where they begin.
static code_t
put_batch(pages_t *self, const batch_t *batch, size_t *next)
{
    store_texts_rep_t reply;
    msg_t *answer = source_texts(self->flow, batch->blobs, batch->count, &reply);
    code_t code = msg_code(answer);
    if (code != OK)
        fail(self, code, msg_error_text(answer));
    else if (strlen(reply.kinds) != batch->count)
        code = fail(self, INTERNAL, "the answer to store.texts does not fit its question");
    for (size_t i = 0; i < batch->count && code == OK; i++) {
        if (reply.kinds[i] == 's' && i > 0) {
            *next = batch->places[i];
            break;
        }
        code = put_text(self, batch, i, reply.kinds[i], msg_blob(answer, i));
    }
    msg_destroy(&answer);
    return code;
}

code_t
pages_put(pages_t *self, const changed_t *changed, size_t *next)
{
    batch_t batch = { .count = 0 };
    size_t end = *next;
    code_t code = OK;
    while (code == OK && end < changed->count && batch.count < LIMIT_BLOB_FRAMES)
        code = take_row(self, &batch, changed, end++);
    if (code == OK && batch.count > 0)
        code = put_batch(self, &batch, &end);
    if (code == OK)
        *next = end;
    return code;
}
