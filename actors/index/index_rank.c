#include "index_rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index_words_internal.h"

// BM25, and how much more a word of the title says.
#define K1 1.2
#define B 0.75
enum { TITLE = 3, STEPS = 16, LOOK_EVERY = 256 };

typedef struct {
    index_t *index;
    const terms_t *terms;
    const scope_t *scope;
    ranking_t *ranking;
    places_t lists[TERMS];
    size_t at[TERMS];                           // of each list, where the merging is
    double pages[TERMS], passages[TERMS];       // that have the term
    sqlite3_stmt *rows;                         // of word_page, by rising page
    int64_t row;                                // its page; 0: it stands nowhere
    size_t looked;                              // pages, so far
    double scores[PASSAGES];             // of the passages of one page
} ranker_t;

// ---- lists of what was found ---------------------------------------------------------------------------------------

bool
index_ranking_add(ranking_t *self, const rank_t *row)
{
    if (!index_room_grow((void **)&self->rows, &self->room, self->count, sizeof *self->rows))
        return false;
    self->rows[self->count++] = *row;
    return true;
}

static bool
add_part(ranking_t *self, const part_t *part)
{
    if (!index_room_grow((void **)&self->parts, &self->part_room, self->part_count, sizeof *self->parts))
        return false;
    self->parts[self->part_count++] = *part;
    return true;
}

void
index_ranking_clear(ranking_t *self)
{
    free(self->rows);
    free(self->parts);
    *self = (ranking_t){ .count = 0 };
}

// ---- pages that have any of the terms ------------------------------------------------------------------------------

static code_t
read_lists(ranker_t *self, terms_t *terms)
{
    code_t code = OK;
    for (size_t i = 0; i < terms->count && code == OK; i++) {
        const char *expression = index_term_expression(terms, &terms->terms[i]);
        code = expression? index_words_places(self->index, expression, &self->lists[i]): INTERNAL;
        if (code == OK)
            code = index_in_time(self->index, self->scope->deadline);
    }
    return code;
}

// The smallest page that any list stands at; INT64_MAX: all are at their ends.
static int64_t
next_page(const ranker_t *self)
{
    int64_t page = INT64_MAX;
    for (size_t i = 0; i < self->terms->count; i++)
        if (self->at[i] < self->lists[i].count && self->lists[i].posts[self->at[i]].page < page)
            page = self->lists[i].posts[self->at[i]].page;
    return page;
}

static bool
has(const ranker_t *self, size_t term, int64_t page)
{
    return self->at[term] < self->lists[term].count && self->lists[term].posts[self->at[term]].page == page;
}

// Does the page have what it must, and nothing that it must not?
static bool
is_found(const ranker_t *self, int64_t page)
{
    bool any = false;
    for (size_t i = 0; i < self->terms->count; i++) {
        const term_t *term = &self->terms->terms[i];
        bool there = has(self, i, page);
        if ((term->negative && there) || (term->required && !there))
            return false;
        any = any || there;
    }
    return any && (!self->scope->fits || self->scope->fits(self->scope->context, page));
}

// ---- what is known of a page ---------------------------------------------------------------------------------------

// Moves to the row of the page: some steps, or else a look-up.
static code_t
seek(ranker_t *self, int64_t page)
{
    code_t code = OK;
    for (int i = 0; i < STEPS && self->row > 0 && self->row < page; i++)
        self->row = index_row(self->index, self->rows, &code)? sqlite3_column_int64(self->rows, 0): 0;
    if (code != OK || self->row == page)
        return code;
    self->rows = index_bind(self->index, "SELECT page, heads, length, cuts FROM word_page WHERE page >= ?"
                                          " ORDER BY page", "i", page);
    self->row = index_row(self->index, self->rows, &code)? sqlite3_column_int64(self->rows, 0): 0;
    return code;
}

typedef struct {
    const cut_t *cuts;
    size_t count;
    uint32_t heads, length;
} layout_t;

static layout_t
layout_of(const ranker_t *self, int64_t page)
{
    static const cut_t whole = { 0, 0 };
    layout_t layout = { &whole, 1, 0, 0 };
    if (self->row != page)
        return layout;
    layout.heads = (uint32_t)sqlite3_column_int64(self->rows, 1);
    layout.length = (uint32_t)sqlite3_column_int64(self->rows, 2);
    const void *cuts = sqlite3_column_blob(self->rows, 3);
    size_t count = (size_t)sqlite3_column_bytes(self->rows, 3) / sizeof(cut_t);
    if (cuts && count > 0 && count <= PASSAGES) {
        layout.cuts = cuts;
        layout.count = count;
    }
    return layout;
}

static uint32_t
words_of(const layout_t *self, size_t passage)
{
    uint32_t end = passage + 1 < self->count? self->cuts[passage + 1].word: self->length;
    return self->heads + end - self->cuts[passage].word;
}

// The term in each passage of the page, and in the page.
static bool
add_parts(ranker_t *self, size_t term, const layout_t *layout)
{
    const places_t *list = &self->lists[term];
    const post_t *post = &list->posts[self->at[term]];
    uint16_t head = (uint16_t)(post->titles < UINT16_MAX? post->titles: UINT16_MAX);
    part_t part = { (uint16_t)term, head, PART_PAGE, layout->heads + layout->length, post->tags + post->count };
    bool fits = add_part(self->ranking, &part);
    size_t passage = 0, found = 0;
    for (size_t i = 0; i < post->count && fits;) {
        uint32_t place = list->places[post->first + i];
        while (passage + 1 < layout->count && layout->cuts[passage + 1].word <= place)
            passage++;
        part = (part_t){ (uint16_t)term, head, (uint32_t)passage, words_of(layout, passage), 0 };
        uint32_t end = passage + 1 < layout->count? layout->cuts[passage + 1].word: UINT32_MAX;
        for (; i < post->count && list->places[post->first + i] < end; i++)
            part.times++;
        fits = add_part(self->ranking, &part);
        found++;
    }
    self->passages[term] += (double)(head > 0? layout->count: found);
    return fits;
}

