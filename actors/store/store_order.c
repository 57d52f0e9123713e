// store_order - the commits between two
#include <stdlib.h>
#include <string.h>
#include "store_file.h"
#include "store_order.h"

// Of a node: `until` has it, `since` has it, it is in the heap.
enum { YOUNG = 1, OLD = 2, WAITS = 4 };
enum { ROOM = 256, LOOKED = 64 };               // nodes at first; of the heap between two looks at the clock

typedef struct {
    git_oid id;
    int64_t when;                               // of the committer
    size_t parents;                             // where its parents begin among all
    uint32_t parent_count;
    uint32_t children;                          // that are still to be listed
    uint8_t flags;
} node_t;

struct store_order {
    git_oid since, until;
    bool begun, ended, done, rewritten;
    node_t *nodes;
    size_t count, room;
    uint32_t *table;                            // an open hash table of nodes, by id: place + 1; 0 is free
    size_t slots;                               // a power of two
    git_oid *parents;                           // of all nodes, one after the other
    size_t parent_count, parent_room;
    uint32_t *heap;                             // nodes to be looked at, the newest first
    size_t heap_count, heap_room;
    size_t fresh;                               // of these, without OLD
    int64_t oldest;                             // time of the oldest that was visited without OLD
    git_oid *list;
    size_t listed;
};

store_order_t *
store_order_new(const git_oid *since, const git_oid *until)
{
    store_order_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->since = *since;
    self->until = *until;
    self->oldest = INT64_MAX;
    return self;
}

static void
forget_nodes(store_order_t *self)
{
    free(self->nodes);
    free(self->table);
    free(self->parents);
    free(self->heap);
    self->nodes = NULL;
    self->table = self->heap = NULL;
    self->parents = NULL;
    self->count = self->room = self->slots = self->parent_count = self->parent_room = 0;
    self->heap_count = self->heap_room = 0;
}

void
store_order_free(store_order_t **self)
{
    if (!*self)
        return;
    forget_nodes(*self);
    free((*self)->list);
    free(*self);
    *self = NULL;
}

bool
store_order_is_of(const store_order_t *self, const git_oid *since, const git_oid *until)
{
    return self && git_oid_equal(&self->since, since) && git_oid_equal(&self->until, until);
}

// ---- nodes ------------------------------------------------------------------------------------------------------

// The array with room for `needed` elements; NULL: no memory, and it is as it was.
static void *
reserve(void *array, size_t *room, size_t needed, size_t size)
{
    if (array && needed <= *room)
        return array;
    size_t wanted = *room * 2 + ROOM + needed;
    void *grown = realloc(array, wanted * size);
    if (grown)
        *room = wanted;
    return grown;
}

// The slot of this id, or the free one where it belongs.
static uint32_t *
slot_of(const store_order_t *self, const git_oid *id)
{
    size_t start = 0;
    memcpy(&start, id->id, sizeof start);
    for (size_t i = start & (self->slots - 1);; i = (i + 1) & (self->slots - 1)) {
        uint32_t place = self->table[i];
        if (place == 0 || git_oid_equal(&self->nodes[place - 1].id, id))
            return &self->table[i];
    }
}

static bool
grow_table(store_order_t *self)
{
    if ((self->count + 1) * 2 < self->slots)
        return true;
    size_t slots = self->slots? self->slots * 2: ROOM * 4;
    uint32_t *table = calloc(slots, sizeof *table);
    if (!table)
        return false;
    free(self->table);
    self->table = table;
    self->slots = slots;
    for (size_t i = 0; i < self->count; i++)
        *slot_of(self, &self->nodes[i].id) = (uint32_t)i + 1;
    return true;
}

static code_t
out_of_memory(store_t *store)
{
    return store_fail(store, INTERNAL, "out of memory");
}

// Parents beyond those that a step of the walk has: of a merge of very many.
static code_t
read_all_parents(store_t *store, const store_step_commit_t *facts, git_oid **parents, size_t *count)
{
    git_commit *commit = NULL;
    int error = git_commit_lookup(&commit, store->repo, &facts->id);
    if (error < 0)
        return store_fail_git(store, error, "a commit cannot be read");
    *count = git_commit_parentcount(commit);
    *parents = calloc(*count + 1, sizeof **parents);
    for (size_t i = 0; *parents && i < *count; i++)
        (*parents)[i] = *git_commit_parent_id(commit, (unsigned)i);
    git_commit_free(commit);
    return *parents? OK: out_of_memory(store);
}

