// Passages: as a reference algorithm cuts random pages (tests/index/chunks.mjs), and what holds for any page.
#include "../actors/index/index_chunk.h"
#include "unit.h"

enum { HEADINGS = 64, PAGE_ROOM = 8192 };

typedef struct {
    char *text, *title;
    index_heading_t headings[HEADINGS];
    size_t heading_count;
} sample_t;

static passages_t
cut(const sample_t *sample)
{
    passages_t passages;
    const chunk_source_t source = { .text = sample->text, .size = strlen(sample->text), .title = sample->title,
                                    .headings = sample->headings, .heading_count = sample->heading_count };
    assert_int_equal(index_chunk(&source, &passages), OK);
    return passages;
}

// A page of Markdown as simple as can be: lines that begin with '#' are headings.
static sample_t
sample_of(const char *text)
{
    sample_t sample = { .text = strdup(text), .title = strdup("T") };
    for (const char *at = text; at && *at; at = strchr(at, '\n')? strchr(at, '\n') + 1: NULL) {
        size_t level = strspn(at, "#"), name = level + strspn(at + level, " ");
        if (level == 0 || level > 6 || name == level || sample.heading_count == HEADINGS)
            continue;
        index_heading_t *heading = &sample.headings[sample.heading_count++];
        *heading = (index_heading_t) { .level = (int)level, .start = (size_t)(at - text), .id = "anchor" };
        heading->text = strndup(at + name, strcspn(at + name, "\n"));
    }
    return sample;
}

static void
sample_clear(sample_t *sample)
{
    for (size_t i = 0; i < sample->heading_count; i++)
        free((char *)sample->headings[i].text);
    free(sample->text);
    free(sample->title);
}

static char *
unescape(char *text)
{
    char *out = text;
    for (char *at = text; *at; at++) {
        if (*at == '\\')
            *out++ = *++at == 'n'? '\n': *at == 't'? '\t': *at;
        else
            *out++ = *at;
    }
    *out = '\0';
    return text;
}

// ---- the reference ------------------------------------------------------------------------------------------------
static void
check_passage(const passage_t *passage, char *row)
{
    char *path = strchr(row, '\t'), *text = strchr(path + 1, '\t');
    *path++ = *text++ = '\0';
    assert_string_equal(passage->section, unescape(row));
    assert_string_equal(passage->path, unescape(path));
    assert_string_equal(passage->text, unescape(text));
    assert_int_equal(passage->size, strlen(text));
}

static void
add_heading(sample_t *sample, char *row)
{
    index_heading_t *heading = &sample->headings[sample->heading_count++];
    heading->start = strtoul(row, &row, 10);
    heading->level = (int)strtol(row, &row, 10);
    heading->id = "anchor";
    heading->text = strdup(row + 1);
}

static void
test_pages_are_cut_as_the_reference_cuts_them(void **state)
{
    (void)state;
    FILE *file = fopen(SOURCE_DIR "/tests/index/chunks.txt", "r");
    sample_t sample = { 0 };
    passages_t passages = { 0 };
    size_t seen = 0, pages = 0;
    char *line = NULL;
    size_t room = 0;
    assert_non_null(file);
    for (ssize_t size; (size = getline(&line, &room, file)) > 0; ) {
        line[size - 1] = '\0';
        if (*line == 'T') {
            assert_int_equal(seen, passages.count);
            passages_clear(&passages);
            sample_clear(&sample);
            sample = (sample_t) { .title = strdup(line + 2) };
            seen = 0;
            pages++;
        } else if (*line == 'S') {
            sample.text = strdup(unescape(line + 2));
        } else if (*line == 'H') {
            add_heading(&sample, line + 2);
        } else {
            if (seen == 0)
                passages = cut(&sample);
            assert_true(seen < passages.count);
            check_passage(&passages.rows[seen++], line + 2);
        }
    }
    assert_int_equal(seen, passages.count);
    assert_true(pages >= 30);
    passages_clear(&passages);
    sample_clear(&sample);
    free(line);
    fclose(file);
}

// ---- by hand ------------------------------------------------------------------------------------------------------
// Appends a text, and words with numbers.
static void
put(char text[PAGE_ROOM], const char *before, size_t count)
{
    size_t size = strlen(text);
    size += (size_t)snprintf(text + size, PAGE_ROOM - size, "%s", before);
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, PAGE_ROOM - size, "w%zu%s", i, i + 1 < count? " ": "");
}

