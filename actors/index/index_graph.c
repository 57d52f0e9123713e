// Pages and the links between them, all of them or those around one
#include "index_internal.h"
#include "index_query.h"
#include "index_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Of one answer: a blob takes 16 MiB, and who wants more asks again.
enum { EDGES_MOST = 200000, NODES_MOST = 20000, DEPTH_MOST = 16, BYTES_MOST = LIMIT_BLOB_BYTES / 2 };

typedef struct { uint32_t from, to; char kind; } edge_t;
typedef struct {
    index_t *index;
    const index_graph_t *what;
    index_set_t paths;                          // of the nodes
    struct { int64_t id; char presence; } *nodes;
    size_t node_room;
    edge_t *edges;
    size_t edge_count, edge_room, bytes;
    bool closed;                                // no further nodes: edges only between those there are
} graph_t;

// ---- nodes and edges ----------------------------------------------------------------------------------------------

static code_t
add_node(graph_t *self, const index_place_t *place, size_t *number)
{
    size_t count = self->paths.count;
    if (self->closed && !index_set_has(&self->paths, place->path, number))
        return NOT_FOUND;
    if (!index_set_add(&self->paths, place->path, number))
        return INTERNAL;
    if (self->paths.count == count)
        return OK;
    if (self->paths.count > self->node_room) {
        size_t room = self->node_room? self->node_room * 2: 256;
        void *nodes = realloc(self->nodes, room * sizeof *self->nodes);
        if (!nodes)
            return INTERNAL;
        self->nodes = nodes;
        self->node_room = room;
    }
    self->nodes[*number].id = place->kind == '1'? place->id: 0;
    self->nodes[*number].presence = place->kind;
    self->bytes += strlen(place->path) + 2;
    return OK;
}

static code_t
add_edge(graph_t *self, size_t from, size_t to, char kind)
{
    if (self->edge_count == self->edge_room) {
        size_t room = self->edge_room? self->edge_room * 2: 256;
        edge_t *edges = realloc(self->edges, room * sizeof *edges);
        if (!edges)
            return INTERNAL;
        self->edges = edges;
        self->edge_room = room;
    }
    self->edges[self->edge_count++] = (edge_t){ (uint32_t)from, (uint32_t)to, kind };
    self->bytes += strlen(self->paths.texts[from]) + strlen(self->paths.texts[to]) + 3;
    return OK;
}

static bool
is_full(const graph_t *self)
{
    return self->bytes > BYTES_MOST || self->edge_count > EDGES_MOST || self->paths.count > NODES_MOST;
}

// Edges from a node, and the nodes that they lead to.
static code_t
add_links(graph_t *self, size_t from)
{
    index_place_t place;
    size_t to = 0;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT DISTINCT target, kind FROM link WHERE page = ?"
                                   " AND (kind = 'w' OR (?2 AND kind = 'm'))", "ii", self->nodes[from].id,
                                   (int64_t)self->what->all);
    while (code == OK && index_row(self->index, row, &code)) {
        code = index_place(self->index, &self->what->sight, index_text(row, 0), &place);
        if (code == OK)
            code = add_node(self, &place, &to);
        if (code == OK)
            code = add_edge(self, from, to, *index_text(row, 1));
        if (code == NOT_FOUND)                  // it leads out of what is told
            code = OK;
    }
    sqlite3_reset(row);
    return code;
}

// ---- around one page ----------------------------------------------------------------------------------------------

static code_t
add_linkers(graph_t *self, size_t to)
{
    char id[PAGE_ID_SIZE], path[PAGE_ID_SIZE];
    size_t number = 0;
    code_t code = OK;
    snprintf(path, sizeof path, "%s", self->paths.texts[to]);
    if (page_id(&self->index->naming, path, id) != OK)
        return OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT DISTINCT b.page, p.file FROM backlink AS b"
                                   " JOIN page AS p ON p.id = b.page WHERE b.target = ?"
                                   " AND (b.kind = 'w' OR (?2 AND b.kind = 'm'))", "ti", id, (int64_t)self->what->all);
    while (code == OK && !is_full(self) && index_row(self->index, row, &code)) {
        index_place_t place = { .kind = '1', .id = sqlite3_column_int64(row, 0) };
        index_raw_path(index_text(row, 1), place.path);
        if (index_sees(&self->what->sight, index_text(row, 1)))
            code = add_node(self, &place, &number);
    }
    sqlite3_reset(row);
    return code;
}

