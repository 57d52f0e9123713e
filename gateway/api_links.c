// Links between pages: of one, of all, around one
#include "api_rows.h"

#include <stdlib.h>
#include <string.h>

// ---- of one page -------------------------------------------------------------------------------------------------
// A path that cannot be that of a page has no links; it is shown as it came.
static code_t
answer_none(web_t *self)
{
    json_t *json = json_pack("{s:o, s:[], s:[]}", "path", api_text(self->api->path), "links_to", "linked_from");
    return api_answer(self, 200, json);
}

code_t
api_page_links(web_t *self)
{
    char id[PAGE_ID_SIZE];
    const char *path = self->api->path;
    index_page_req_t request = { .caller = self->caller, .path = id, .at_least = api_seen(self) };
    index_page_rep_t found = { .commit = "" };
    if (strlen(path) > LIMIT_PATH_BYTES || page_id(&self->gateway->site.naming, path, id) != OK)
        return answer_none(self);
    code_t code = api_ask(self, &call_index_page, &request, &found);
    if (code != OK)
        return code;
    size_t sizes[2];
    const char *to = web_blob(self, 1, &sizes[0]), *from = web_blob(self, 2, &sizes[1]);
    self->api->commit = found.commit;
    json_t *json = json_object();
    json_object_set_new(json, "path", api_text(api_display(self, found.found? found.row.file: id)));
    json_object_set_new(json, "links_to", api_links(self, to, sizes[0]));
    json_object_set_new(json, "linked_from", api_links(self, from, sizes[1]));
    code = api_answer(self, 200, json);
    if (!found.behind)
        api_cacheable(self, found.commit);
    return code;
}

// ---- the graph ---------------------------------------------------------------------------------------------------
typedef struct {
    char **lines;                               // presence digit, path
    size_t count, room;
} nodes_t;

typedef struct {
    index_graph_req_t request;
    nodes_t nodes;
    api_rows_t edges;
    bool kinds;                                 // edges say how they are written
} graph_t;

static void
add_node(nodes_t *nodes, const char *line, size_t size)
{
    if (nodes->count == nodes->room) {
        nodes->room = nodes->room? 2 * nodes->room: 256;
        nodes->lines = realloc(nodes->lines, nodes->room * sizeof *nodes->lines);
    }
    char *copy = nodes->lines? malloc(size + 1): NULL;
    if (!copy)
        abort();
    memcpy(copy, line, size);                   // strndup would look behind a blob for its end
    copy[size] = 0;
    nodes->lines[nodes->count++] = copy;
}

static void
clear_nodes(nodes_t *nodes)
{
    for (size_t i = 0; i < nodes->count; i++)
        free(nodes->lines[i]);
    free(nodes->lines);
    *nodes = (nodes_t){ 0 };
}

static int
compare_nodes(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left + 1, *right + 1);
}

// A part of the graph names what its edges lead to, so that several parts name the same.
static void
sort_nodes(nodes_t *nodes)
{
    size_t kept = 0;
    if (nodes->count > 0)
        qsort(nodes->lines, nodes->count, sizeof *nodes->lines, compare_nodes);
    for (size_t i = 0; i < nodes->count; i++) {
        if (kept > 0 && strcmp(nodes->lines[kept - 1] + 1, nodes->lines[i] + 1) == 0)
            free(nodes->lines[i]);
        else
            nodes->lines[kept++] = nodes->lines[i];
    }
    nodes->count = kept;
}

static const char *
kind_word(char kind)
{
    return kind == 'w'? "wiki": kind == 'i'? "image": "link";
}

// "w<source>TAB<target>"
static void
add_edge(web_t *self, graph_t *graph, const char *line, size_t size)
{
    const char *tab = memchr(line, '\t', size);
    if (!tab || tab == line)                    // without its kind it is none
        return;
    arena_t arena = { 0 }, *whole = self->arena;        // of one edge: there may be a million of them
    self->arena = &arena;
    const char *source = arena_copy(&arena, line + 1, (size_t)(tab - line) - 1);
    const char *target = arena_copy(&arena, tab + 1, size - (size_t)(tab + 1 - line));
    json_t *edge = json_pack("{s:o, s:o}", "source", api_text(api_display(self, source)), "target",
                             api_text(api_display(self, target)));
    if (graph->kinds)
        json_object_set_new(edge, "kind", json_string(kind_word(*line)));
    api_rows_add(&graph->edges, edge);
    self->arena = whole;
    arena_clear(&arena);
}