static void
test_a_short_page_is_a_passage_a_section_with_its_path(void **state)
{
    (void)state;
    char text[PAGE_ROOM] = "";
    put(text, "intro\n\n# One ##\n\n", 50);
    put(text, "\n## Two\n", 50);
    put(text, "\n### Three\n", 50);
    put(text, "\n#### Four\n", 50);
    put(text, "\n## Five\n", 50);
    static const char *const paths[] = { "T", "T > One ##", "T > One ## > Two", "T > One ## > Two > Three",
                                         "T > One ## > Two > Three", "T > One ## > Five" };
    static const char *const names[] = { "", "One ##", "Two", "Three", "Four", "Five" };
    static const size_t lines[] = { 1, 5, 7, 9, 11, 13 };
    sample_t sample = sample_of(text);
    passages_t passages = cut(&sample);
    assert_int_equal(passages.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(passages.rows[i].path, paths[i]);
        assert_string_equal(passages.rows[i].section, names[i]);
        assert_int_equal(passages.rows[i].line, lines[i]);
        assert_string_equal(passages.rows[i].anchor, i? "anchor": "");
    }
    assert_string_equal(passages.rows[0].text, "[T] intro");
    passages_clear(&passages);
    sample_clear(&sample);
}

static void
test_stubs_go_to_a_neighbour_or_stay(void **state)
{
    (void)state;
    char text[PAGE_ROOM] = "";
    put(text, "# A\nstub a\n# Empty\n# B\n", 60);
    put(text, "\n# C\nstub c\n## D\nstub d\n", 0);
    sample_t sample = sample_of(text);
    passages_t passages = cut(&sample);
    assert_int_equal(passages.count, 1);
    assert_string_equal(passages.rows[0].path, "T > B");
    assert_int_equal(passages.rows[0].line, 2);
    assert_memory_equal(passages.rows[0].text, "[T > B] stub a\n\nw0 w1", 21);
    static const char end[] = "w59\n\nstub c\n\nstub d";
    assert_string_equal(passages.rows[0].text + passages.rows[0].size - strlen(end), end);
    passages_clear(&passages);
    sample_clear(&sample);
    sample = sample_of("pre\n# A\nstub a\n# Empty\n## B\nstub b\n");
    passages = cut(&sample);
    assert_int_equal(passages.count, 3);
    assert_string_equal(passages.rows[1].text, "[T > A] stub a");
    assert_string_equal(passages.rows[2].text, "[T > Empty > B] stub b");
    passages_clear(&passages);
    sample_clear(&sample);
}

static void
test_a_page_without_words_has_no_passages(void **state)
{
    (void)state;
    static const char *const texts[] = { "", " \n\t\r\n", "# A\n## B\n", "\xc2\xa0\n\xe3\x80\x80" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sample_t sample = sample_of(texts[i]);
        passages_t passages = cut(&sample);
        assert_int_equal(passages.count, 0);
        passages_clear(&passages);
        sample_clear(&sample);
    }
}