// Nodes level by level; edges of the last level only to nodes that are there.
static code_t
add_around(graph_t *self)
{
    index_place_t place;
    char id[PAGE_ID_SIZE];
    size_t begin = 0, number = 0;
    int64_t depth = self->what->depth < 1? 1: self->what->depth < DEPTH_MOST? self->what->depth: DEPTH_MOST;
    code_t code = index_place(self->index, &self->what->sight, self->what->path, &place);
    if (place.kind == '0' && page_id(&self->index->naming, self->what->path, id) == OK)
        memcpy(place.path, id, sizeof place.path);
    if (code == OK)
        code = add_node(self, &place, &number);
    for (; code == OK && depth > 0 && !is_full(self); depth--) {
        size_t end = self->paths.count;
        for (size_t i = begin; i < end && code == OK && !is_full(self); i++) {
            code = add_linkers(self, i);
            if (code == OK)
                code = add_links(self, i);
        }
        begin = end;
    }
    self->closed = true;
    self->edge_count = 0;
    for (size_t i = 0; i < self->paths.count && code == OK; i++)
        code = self->nodes[i].id? add_links(self, i): OK;
    return code;
}

// ---- all of them --------------------------------------------------------------------------------------------------

static code_t
add_all(graph_t *self, char next[PAGE_ID_SIZE])
{
    index_place_t place = { .kind = '1' };
    size_t number = 0, told = 0;
    bool more = false;
    code_t code = OK;
    sqlite3_stmt *row = index_bind(self->index, "SELECT id, file FROM page WHERE file > ? ORDER BY file", "t",
                                   self->what->cursor);
    while (code == OK && !more && index_row(self->index, row, &code)) {
        if (!index_sees(&self->what->sight, index_text(row, 1)))
            continue;
        more = is_full(self) || (self->what->limit > 0 && told == self->what->limit);
        if (more)
            break;
        place.id = sqlite3_column_int64(row, 0);
        index_raw_path(index_text(row, 1), place.path);
        code = add_node(self, &place, &number);
        if (code == OK)
            code = add_links(self, number);
        snprintf(next, PAGE_ID_SIZE, "%s", index_text(row, 1));
        told++;
    }
    sqlite3_reset(row);
    if (!more)
        next[0] = 0;
    return code;
}

// ---- handing out --------------------------------------------------------------------------------------------------

typedef struct { const char *path; size_t number; } order_t;

static int
compare_nodes(const void *a, const void *b)
{
    return strcmp(((const order_t *)a)->path, ((const order_t *)b)->path);
}

static int
compare_edges(const void *a, const void *b)
{
    const edge_t *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from? -1: 1;
    if (left->to != right->to)
        return left->to < right->to? -1: 1;
    return left->kind - right->kind;
}

// Edges name their nodes by the place in the order from here on.
static bool
sort_all(graph_t *self, order_t *order)
{
    size_t count = self->paths.count;
    uint32_t *places = calloc(count + 1, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < count; i++)
        order[i] = (order_t){ self->paths.texts[i], i };
    qsort(order, count, sizeof *order, compare_nodes);
    for (size_t i = 0; i < count; i++)
        places[order[i].number] = (uint32_t)i;
    for (size_t i = 0; i < self->edge_count; i++)
        self->edges[i] = (edge_t){ places[self->edges[i].from], places[self->edges[i].to], self->edges[i].kind };
    if (self->edge_count > 0)
        qsort(self->edges, self->edge_count, sizeof *self->edges, compare_edges);
    free(places);
    return true;
}

static code_t
hand_out(graph_t *self, const index_graph_taker_t *taker)
{
    order_t *order = calloc(self->paths.count + 1, sizeof *order);
    bool more = order && sort_all(self, order);
    code_t code = more? OK: INTERNAL;
    for (size_t i = 0; i < self->paths.count && more; i++)
        more = taker->node(taker->context, self->nodes[order[i].number].presence, order[i].path);
    for (size_t i = 0; i < self->edge_count && more; i++) {
        const edge_t *edge = &self->edges[i];
        if (i == 0 || compare_edges(edge - 1, edge) != 0)
            more = taker->edge(taker->context, edge->kind, order[edge->from].path, order[edge->to].path);
    }
    free(order);
    return code;
}

code_t
index_graph(index_t *self, const index_graph_t *what, const index_graph_taker_t *taker, char next[PAGE_ID_SIZE])
{
    graph_t graph = { .index = self, .what = what };
    next[0] = 0;
    code_t code = *what->path? add_around(&graph): add_all(&graph, next);
    if (code == OK)
        code = hand_out(&graph, taker);
    index_set_clear(&graph.paths);
    free(graph.nodes);
    free(graph.edges);
    return code;
}
