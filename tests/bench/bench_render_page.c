// bench_render_page FILE - the whole renderer on a page, in turns with md_html, which only makes HTML of it
//
// Both read the same dialect, as far as md4c knows it. Prints medians in nanoseconds, and that of the ratios of the
// turns, as JSON.
#include <md4c-html.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../actors/render/render.h"
#include "bench_kit.h"

enum { TURNS = 101, REPEAT = 20, FILE_MOST = 1 << 20 };

typedef struct {
    char *data;
    size_t size, room;
} html_t;

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double
median(double *values)
{
    qsort(values, TURNS, sizeof *values, compare);
    return values[TURNS / 2];
}

static void
put(const char *text, MD_SIZE size, void *out)
{
    html_t *html = out;
    if (size > html->room - html->size) {
        html->room = html->room * 2 + size;
        html->data = realloc(html->data, html->room);
        if (!html->data)
            abort();
    }
    memcpy(html->data + html->size, text, size);
    html->size += size;
}

static void
md4c(const char *text, size_t size)
{
    html_t html = { .room = 2 * size };
    html.data = malloc(html.room);
    unsigned flags = MD_DIALECT_GITHUB | MD_FLAG_WIKILINKS | MD_FLAG_LATEXMATHSPANS;
    if (!html.data || md_html(text, (MD_SIZE)size, put, &html, flags, 0) != 0)
        abort();
    free(html.data);
}

static void
ours(const char *text, size_t size)
{
    const render_options_t options = { .page = "f007/p00007" };
    render_t page;
    if (render_page(&options, text, size, &page) != OK)
        abort();
    render_clear(&page);
}

static double
turn(void (*work)(const char *, size_t), const char *text, size_t size)
{
    int64_t start = clock_ns();
    for (int count = 0; count < REPEAT; count++)
        work(text, size);
    return (double)(clock_ns() - start) / REPEAT;
}

int
main(int argc, char **argv)
{
    static char text[FILE_MOST];
    static double render[TURNS], html[TURNS], ratio[TURNS];
    FILE *file = argc == 2? fopen(argv[1], "r"): NULL;
    if (!file) {
        fprintf(stderr, "usage: bench_render_page FILE\n");
        return 2;
    }
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    turn(ours, text, size);
    turn(md4c, text, size);
    for (int i = 0; i < TURNS; i++) {
        render[i] = turn(ours, text, size);
        html[i] = turn(md4c, text, size);
        ratio[i] = render[i] / html[i];
    }
    printf("{\"bytes\":%zu,\"render_ns\":%.0f,\"md_html_ns\":%.0f,\"ratio\":%.3f}\n", size, median(render),
           median(html), median(ratio));
    return 0;
}