static void
take_lines(web_t *self, graph_t *graph, size_t blob)
{
    size_t size = 0, length;
    const char *lines = web_blob(self, blob, &size), *end = lines + size;
    for (; lines < end; lines += length + 1) {
        const char *stop = memchr(lines, '\n', (size_t)(end - lines));
        length = (size_t)((stop? stop: end) - lines);
        if (length < 2)
            continue;
        if (blob == 0)
            add_node(&graph->nodes, lines, length);
        else
            add_edge(self, graph, lines, length);
    }
}

static code_t
read_graph(web_t *self, graph_t *graph)
{
    bool more = true;
    graph->request.caller = self->caller;
    graph->request.at_least = api_seen(self);
    graph->request.limit = graph->edges.limit;
    while (more) {
        index_graph_rep_t found = { .commit = "" };
        size_t kept = self->kept_count;
        graph->request.cursor = graph->edges.cursor;
        code_t code = api_ask(self, &call_index_graph, &graph->request, &found);
        if (code != OK)
            return code;
        take_lines(self, graph, 0);
        take_lines(self, graph, 1);
        more = api_rows_next(self, &graph->edges, found.cursor, found.commit, kept) && graph->edges.limit == 0;
    }
    sort_nodes(&graph->nodes);
    return OK;
}

static code_t
answer_graph(web_t *self, graph_t *graph, json_t *rest)
{
    api_rows_t rows[2] = { graph->edges, { .key = "nodes" } };
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const char *line = graph->nodes.lines[i];
        char display[PAGE_ID_SIZE];
        page_display_path(&self->gateway->site.naming, line + 1, display);
        json_t *path = api_text(display);
        api_rows_add(&rows[1], graph->kinds? json_pack("{s:o, s:b}", "path", path, "exists", *line != '0'): path);
    }
    return api_rows_answer(self, rows, 2, rest);
}

code_t
api_all_links(web_t *self)
{
    graph_t graph = { .kinds = false };
    if (!api_rows_begin(self, &graph.edges, "edges"))
        return OK;
    code_t code = read_graph(self, &graph);
    if (code == OK)
        code = answer_graph(self, &graph, json_object());
    else
        api_rows_clear(&graph.edges);
    clear_nodes(&graph.nodes);
    return code;
}

// False: the request has been refused.
static bool
read_around(web_t *self, graph_t *graph, char id[PAGE_ID_SIZE])
{
    enum { DEPTH_MOST = 10 };
    const char *path = api_query(self, "path"), *depth = api_query(self, "depth"), *all = api_query(self, "all");
    char *end = NULL;
    *id = 0;
    graph->request.all = strcmp(all, "true") == 0 || strcmp(all, "1") == 0;
    graph->request.depth = *depth? strtol(depth, &end, 10): 1;
    if (*depth && (*end || graph->request.depth < 1 || graph->request.depth > DEPTH_MOST)) {
        api_refuse_of(self, 422, "depth must be a number from 1 to %d", DEPTH_MOST);
        return false;
    }
    if (*path && (strlen(path) > LIMIT_PATH_BYTES || page_id(&self->gateway->site.naming, path, id) != OK)) {
        api_refuse_of(self, 404, "Page not found: %s", path);
        return false;
    }
    graph->request.path = id;
    return true;
}

code_t
api_graph(web_t *self)
{
    char id[PAGE_ID_SIZE];
    graph_t graph = { .kinds = true };
    if (!api_rows_begin(self, &graph.edges, "edges") || !read_around(self, &graph, id))
        return OK;
    code_t code = read_graph(self, &graph);
    json_t *path = *id? api_text(api_display(self, id)): json_null();
    json_t *rest = json_pack("{s:o, s:I}", "path", path, "depth", (json_int_t)graph.request.depth);
    if (code == OK)
        code = answer_graph(self, &graph, rest);
    else {
        json_decref(rest);
        api_rows_clear(&graph.edges);
    }
    clear_nodes(&graph.nodes);
    return code == NOT_FOUND? api_refuse_of(self, 404, "Page not found: %s", api_query(self, "path")): code;
}