// What only a parser sees is taken as it tells.
static void
test_other_forms_of_headings_leave_the_text(void **state)
{
    (void)state;
    static const struct { const char *text, *path, *own; size_t start, line; } cases[] = {
        { "Head\nline\n====\nbody", "T > N", "body", 0, 4 }, { "> ## Head\n> body", "T > N", "> body", 0, 2 },
        { " ## Head ##\nbody", "T > N", "body", 0, 2 }, { "- # Head\n- body", "T > N", "- body", 0, 2 },
        { "x\n\n> Head\n> ---\n> body", "T > N", "> body", 3, 5 }, { "#\tHead\r\n\r\nbody", "T > Head", "body", 0, 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const index_heading_t heading = { .level = 2, .start = cases[i].start, .text = "N", .id = "n" };
        const chunk_source_t source = { .text = cases[i].text, .size = strlen(cases[i].text), .title = "T",
                                        .headings = &heading, .heading_count = 1 };
        passages_t passages;
        assert_int_equal(index_chunk(&source, &passages), OK);
        const passage_t *last = &passages.rows[passages.count - 1];
        assert_int_equal(passages.count, cases[i].start? 2: 1);
        assert_string_equal(last->path, cases[i].path);
        assert_string_equal(last->text + last->own, cases[i].own);
        assert_int_equal(last->line, cases[i].line);
        passages_clear(&passages);
    }
}

static void
test_front_matter_is_no_text_but_counts_as_lines(void **state)
{
    (void)state;
    static const char text[] = "---\r\ntitle: x\r\n---\r\n\r\nfirst\r\n\r\n# H\r\nbody\r\n";
    const index_heading_t heading = { .level = 1, .start = 31, .text = "H", .id = "h" };
    const chunk_source_t source = { .text = text, .size = sizeof text - 1, .body = 22, .title = "x",
                                    .headings = &heading, .heading_count = 1 };
    passages_t passages;
    assert_int_equal(index_chunk(&source, &passages), OK);
    assert_int_equal(passages.count, 2);
    assert_string_equal(passages.rows[0].text, "[x] first");
    assert_int_equal(passages.rows[0].line, 5);
    assert_string_equal(passages.rows[1].text, "[x > H] body");
    assert_int_equal(passages.rows[1].line, 8);
    passages_clear(&passages);
}

// ---- of any page --------------------------------------------------------------------------------------------------
static uint32_t
next(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static char *
random_page(uint32_t seed)
{
    static const char *const bits[] = { "word", "Word", "end. ", "a b c d e f g h i j", "\n", "\n\n", "\n# H\n",
                                        "\n## I j\n", "! ", "\n###### deep\n", " ", "\xc2\xa0",
                                        "\xe6\x97\xa5\xe6\x9c\xac", "?\n", "\n \n" };
    size_t count = 20 + next(&seed, 1500), size = 0;
    char *text = malloc(count * 32 + 32);
    assert_non_null(text);
    uint32_t lean = 1 + next(&seed, 14);
    for (size_t i = 0; i < count; i++) {
        const char *bit = bits[next(&seed, 3)? next(&seed, lean): next(&seed, 15)];
        size += (size_t)snprintf(text + size, 32, "%s%zu ", bit, i);
    }
    return text;
}

// The next word; its size is 0 at the end.
static const char *
word_at(const char *at, size_t *size)
{
    size_t blank;
    while ((blank = page_blank(at, strlen(at))) > 0)
        at += blank;
    for (*size = 0; at[*size] && page_blank(at + *size, strlen(at + *size)) == 0; ++*size) { }
    return at;
}

// Words of the page in order, without those of heading lines, are the own words of the passages in order.
static void
check_words(const sample_t *sample, const passages_t *passages)
{
    size_t row = 0, size, own_size, heading = 0;
    const char *at = sample->text, *own = passages->count? passages->rows[0].text + passages->rows[0].own: "";
    for (;;) {
        const char *word = word_at(at, &size);
        if (heading < sample->heading_count && word >= sample->text + sample->headings[heading].start) {
            at = sample->text + sample->headings[heading++].start;
            at += strcspn(at, "\n");
            continue;
        }
        own = word_at(own, &own_size);
        if (own_size == 0 && row + 1 < passages->count) {
            row++;
            own = passages->rows[row].text + passages->rows[row].own;
            continue;
        }
        assert_int_equal(size, own_size);
        assert_memory_equal(word, own, size);
        if (size == 0)
            return;
        at = word + size;
        own += own_size;
    }
}

static void
check_overlap(const passage_t *before, const passage_t *passage)
{
    const char *prefix = strstr(passage->text, "] ") + 2;
    size_t overlap = passage->own - (size_t)(prefix - passage->text), size, count = 0;
    size_t all = page_words(before->text + before->own, before->size - before->own);
    if (overlap == 0)
        return;
    assert_memory_equal(passage->text + passage->own - 2, "\n\n", 2);
    assert_string_equal(before->path, passage->path);
    assert_int_equal(page_words(prefix, overlap), all < CHUNK_OVERLAP? all: CHUNK_OVERLAP);
    const char *at = before->text + before->own;
    for (; count + CHUNK_OVERLAP < all; count++)
        at = word_at(at, &size) + size;
    for (const char *same = prefix; count < all; count++) {
        size_t same_size;
        at = word_at(at, &size);
        same = word_at(same, &same_size);
        assert_int_equal(size, same_size);
        assert_memory_equal(at, same, size);
        at += size;
        same += size;
    }
}

static void
check_line(const char *text, const passage_t *passage)
{
    size_t size;
    const char *line = text, *word = word_at(passage->text + passage->own, &size);
    for (size_t i = 1; i < passage->line; i++) {
        line += strcspn(line, "\n");
        assert_true(*line);
        line++;
    }
    const char *end = line + strcspn(line, "\n");
    assert_non_null(memmem(line, (size_t)(end - line), word, size));
}

static void
check_same(const passages_t *a, const passages_t *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->rows[i].text, b->rows[i].text);
        assert_string_equal(a->rows[i].path, b->rows[i].path);
        assert_int_equal(a->rows[i].line, b->rows[i].line);
        assert_int_equal(a->rows[i].own, b->rows[i].own);
    }
}

