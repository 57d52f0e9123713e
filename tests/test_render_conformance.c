// CommonMark: its official examples, through the whole renderer, compared as their authors compare them. What this
// wiki does otherwise on purpose is in a table, by number; an example of it that comes out right fails, too.
#include "render_kit.h"
#include "render_normal.h"

enum { EXAMPLES = 652, LINE_MOST = 4096 };

#define FENCE "````````````````````````````````"

typedef struct {
    char source[LINE_MOST], html[LINE_MOST];
} example_t;

// Numbers as in CommonMark 0.31.2.
static const struct { const char *why; int numbers[24]; } exceptions[] = {
    { "safe: HTML that is not on the list is text",
      { 150, 156, 157, 158, 163, 169, 170, 171, 172, 173, 176, 178, 201, 491, 524, 536, 613, 614, 615, 616, 617 } },
    { "safe: declarations, instructions and CDATA are text", { 180, 181, 182, 627, 628, 629 } },
    { "safe: a tag that is left open is closed where its block ends",
      { 21, 31, 148, 155, 174, 175, 184, 187, 344, 476, 477, 494, 630, 631, 642, 643 } },
    { "safe: an end tag without a beginning is text", { 151, 165, 623 } },
    { "safe: comments are left out", { 177, 179, 183, 308, 309 } },
    { "safe: a link of a scheme that is not on the list is its text", { 596, 598, 599, 601 } },
    { "dialect: [[wiki links]]", { 548, 559, 590 } },
    { "dialect: ./ is the folder of the page", { 484 } },
    { "dialect: bare URLs and addresses are links", { 602, 608, 611, 612 } },
    { "md4c 0.4.8 knows CommonMark 0.30: comments with -- inside, symbols as punctuation", { 354, 625, 626 } },
};

static const char *
why_not(int number)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        for (const int *excepted = exceptions[i].numbers; *excepted; excepted++)
            if (*excepted == number)
                return exceptions[i].why;
    return NULL;
}

// Appends a line, in which an arrow stands for a tab.
static void
append(char *text, const char *line)
{
    size_t size = strlen(text);
    while (*line) {
        bool arrow = strncmp(line, "\xe2\x86\x92", 3) == 0;
        assert_true(size < LINE_MOST - 1);
        text[size++] = arrow? '\t': *line;
        line += arrow? 3: 1;
    }
    text[size] = '\0';
}

// The next example of the specification; false: there is none.
static bool
next_example(FILE *file, example_t *example)
{
    char line[LINE_MOST];
    char *part = NULL;
    *example = (example_t) { .source = "" };
    while (fgets(line, sizeof line, file)) {
        if (!part) {
            if (strcmp(line, FENCE " example\n") == 0)
                part = example->source;
        } else if (strcmp(line, FENCE "\n") == 0) {
            return true;
        } else if (part == example->source && strcmp(line, ".\n") == 0) {
            part = example->html;
        } else {
            append(part, line);
        }
    }
    return false;
}

// Does what is rendered agree?
static bool
agrees(const example_t *example, normal_t *expected, normal_t *given)
{
    static const render_options_t options = { .naming = { .retain_case = true }, .page = "" };
    render_t page = kit_render(&options, example->source);
    normal_html(expected, example->html, strlen(example->html), false);
    normal_html(given, page.html, page.html_size, true);
    render_clear(&page);
    return strcmp(expected->out, given->out) == 0;
}

static void
test_the_examples_of_commonmark_but_for_the_exceptions(void **state)
{
    (void)state;
    static example_t example;
    static normal_t expected, given;
    int number = 0, faults = 0;
    FILE *file = fopen(SOURCE_DIR "/tests/render/node_modules/commonmark-spec/spec.txt", "r");
    if (!file)
        skip();
    while (next_example(file, &example)) {
        const char *why = why_not(++number);
        bool agreed = agrees(&example, &expected, &given);
        if (agreed == !why)
            continue;
        faults++;
        if (why)
            print_error("example %d is right, although it is excepted: %s\n", number, why);
        else
            print_error("example %d\n%s--- expected\n%s\n--- given\n%s\n", number, example.source, expected.out,
                        given.out);
    }
    fclose(file);
    assert_int_equal(number, EXAMPLES);
    assert_int_equal(faults, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_examples_of_commonmark_but_for_the_exceptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