static bool
make_room(store_order_t *self, size_t parent_count)
{
    node_t *nodes = reserve(self->nodes, &self->room, self->count + 1, sizeof *nodes);
    self->nodes = nodes? nodes: self->nodes;
    size_t needed = self->parent_count + parent_count;
    git_oid *parents = reserve(self->parents, &self->parent_room, needed, sizeof *parents);
    self->parents = parents? parents: self->parents;
    return nodes && parents && grow_table(self);
}

static code_t
add_node(store_order_t *self, store_t *store, const store_step_commit_t *facts)
{
    git_oid *all = NULL;
    size_t count = facts->parent_count;
    code_t code = count < WALK_PARENTS? OK: read_all_parents(store, facts, &all, &count);
    if (code == OK && !make_room(self, count))
        code = out_of_memory(store);
    if (code == OK) {
        self->nodes[self->count] = (node_t) { .id = facts->id, .when = facts->when, .parents = self->parent_count,
                                              .parent_count = (uint32_t)count };
        memcpy(self->parents + self->parent_count, all? all: facts->parents, count * sizeof *all);
        self->parent_count += count;
        *slot_of(self, &facts->id) = (uint32_t)++self->count;
    }
    free(all);
    return code;
}

// The node of a commit, made if it is new. NOT_FOUND: there is no such commit.
static code_t
find_node(store_order_t *self, store_t *store, const git_oid *id, uint32_t *node)
{
    store_step_commit_t facts;
    uint32_t place = self->slots? *slot_of(self, id): 0;
    *node = place? place - 1: (uint32_t)self->count;
    if (place)
        return OK;
    if (self->count == LIMIT_COMMITS)
        return store_fail(store, TOO_LARGE, "the wiki has more than %d commits", LIMIT_COMMITS);
    code_t code = store_commit_facts(store, id, &facts);
    return code == OK? add_node(self, store, &facts): code;
}

// ---- the heap ---------------------------------------------------------------------------------------------------

static bool
is_newer(const store_order_t *self, uint32_t a, uint32_t b)
{
    const node_t *left = &self->nodes[a], *right = &self->nodes[b];
    return left->when != right->when? left->when > right->when: git_oid_cmp(&left->id, &right->id) < 0;
}

static bool
push(store_order_t *self, uint32_t node)
{
    uint32_t *heap = reserve(self->heap, &self->heap_room, self->heap_count + 1, sizeof *heap);
    if (!heap)
        return false;
    self->heap = heap;
    size_t i = self->heap_count++;
    for (; i > 0 && is_newer(self, node, self->heap[(i - 1) / 2]); i = (i - 1) / 2)
        self->heap[i] = self->heap[(i - 1) / 2];
    self->heap[i] = node;
    return true;
}

static uint32_t
pop(store_order_t *self)
{
    uint32_t top = self->heap[0], last = self->heap[--self->heap_count];
    size_t i = 0;
    for (size_t child = 1; child < self->heap_count; child = 2 * i + 1) {
        if (child + 1 < self->heap_count && is_newer(self, self->heap[child + 1], self->heap[child]))
            child++;
        if (!is_newer(self, self->heap[child], last))
            break;
        self->heap[i] = self->heap[child];
        i = child;
    }
    self->heap[i] = last;
    return top;
}

// ---- who has what -----------------------------------------------------------------------------------------------

// These flags hold for the commit too; if that is new to it, its parents have to hear of it.
static code_t
mark(store_order_t *self, store_t *store, const git_oid *id, uint8_t flags)
{
    uint32_t place;
    code_t code = find_node(self, store, id, &place);
    if (code != OK)
        return code;
    node_t *node = &self->nodes[place];
    uint8_t before = node->flags;
    if ((before | flags) == before)
        return OK;
    bool waited = before & WAITS;
    if (waited && !(before & OLD))
        self->fresh--;
    node->flags |= flags | WAITS;
    if (!(node->flags & OLD))
        self->fresh++;
    return waited || push(self, place)? OK: out_of_memory(store);
}