static code_t
add_page(ranker_t *self, int64_t page)
{
    ranking_t *ranking = self->ranking;
    code_t code = seek(self, page);
    if (code != OK)
        return code;
    layout_t layout = layout_of(self, page);
    rank_t row = { .page = page, .first = ranking->part_count, .heads = layout.heads, .length = layout.length };
    bool fits = true;
    for (size_t i = 0; i < self->terms->count && fits; i++)
        if (has(self, i, page) && !self->terms->terms[i].negative)
            fits = add_parts(self, i, &layout);
    row.count = ranking->part_count - row.first;
    return fits && index_ranking_add(ranking, &row)? OK: INTERNAL;
}

static code_t
merge(ranker_t *self)
{
    code_t code = OK;
    for (int64_t page = next_page(self); page != INT64_MAX && code == OK; page = next_page(self)) {
        if (++self->looked % LOOK_EVERY == 0)
            code = index_in_time(self->index, self->scope->deadline);
        bool seen = !self->scope->sees || self->scope->sees(self->scope->context, page);
        for (size_t i = 0; i < self->terms->count && seen; i++)
            self->pages[i] += has(self, i, page);
        if (code == OK && seen && is_found(self, page))
            code = add_page(self, page);
        for (size_t i = 0; i < self->terms->count; i++)
            self->at[i] += has(self, i, page);
    }
    sqlite3_reset(self->rows);
    return code;
}

// ---- scores --------------------------------------------------------------------------------------------------------

static double
rarity(double all, double have)
{
    return log(1 + (all > have? all - have: 0) / (have + 0.5) + 0.5 / (have + 0.5));
}

static double
bm25(double times, double words, double average)
{
    return times * (K1 + 1) / (times + K1 * (1 - B + B * words / average));
}

// What the title gives to every passage, then what the places in each add to that.
static void
score_passages(ranker_t *self, rank_t *row, const part_t *parts, double average)
{
    double *scores = self->scores;
    for (size_t i = 0; i < row->count; i++)
        if (parts[i].passage != PART_PAGE)
            scores[parts[i].passage] = 0;
    scores[0] = 0;
    for (size_t i = 0; i < row->count; i++) {
        const part_t *part = &parts[i];
        double weight = rarity(self->scope->passages, self->passages[part->term]);
        double head = TITLE * part->head, alone = head > 0? bm25(head, average, average): 0;
        if (part->passage == PART_PAGE)
            row->of_passage += weight * alone;
        else
            scores[part->passage] += weight * (bm25(head + part->times, part->words, average) - alone);
    }
    double best = 0;
    for (size_t i = 0; i < row->count; i++)
        if (parts[i].passage != PART_PAGE && scores[parts[i].passage] > best) {
            best = scores[parts[i].passage];
            row->passage = parts[i].passage;
        }
    row->of_passage += best;
}

static void
score_page(ranker_t *self, rank_t *row, double average, double passage_average)
{
    const part_t *parts = self->ranking->parts + row->first;
    for (size_t i = 0; i < row->count; i++)
        if (parts[i].passage == PART_PAGE)
            row->of_page += rarity(self->scope->pages, self->pages[parts[i].term]) *
                            bm25(TITLE * parts[i].head + parts[i].times, parts[i].words, average);
    score_passages(self, row, parts, passage_average);
}

static int
compare_rank(const void *a, const void *b)
{
    const rank_t *first = a, *second = b;
    if (first->score != second->score)
        return first->score > second->score? -1: 1;
    return first->page < second->page? -1: first->page > second->page;
}

static double
average_of(double words, double count)
{
    return words > 0 && count > 0? words / count: 1;
}

static void
score(ranker_t *self)
{
    ranking_t *ranking = self->ranking;
    double page = 0, passage = 0;
    double average = average_of(self->scope->words, self->scope->pages);
    double passage_average = average_of(self->scope->passage_words, self->scope->passages);
    for (size_t i = 0; i < ranking->count; i++) {
        rank_t *row = &ranking->rows[i];
        score_page(self, row, average, passage_average);
        page = row->of_page > page? row->of_page: page;
        passage = row->of_passage > passage? row->of_passage: passage;
    }
    for (size_t i = 0; i < ranking->count; i++) {
        rank_t *row = &ranking->rows[i];
        row->score = (page > 0? row->of_page / page: 0) / 2 + (passage > 0? row->of_passage / passage: 0) / 2;
    }
    if (ranking->count > 1)
        qsort(ranking->rows, ranking->count, sizeof *ranking->rows, compare_rank);
}

code_t
index_rank(index_t *index, terms_t *terms, const scope_t *scope, ranking_t *ranking)
{
    *ranking = (ranking_t){ .count = 0 };
    ranker_t *self = calloc(1, sizeof *self);
    if (!self)
        return INTERNAL;
    self->index = index;
    self->terms = terms;
    self->scope = scope;
    self->ranking = ranking;
    code_t code = read_lists(self, terms);
    if (code == OK)
        code = merge(self);
    if (code == OK)
        score(self);
    for (size_t i = 0; i < terms->count; i++)
        index_places_clear(&self->lists[i]);
    free(self);
    return code;
}
