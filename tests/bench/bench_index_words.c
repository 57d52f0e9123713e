// bench_index_words [PAGES] - what it costs to put pages of 4 KB into the index, to save one of them, and to search
//
// Words are drawn from 20,000 made ones by Zipf's law; beside them stand one word on every page, one on a page in a
// hundred, and one on a single page. Times are the CPU time of one thread, without messages.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../actors/index/index_words.h"

enum { WORDS = 20000, PAGE = 4096, ROUNDS = 41 };

static uint64_t chance = 88172645463325252u;
static char words[WORDS][16];

static uint32_t
draw(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (uint32_t)(chance >> 32);
}

static double
now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
make_words(void)
{
    static const char *const parts[] = { "ba", "con", "di", "er", "for", "gra", "hi", "in", "ket", "lo", "mu", "ner",
                                         "op", "pre", "qui", "re", "sta", "tion", "ul", "ver" };
    for (size_t i = 0; i < WORDS; i++) {
        size_t rest = i, size = 0;
        for (int j = 0; j < 2 || rest > 0; j++, rest /= 20)
            size += (size_t)snprintf(words[i] + size, sizeof words[i] - size, "%s", parts[rest % 20]);
    }
}

// Rank r is drawn about 1/r as often.
static const char *
word(void)
{
    uint32_t bits = draw();
    uint32_t octave = bits % 15, span = 1u << octave;
    return words[(span - 1 + (bits >> 8) % span) % WORDS];
}

static size_t
make_text(size_t number, char *text)
{
    size_t size = (size_t)snprintf(text, PAGE, "# Page %zu\n\nubiquitous %s %s\n", number,
                                   number % 100 == 7? "centesimal": "", number == 711? "unicorn": "");
    for (size_t line = 0; size < PAGE - 200; line++) {
        if (line % 12 == 11)
            size += (size_t)snprintf(text + size, PAGE - size, "\n## %s %s %zu\n\n", word(), word(), line / 12);
        for (int i = 0; i < 12; i++)
            size += (size_t)snprintf(text + size, PAGE - size, "%s ", word());
        text[size - 1] = '\n';
    }
    return size;
}

static size_t
outline(const char *text, index_heading_t *rows, char names[][64])
{
    size_t count = 0, line = 1;
    for (const char *at = text; *at && count < 32; line++) {
        const char *end = strchr(at, '\n'), *name = at + strspn(at, "#");
        if (*at == '#') {
            snprintf(names[count], 64, "%.*s", (int)(end - name - 1), name + 1);
            rows[count] = (index_heading_t){ .text = names[count], .id = names[count], .level = (int)(name - at),
                                             .line = line, .start = (size_t)(at - text), .end = strlen(text) };
            count++;
        }
        at = end + 1;
    }
    return count;
}

static void
put(index_t *index, size_t number, char *text)
{
    char file[64], id[64], names[32][64];
    index_heading_t headings[32];
    snprintf(file, sizeof file, "folder %zu/page %zu.md", number / 100, number);
    snprintf(id, sizeof id, "folder %zu/page %zu", number / 100, number);
    size_t size = make_text(number, text), count = outline(text, headings, names);
    const index_page_t page = { .file = file, .page = id, .blob = "b", .title = "", .heading = names[0], .category = "",
                                .front = "", .text = text, .size = size, .words = 600, .headings = headings,
                                .heading_count = count };
    if (index_put_page(index, &page) != OK)
        printf("failed: %s\n", index_error(index));
}

static int
compare(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return first < second? -1: first > second;
}

static void
tell(const char *what, double *times, size_t total)
{
    qsort(times, ROUNDS, sizeof *times, compare);
    printf("%-34s p50 %8.3f ms  p95 %8.3f ms  %6zu\n", what, times[ROUNDS / 2], times[ROUNDS * 95 / 100], total);
}