static code_t
visit(store_order_t *self, store_t *store, uint32_t place)
{
    node_t *node = &self->nodes[place];
    uint8_t flags = node->flags & (YOUNG | OLD);
    size_t first = node->parents, end = first + node->parent_count;
    node->flags &= (uint8_t)~WAITS;
    if (!(flags & OLD)) {
        self->fresh--;
        self->oldest = node->when < self->oldest? node->when: self->oldest;
    }
    for (size_t i = first; i < end; i++) {
        git_oid parent = self->parents[i];      // the array may move
        code_t code = mark(self, store, &parent, flags);
        if (code != OK && code != NOT_FOUND)    // a shallow clone ends here
            return code;
    }
    return OK;
}

// Could what is still to be visited say anything of what was? Only what is newer can have it as an ancestor.
static bool
is_known(const store_order_t *self)
{
    return self->heap_count == 0 || (self->fresh == 0 && self->nodes[self->heap[0]].when < self->oldest);
}

static code_t
begin(store_order_t *self, store_t *store)
{
    code_t code = mark(self, store, &self->until, YOUNG);
    self->begun = code == OK;
    if (code != OK || git_oid_is_zero(&self->since))
        return code;
    code = mark(self, store, &self->since, OLD);
    self->ended = self->rewritten = code == NOT_FOUND;
    return code == NOT_FOUND? OK: code;
}

// ---- the list ---------------------------------------------------------------------------------------------------

static bool
is_wanted(const node_t *node)
{
    return (node->flags & (YOUNG | OLD)) == YOUNG;
}

// The node of a parent that is to be listed; NULL: it is not.
static node_t *
wanted_parent(const store_order_t *self, size_t parent)
{
    uint32_t place = *slot_of(self, &self->parents[parent]);
    return place && is_wanted(&self->nodes[place - 1])? &self->nodes[place - 1]: NULL;
}

static size_t
count_wanted(store_order_t *self)
{
    size_t wanted = 0;
    for (size_t i = 0; i < self->count; i++) {
        const node_t *node = &self->nodes[i];
        if (!is_wanted(node))
            continue;
        wanted++;
        for (size_t j = 0; j < node->parent_count; j++) {
            node_t *parent = wanted_parent(self, node->parents + j);
            if (parent)
                parent->children++;
        }
    }
    return wanted;
}

// From the newest back, each once all its children are listed; the list is filled from its end.
static code_t
make_list(store_order_t *self, store_t *store)
{
    size_t wanted = count_wanted(self), left = wanted;
    uint32_t until = *slot_of(self, &self->until) - 1;
    self->list = calloc(wanted + 1, sizeof *self->list);
    self->heap_count = 0;
    if (!self->list || (wanted > 0 && !push(self, until)))
        return out_of_memory(store);
    while (self->heap_count > 0) {
        const node_t *node = &self->nodes[pop(self)];
        self->list[--left] = node->id;
        for (size_t j = 0; j < node->parent_count; j++) {
            node_t *parent = wanted_parent(self, node->parents + j);
            if (parent && --parent->children == 0 && !push(self, (uint32_t)(parent - self->nodes)))
                return out_of_memory(store);
        }
    }
    self->listed = wanted;
    return OK;
}

static code_t
finish(store_order_t *self, store_t *store)
{
    code_t code = OK;
    if (!self->rewritten && !git_oid_is_zero(&self->since))
        self->rewritten = !(self->nodes[*slot_of(self, &self->since) - 1].flags & YOUNG);
    if (!self->rewritten)
        code = make_list(self, store);
    self->done = code == OK;
    forget_nodes(self);
    return code;
}

code_t
store_order_go(store_order_t *self, store_t *store, int64_t end, bool *done)
{
    code_t code = self->begun? OK: begin(self, store);
    for (size_t steps = 1; code == OK && !self->done && !self->ended; steps++) {
        self->ended = is_known(self);
        if (!self->ended)
            code = visit(self, store, pop(self));
        if (steps % LOOKED == 0 && store_steady() >= end)
            break;
    }
    if (code == OK && self->ended && !self->done)
        code = finish(self, store);
    *done = self->done;
    return code;
}

bool
store_order_rewritten(const store_order_t *self)
{
    return self->rewritten;
}

size_t
store_order_count(const store_order_t *self)
{
    return self->rewritten? 0: self->listed;
}

const git_oid *
store_order_at(const store_order_t *self, size_t i)
{
    return &self->list[i];
}