static char *
with_crlf(const char *text, size_t *starts, size_t count)
{
    char *out = malloc(2 * strlen(text) + 1), *at = out;
    size_t next_start = 0;
    assert_non_null(out);
    for (const char *from = text; *from; from++) {
        while (next_start < count && starts[next_start] == (size_t)(from - text))
            starts[next_start++] = (size_t)(at - out);
        if (*from == '\n')
            *at++ = '\r';
        *at++ = *from;
    }
    *at = '\0';
    return out;
}

static void
check_line_ends(sample_t *sample, const passages_t *passages)
{
    size_t starts[HEADINGS];
    for (size_t i = 0; i < sample->heading_count; i++)
        starts[i] = sample->headings[i].start;
    char *crlf = with_crlf(sample->text, starts, sample->heading_count);
    for (size_t i = 0; i < sample->heading_count; i++)
        sample->headings[i].start = starts[i];
    free(sample->text);
    sample->text = crlf;
    passages_t again = cut(sample);
    check_same(passages, &again);
    passages_clear(&again);
}

static void
test_of_any_page(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        char *text = random_page(seed), prefix[4096];
        sample_t sample = sample_of(text);
        free(text);
        passages_t passages = cut(&sample), again = cut(&sample);
        check_same(&passages, &again);
        passages_clear(&again);
        check_words(&sample, &passages);
        for (size_t i = 0; i < passages.count; i++) {
            const passage_t *row = &passages.rows[i];
            snprintf(prefix, sizeof prefix, "[%s] ", row->path);
            assert_memory_equal(row->text, prefix, strlen(prefix));
            assert_true(row->own < row->size);  // no passage without text of its own
            assert_true(page_words(row->text + row->own, row->size - row->own) > 0);
            assert_int_equal(row->size, strlen(row->text));
            assert_true(i == 0 || row->line >= row[-1].line);
            check_line(sample.text, row);
            if (i > 0)
                check_overlap(row - 1, row);
        }
        check_line_ends(&sample, &passages);
        passages_clear(&passages);
        sample_clear(&sample);
    }
}

static void
test_the_largest_page_is_cut_in_linear_room(void **state)
{
    (void)state;
    size_t size = LIMIT_PAGE_BYTES, bytes = 0;
    char *text = malloc(size + 2);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 2? ' ': 'x';
    passages_t passages;
    chunk_source_t source = { .text = text, .size = size, .title = "T" };
    assert_int_equal(index_chunk(&source, &passages), OK);
    assert_int_equal(passages.count, 1);        // without a stop there is nowhere to cut
    passages_clear(&passages);
    for (size_t i = 100; i < size; i += 100)
        text[i] = '\n';
    assert_int_equal(index_chunk(&source, &passages), OK);
    for (size_t i = 0; i < passages.count; i++)
        bytes += passages.rows[i].size;
    assert_true(passages.count > 1000 && bytes < 2 * size);
    passages_clear(&passages);
    source.size++;
    assert_int_equal(index_chunk(&source, &passages), TOO_LARGE);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_cut_as_the_reference_cuts_them),
        cmocka_unit_test(test_a_short_page_is_a_passage_a_section_with_its_path),
        cmocka_unit_test(test_stubs_go_to_a_neighbour_or_stay),
        cmocka_unit_test(test_a_page_without_words_has_no_passages),
        cmocka_unit_test(test_other_forms_of_headings_leave_the_text),
        cmocka_unit_test(test_front_matter_is_no_text_but_counts_as_lines),
        cmocka_unit_test(test_of_any_page),
        cmocka_unit_test(test_the_largest_page_is_cut_in_linear_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