static void
search(index_t *index, const char *text, bool typing)
{
    double times[ROUNDS];
    size_t total = 0;
    char what[64];
    for (int i = 0; i < ROUNDS; i++) {
        words_found_t found;
        double start = now_ms();
        index_begin_read(index);
        index_search(index, &(index_search_t){ .text = text, .limit = 20, .typing = typing }, &found);
        index_end_read(index);
        times[i] = now_ms() - start;
        total = found.total;
        words_found_clear(&found);
    }
    snprintf(what, sizeof what, "search%s %s", typing? " typing": "", text);
    tell(what, times, total);
}

static void
match(index_t *index, const char *text)
{
    double times[ROUNDS];
    size_t total = 0;
    char what[64];
    for (int i = 0; i < ROUNDS; i++) {
        words_found_t found;
        index_match(index, &(index_match_t){ .text = "e", .limit = 1 }, &found);        // the last one is kept
        words_found_clear(&found);
        double start = now_ms();
        index_begin_read(index);
        index_match(index, &(index_match_t){ .text = text, .limit = 20 }, &found);
        index_end_read(index);
        times[i] = now_ms() - start;
        total = found.total;
        words_found_clear(&found);
    }
    snprintf(what, sizeof what, "match %s", text);
    tell(what, times, total);
}

static void
find(index_t *index, const char *text)
{
    double times[ROUNDS];
    size_t total = 0;
    char what[64];
    for (int i = 0; i < ROUNDS; i++) {
        words_names_t names;
        double start = now_ms();
        index_begin_read(index);
        index_find_names(index, &(index_find_t){ .words = text, .limit = 20 }, &names);
        index_end_read(index);
        times[i] = now_ms() - start;
        total = names.count;
        words_names_clear(&names);
    }
    snprintf(what, sizeof what, "find %s", text);
    tell(what, times, total);
}

static void
measure(index_t *index)
{
    static const char *const texts[] = { "unicorn", "centesimal", "ubiquitous", "ubiquitous centesimal",
        "baba conba diba", "forlo muner oppre quire station", "\"ubiquitous baba\"", "con*", "ubiquitous -centesimal",
        "path:folder", "xyzzy" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        search(index, texts[i], false);
    search(index, "u", true);
    search(index, "ub", true);
    search(index, "ubiq", true);
    search(index, "co", true);
    match(index, "unicorn");
    match(index, "centesimal");
    match(index, "ubiquitous");
    match(index, "ubiquitous unicorn");
    match(index, "q");
    match(index, "xyzzy");
    find(index, "p");
    find(index, "page 47");
    find(index, "ver");
    find(index, "zzz");
}

int
main(int count, char **arguments)
{
    size_t pages = count > 1? strtoul(arguments[1], NULL, 10): 10000;
    char folder[] = "/tmp/wikibot-bench-XXXXXX", file[64], text[2 * PAGE];
    const char *why = "";
    code_t code = OK;
    double times[ROUNDS];
    struct stat facts;
    if (!mkdtemp(folder))
        return 1;
    snprintf(file, sizeof file, "%s/index.db", folder);
    const index_options_t options = { .file = file, .write = true, .fingerprint = "bench" };
    index_t *index = index_open(&options, &code, &why);
    make_words();
    double start = now_ms();
    index_begin(index);
    for (size_t i = 0; i < pages; i++) {
        put(index, i, text);
        if (i % 500 == 499) {
            index_commit(index);
            index_begin(index);
        }
    }
    index_commit(index);
    printf("%zu pages in %.0f ms\n", pages, now_ms() - start);
    stat(file, &facts);
    printf("file %.1f MB\n", (double)facts.st_size / 1e6);
    for (int i = 0; i < ROUNDS; i++) {
        start = now_ms();
        index_begin(index);
        put(index, (size_t)i * 37 % pages, text);
        index_commit(index);
        times[i] = now_ms() - start;
    }
    tell("save of one page", times, 1);
    measure(index);
    index_close(&index);
    if (count < 3)
        remove(file);
    return 0;
}
